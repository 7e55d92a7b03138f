"""What the campaign asks: the catalogue that ships with the portal, its copies, and what is never asked of people."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators import actions
from indicators.actions.campaigns import CATALOGUE
from indicators.catalogues import as_entries
from indicators.models import Breakdown, Indicator, Section
from indicators.models.catalogue import ESSENTIAL_AT_MOST, NEVER_ASKED
from lemans_solidaire.network.models import Event

SHIPPED = json.loads(CATALOGUE.read_text(encoding="utf-8"))
WHOLE = SHIPPED["indicators"]
BREAKDOWNS = [breakdown for entry in WHOLE for breakdown in entry["breakdowns"]]
PARTS = [part for breakdown in BREAKDOWNS for part in breakdown["parts"]]
FORBIDDEN = [
    "Origine géographique",
    "Nationalité française",
    "Personnes étrangères",
    "Pays de naissance",
    "Migrants",
    "Religion",
    "Opinions politiques",
    "Adhésion syndicale",
    "État de santé",
    "Personnes malades",
    "En situation de handicap",
    "Addictions",
    "Orientation sexuelle",
]


def texts(data):
    """Every sentence of the catalogue; codes and numbers are not sentences."""
    if isinstance(data, dict):
        data = [value for name, value in data.items() if name not in ("code", "section", "block", "dimension")]
    if isinstance(data, list):
        return [text for value in data for text in texts(value)]
    return [data] if isinstance(data, str) else []


def open_next(cast, like=None):
    dates = {"opens_on": date(2027, 1, 1), "due_on": date(2027, 2, 1), "closes_on": date(2027, 3, 1)}
    return actions.open_campaign(year=2026, **dates, by=cast.ccas, like=like)


# The catalogue that ships


def test_the_essential_is_asked_in_twelve_figures_at_most():
    essential = [entry["code"] for entry in WHOLE if entry["block"] is None and entry["total"] != "ratio"]
    assert 0 < len(essential) <= ESSENTIAL_AT_MOST == 12


def test_a_code_names_one_thing():
    codes = [entry["code"] for entry in [*WHOLE, *PARTS]]
    assert len(codes) == len(set(codes))
    blocks = [block["code"] for block in SHIPPED["blocks"]]
    assert len(blocks) == len(set(blocks))


def test_every_block_asks_something_and_every_figure_has_its_place():
    assert {entry["block"] for entry in WHOLE} == {None, *(block["code"] for block in SHIPPED["blocks"])}
    assert {entry["section"] for entry in WHOLE} == set(Section.values)


def test_every_figure_says_what_counts_and_in_what_unit():
    for entry in WHOLE:
        assert entry["label"]
        assert entry["definition"]
        assert entry["unit"]


def test_people_are_shared_out_only_for_a_use():
    assert BREAKDOWNS
    for breakdown in BREAKDOWNS:
        assert breakdown["use"].strip()
        assert len(breakdown["parts"]) > 1
        assert breakdown["dimension"] in Breakdown.Dimension.values


def test_nothing_forbidden_is_asked():
    for text in texts([BREAKDOWNS, [entry["label"] for entry in WHOLE]]):
        assert not NEVER_ASKED.search(text), text


def test_a_ratio_divides_two_figures_asked_before_it():
    known = set()
    for entry in WHOLE:
        if entry["total"] == "ratio":
            assert {entry["numerator"], entry["denominator"]} <= known
        else:
            known.add(entry["code"])
            assert not entry.get("numerator")
            assert not entry.get("denominator")


def test_the_usual_bounds_are_in_order():
    for entry in WHOLE:
        assert entry["low"] is None or entry["high"] is None or 0 <= entry["low"] <= entry["high"]


def test_french_typography():
    wrong = re.compile(r"[^\u202f][:;?!»]|«[^\u202f]|'|\.\.\.|^\s|\s$")
    assert [text for text in texts(SHIPPED) if wrong.search(text)] == []


# A campaign's own copy


def as_shipped():
    """catalogue.json in the shape of as_entries."""
    empty = {"block": None, "numerator": None, "denominator": None, "synonyms": [""], "is_key": False}
    return {
        "blocks": SHIPPED["blocks"],
        "indicators": [
            empty
            | entry
            | {"low": decimal(entry["low"]), "high": decimal(entry["high"])}
            | {"breakdowns": [breakdown_as_shipped(one) for one in entry.get("breakdowns", [])]}
            for entry in sorted(WHOLE, key=lambda entry: entry["total"] == "ratio")  # computed last
        ],
    }


def breakdown_as_shipped(breakdown):
    empty = {"definition": "", "excluded": "", "low": None, "high": None}
    return breakdown | {"parts": [empty | part for part in breakdown["parts"]]}


def decimal(number):
    return None if number is None else Decimal(number)


def test_a_campaign_asks_what_ships_with_the_portal(cast):
    assert as_entries(cast.campaign) == as_shipped()
    event = Event.objects.about(cast.campaign).get()
    assert (event.verb, event.changes) == ("campaign_opened", {"indicators": len(WHOLE)})


def test_a_campaign_may_ask_what_an_earlier_one_asked(cast):
    cast.campaign.indicators.filter(code="passages").update(label="Visites", low=Decimal("0.5"), synonyms="")
    cast.campaign.indicators.get(code="kits").delete()
    cast.campaign.blocks.filter(code="repas").update(does="Nous cuisinons.")
    earlier = as_entries(cast.campaign)
    assert earlier != as_shipped()
    assert as_entries(open_next(cast, like=cast.campaign)) == earlier


def test_changing_a_campaign_changes_no_other(cast):
    later = open_next(cast, like=cast.campaign)
    before = as_entries(later)
    cast.campaign.indicators.update(label="Tout autre chose")
    cast.campaign.blocks.update(label="Tout autre chose")
    assert as_entries(later) == before


def test_parts_stand_right_after_their_whole_with_its_unit(cast):
    whole = cast.indicator("personnes")
    following = list(cast.campaign.indicators.filter(position__gt=whole.position)[:17])
    assert {part.breakdown.indicator for part in following} == {whole}
    assert {(part.unit, part.total, part.section, part.block) for part in following} == {
        ("personnes", "persons", "publics", None)
    }


# What the administration refuses, and the database after it


def new_indicator(cast, **fields):
    fields = {"section": "services", "label": "Essai", "definition": "Essai.", "unit": "essais"} | fields
    return Indicator(campaign=cast.campaign, code="essai", position=900, **fields)


def test_a_thirteenth_essential_figure_is_refused_with_its_reason(cast):
    with pytest.raises(ValidationError, match="L’essentiel tient en 12 chiffres"):
        new_indicator(cast).full_clean()
    repas = cast.indicator("repas")
    repas.block = None
    with pytest.raises(ValidationError, match="mettez celui-ci dans un bloc"):
        repas.full_clean()


def test_the_twelve_can_be_mended_and_blocks_may_grow(cast):
    cast.indicator("passages").full_clean()
    new_indicator(cast, block=cast.campaign.blocks.get(code="repas")).full_clean()
    pair = {"numerator": cast.indicator("passages"), "denominator": cast.indicator("personnes")}
    new_indicator(cast, total="ratio", **pair).full_clean()


def test_one_taken_out_leaves_its_place(cast):
    cast.indicator("contacts").delete()
    new_indicator(cast).full_clean()


@pytest.mark.parametrize("label", [*FORBIDDEN, "RELIGION", "Sans religion connue"])
def test_what_is_never_asked_of_people_is_refused_with_its_reason(cast, label):
    part = new_indicator(cast, breakdown=cast.indicator("personnes").breakdowns.first(), label=label)
    with pytest.raises(ValidationError, match="le réseau ne répartit jamais les personnes") as refusal:
        part.full_clean()
    assert NEVER_ASKED.search(label).group() in refusal.value.messages[0]
    breakdown = Breakdown(indicator=cast.indicator("menages"), dimension="housing", use=f"Compter : {label}.")
    with pytest.raises(ValidationError, match="Aider ne le demande pas"):
        breakdown.full_clean()


@pytest.mark.parametrize(
    "label", ["Syndiqués", "Etrangers", "Sante", "Homosexuelles", "Réfugiés", "Sans papiers", "Titre de séjour"]
)
def test_other_words_for_what_is_never_asked_are_refused_too(label):
    assert NEVER_ASKED.search(label)


@pytest.mark.parametrize("label", ["De 26 à 59 ans", "Femmes", "Sans abri", "En famille", "Situation non connue"])
def test_what_the_charter_allows_is_accepted(cast, label):
    part = new_indicator(cast, breakdown=cast.indicator("personnes").breakdowns.first(), label=label)
    part.full_clean()


@pytest.mark.parametrize("dimension", ["origin", "country", "religion", "health", ""])
def test_the_database_refuses_a_forbidden_dimension(cast, dimension):
    menages = cast.indicator("menages")
    with pytest.raises(ValidationError):
        Breakdown(indicator=menages, dimension=dimension, use="Savoir.").full_clean()
    with pytest.raises(IntegrityError, match="breakdown_only_what_the_charter_allows"), transaction.atomic():
        Breakdown.objects.create(indicator=menages, dimension=dimension, use="Savoir.")
    with pytest.raises(IntegrityError, match="breakdown_only_what_the_charter_allows"), transaction.atomic():
        Breakdown.objects.filter(indicator__code="personnes", dimension="age").update(dimension=dimension)


def test_the_database_refuses_a_breakdown_without_a_use(cast):
    with pytest.raises(IntegrityError, match="breakdown_says_its_use"), transaction.atomic():
        Breakdown.objects.create(indicator=cast.indicator("menages"), dimension="age", use="")


@pytest.mark.parametrize(
    "fields",
    [{"low": 10, "high": 5}, {"total": "ratio"}, {"code": "passages"}],
)
def test_the_database_refuses_a_figure_that_does_not_hold_together(cast, fields):
    indicator = new_indicator(cast)
    for name, value in fields.items():
        setattr(indicator, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        indicator.save()
