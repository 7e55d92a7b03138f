"""A campaign's catalogue in the shape of the one that ships with the portal, catalogue.json."""

PART = ("code", "label", "definition", "excluded", "low", "high")
COPIED = ("code", "section", "label", "definition", "excluded", "unit", "total", "is_key", "low", "high")


def as_entries(campaign):
    indicators = campaign.indicators.select_related("block", "numerator", "denominator").prefetch_related(
        "breakdowns__parts"
    )
    return {
        "blocks": list(campaign.blocks.values("code", "section", "label", "does")),
        "indicators": [as_entry(indicator) for indicator in indicators if indicator.breakdown_id is None],
    }


def as_entry(indicator):
    return {name: getattr(indicator, name) for name in COPIED} | {
        "block": indicator.block and indicator.block.code,
        "numerator": indicator.numerator and indicator.numerator.code,
        "denominator": indicator.denominator and indicator.denominator.code,
        "synonyms": indicator.synonyms.split("\n"),
        "breakdowns": [
            {
                "dimension": breakdown.dimension,
                "use": breakdown.use,
                "parts": [{name: getattr(part, name) for name in PART} for part in breakdown.parts.all()],
            }
            for breakdown in indicator.breakdowns.all()
        ],
    }
