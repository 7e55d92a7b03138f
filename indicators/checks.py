"""Soft checks: what surprises is asked about, never refused. A word is enough, and the figure counts."""

from decimal import Decimal

from lemans_solidaire.network.templatetags.french import figure

MORE, LESS = Decimal("1.5"), Decimal("0.5")


def remarks(indicators, replies, previous):
    """{code: [sentence]} for the figures that surprise; `replies` and `previous` are by code."""
    found = {}
    for indicator in indicators:
        reply = replies.get(indicator.code)
        if reply is not None and reply.value is not None and indicator.breakdown_id is None:
            sentences = [*bounds(indicator, reply.value), *change(reply.value, previous.get(indicator.code))]
            if sentences:
                found[indicator.code] = sentences
    for code, sentence in parts_above_total(indicators, replies):
        found.setdefault(code, []).append(sentence)
    return found


def unexplained(indicators, replies, previous):
    """How many figures surprise and have no word yet."""
    return sum(not (code in replies and replies[code].word) for code in remarks(indicators, replies, previous))


def bounds(indicator, value):
    if indicator.low is not None and value < indicator.low:
        yield f"C’est rare en dessous de {figure(indicator.low)}."
    if indicator.high is not None and value > indicator.high:
        yield f"C’est rare au-dessus de {figure(indicator.high)}."


def change(value, before):
    old = before.reply.value if before else None
    if not old:
        return
    if value > old * MORE:
        yield f"Bien plus que l’an dernier ({figure(old)})."
    if value < old * LESS:
        yield f"Moins de la moitié de l’an dernier ({figure(old)})."


def parts_above_total(indicators, replies):
    by_id = {indicator.pk: indicator for indicator in indicators}
    sums = {}
    for part in indicators:
        if part.breakdown_id and (reply := replies.get(part.code)) and reply.value is not None:
            sums[part.breakdown] = sums.get(part.breakdown, 0) + reply.value
    for breakdown, parts in sums.items():
        whole = by_id.get(breakdown.indicator_id)
        total = whole and replies.get(whole.code)
        if total and total.value is not None and parts > total.value:
            yield (
                whole.code,
                f"Par {breakdown.get_dimension_display()}, vous en comptez {figure(parts)}, plus que les "
                f"{figure(total.value)} du total.",
            )
