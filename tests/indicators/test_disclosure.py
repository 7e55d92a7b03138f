"""Nobody is recognised in what is published: the rules one by one, then an attacker against all of them together."""

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.figures import counted
from indicators.models import Annex, Audience, Breakdown, Campaign, Edition, Indicator, Sheet
from indicators.summary import as_text, gather, snapshots
from indicators.summary.disclosure import is_spread, kept_apart, merged, shown_parts
from indicators.summary.gathering import Year
from lemans_solidaire.network.models import Structure
from tests.indicators.attacker import Attacker

T = 11


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([24, 102, 348], [(0, 1), (1, 2), (2, 3)]),
        ([5, 102, 348], [(0, 2), (2, 3)]),
        ([102, 5, 348], [(0, 2), (2, 3)]),  # with the smaller neighbour
        ([5, 5, 5, 40], [(0, 3), (3, 4)]),
        ([0, 102, 0, 348], [(0, 1), (1, 2), (2, 3), (3, 4)]),  # a zero is shown
        ([5, 0, 20, 30], [(0, 3), (3, 4)]),  # but not one that a merged part goes over
        ([11, 11], [(0, 1), (1, 2)]),
        ([10, 11], None),  # all together says nothing
        ([3, 4, 2], None),
        ([0, 0], None),
    ],
)
def test_small_parts_are_put_with_their_neighbours(cells, expected):
    assert merged(cells, T) == expected


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_what_is_merged_covers_everything_and_hides_what_is_small(cells):
    spans = merged(cells, T)
    if spans is None:
        return
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == len(cells)
    for start, end in spans:
        assert sum(cells[start:end]) >= T or cells[start:end] == [0]


def test_three_structures_at_least_are_behind_a_breakdown():
    two = {1: [20, 30], 2: [25, 15], 3: [0, 0]}
    assert shown_parts(two, {1: 50, 2: 40, 3: 90}, T) is None
    assert shown_parts(two | {3: [1, 0]}, {1: 50, 2: 40, 3: 90}, T) == (3, [(0, 1), (1, 2)], [46, 45])


def test_a_structure_that_is_nearly_alone_hides_the_breakdown():
    """Two others count four people in all: the shares of the large one would be known within four."""
    assert not is_spread([500, 404], [900, 2, 2], T)
    assert is_spread([500, 500], [900, 50, 50], T)


def test_a_lone_hidden_figure_takes_another_with_it():
    values = {1: Decimal(10), 2: Decimal(70), 3: Decimal(30)}
    assert kept_apart(values, shown={1, 2, 3}) == (set(), True)
    assert kept_apart(values, shown={1, 2}) == ({2}, True)
    assert kept_apart(values, shown={2}) == (set(), True)  # two hidden ones cover each other
    assert kept_apart({3: Decimal(30)}, shown={1, 2}) == (set(), False)  # nothing to hide it with


def test_what_was_kept_back_stays_so_and_a_total_that_lost_a_hidden_figure_is_not_told():
    values = {1: Decimal(10), 2: Decimal(70), 3: Decimal(90)}
    assert kept_apart(values, shown={1, 2, 3}, before={2}) == ({2}, True)
    assert kept_apart(values, shown={1, 2, 3}, held={4}) == (set(), False)


# A network invented from numbers, without a database


def invented_year(figures, *, hidden=(), secret=(), editions=()):
    """`figures`: {structure: (main figure, cells)}; `secret`: those that only the CCAS reads."""
    campaign = Campaign(pk=1, year=2025, threshold=T, territory="agglomeration")
    main = Indicator(pk=1, campaign=campaign, code="personnes", section="publics", total="persons", label="Personnes")
    other = Indicator(pk=2, campaign=campaign, code="passages", section="activity", total="sum", label="Passages")
    breakdown = Breakdown(pk=1, indicator=main, dimension="age", use="essai")
    width = len(next(iter(figures.values()))[1])
    parts = [
        Indicator(
            pk=10 + n, campaign=campaign, code=f"age_{n}", section="publics", label=f"Âge {n}", breakdown=breakdown
        )
        for n in range(width)
    ]
    sheets, replies = [], defaultdict(dict)
    for number, (whole, cells) in figures.items():
        sheet = Sheet(
            pk=number, campaign=campaign, structure=Structure(pk=number, name=f"S{number}"), territory="commune"
        )
        sheet.shared_with = "ccas" if number in secret else "network"
        annex = Annex(sheet=sheet, until=date(2026, 1, 1), kept_out_at=date(2026, 1, 1) if number in hidden else None)
        sheet._state.fields_cache |= {"annex": annex, "highlight": None}
        sheets.append(sheet)
        replies[number] = {part.pk: counted(cell) for part, cell in zip(parts, cells, strict=True)}
        replies[number] |= {1: counted(whole), 2: counted(whole * 3)}
    nothing = {"blocks": defaultdict(set), "before": {}, "known": set(), "texts": {}, "states": {}}
    return Year(
        campaign=campaign,
        asked=len(sheets),
        indicators=[other, main, *parts],
        sheets=sheets,
        replies=replies,
        difficulties={2025: defaultdict(list), 2024: defaultdict(list)},
        editions=list(editions),
        other_chapters={audience: [] for audience in Audience.values},
        **nothing,
    )


def published(year):
    """(public edition, network edition) of a year, as they would be kept."""
    written, workings = snapshots(year, date(2026, 1, 1))
    return tuple(
        Edition(
            campaign=year.campaign,
            number=written[audience]["edition"],
            audience=audience,
            snapshot=as_text(written[audience]),
            workings=workings[audience],
        )
        for audience in Audience.values
    )


sizes = st.sampled_from([0, 0, 1, 2, 5, 9, 14, 30, 80])  # many small, some large
one_structure = st.tuples(st.integers(0, 40), st.lists(sizes, min_size=4, max_size=4))


def coherent(figures):
    """A structure's parts never pass its main figure here: the attacker counts on it."""
    return {number: (sum(cells) + more, cells) for number, (more, cells) in figures.items()}


@st.composite
def editions(draw):
    """[(figures, kept out, secret)] of one to three editions: some join, some correct, some hide."""
    figures = dict(enumerate(draw(st.lists(one_structure, min_size=3, max_size=6)), 1))
    hidden = draw(st.sets(st.sampled_from(sorted(figures)), max_size=3))
    secret = draw(st.sets(st.sampled_from(sorted(figures)), max_size=2))
    told = [(coherent(figures), hidden, secret)]
    for _ in range(draw(st.integers(0, 2))):
        corrected = draw(st.sets(st.sampled_from(sorted(figures)), max_size=1))
        newcomers = range(len(figures) + 1, len(figures) + 1 + draw(st.integers(0, 2)))
        figures = figures | {number: draw(one_structure) for number in (*corrected, *newcomers)}
        hidden = hidden | {number for number in newcomers if draw(st.booleans())}
        secret = secret | {number for number in newcomers if draw(st.booleans())}
        told.append((coherent(figures), hidden, secret))
    return told


@settings(max_examples=200)
@given(editions())
def test_the_attacker_finds_nothing(told):
    """A reader of the public editions, and a member of the network who reads both."""
    anybody, member, kept = Attacker(), Attacker(), []
    for figures, hidden, secret in told:
        year = invented_year(figures, hidden=hidden, secret=secret, editions=[e for pair in kept[::-1] for e in pair])
        kept.append(published(year))
        for edition in kept[-1]:
            for attacker in [member] if edition.audience == Audience.NETWORK else [anybody, member]:
                learn(attacker, edition, figures)
    breaches = []
    for (public, network), (figures, hidden, secret) in zip(kept, told, strict=True):
        breaches += breaches_of(anybody, public, figures, hidden | secret)
        breaches += breaches_of(member, network, figures, secret)
    assert not breaches


def learn(attacker, edition, figures):
    counted_in = edition.workings["counted"]
    attacker.learn(
        edition.snapshot,
        structures={code: counted_in.get(code, []) for code in ("personnes", "passages")},
        version=lambda number: str(figures[number]),
        cells={("personnes", "age"): [number for number, (_, cells) in figures.items() if any(cells)]},
    )


def breaches_of(attacker, edition, figures, hidden):
    """What can be known too well: a hidden category, a structure's share of a part, a figure kept out."""

    def version(number):
        return str(figures[number])

    for chapter in edition_chapters(edition):
        for one in chapter["breakdowns"]:
            if one["edition"] == edition.number:
                yield from parts_known_too_well(attacker, one, figures, version)
    for number in hidden & set(figures):
        for code in ("personnes", "passages"):
            if ("whole", code, number, version(number)) in attacker.names:
                least, most = attacker.bounds([attacker.whole(code, number, version)])
                if most - least < 0.5 and least > 0:
                    yield f"{code} of {number} is {least}"


def edition_chapters(edition):
    return json.loads(edition.snapshot)["chapters"]


def parts_known_too_well(attacker, one, figures, version):
    behind = [number for number, (_, cells) in figures.items() if any(cells)]
    for group in one["groups"]:
        if Decimal(group["value"]) == 0:
            continue
        if Decimal(group["value"]) < T:
            yield f"{group['label']} is {group['value']}"
        for category in group["codes"]:
            if len(group["codes"]) > 1:
                least, most = attacker.bounds([attacker.part(one, number, category, version) for number in behind])
                if most - least < T:
                    yield f"{category} lies in {least}..{most}"
        for number in behind:
            share = [attacker.part(one, number, category, version) for category in group["codes"]]
            least, most = attacker.bounds(share)
            if least > 0.5 and most - least < T - 0.5:
                yield f"{group['label']} of {number} lies in {least}..{most}"


def test_the_attacker_finds_nothing_in_the_demonstration(db):
    call_command("demo")
    for campaign in Campaign.objects.all():
        year = gather(campaign)
        edition, _ = published(year)
        main = {indicator.code: indicator for indicator in year.main}
        figures = {}
        for breakdown, parts in year.parts.items():
            wholes = year.values(breakdown.indicator, year.summed)
            cells = year.values_of_parts(parts)
            figures[breakdown.indicator.code, breakdown.dimension] = {
                structure: (wholes.get(structure), of) for structure, of in cells.items() if any(of)
            }
        attacker = Attacker()
        attacker.learn(
            edition.snapshot,
            structures={code: edition.workings["counted"].get(code, []) for code in main},
            version=str,
            cells={breakdown: list(of) for breakdown, of in figures.items()},
        )
        for chapter in edition_chapters(edition):
            for one in chapter["breakdowns"]:
                assert not list(parts_known_too_well(attacker, one, figures[one["code"], one["dimension"]], str))
        for code, hidden in edition.workings["held"].items():
            for number in hidden if code in main else ():
                least, most = attacker.bounds([attacker.whole(code, number, str)])
                assert most > least or not most, f"{code} of {number} is {least}"


def test_the_attacker_is_not_harmless():
    """Against a breakdown published without any rule, the same attacker finds what is hidden."""
    figures = coherent({1: (0, [2, 30, 1, 0]), 2: (0, [1, 20, 0, 0]), 3: (0, [1, 25, 2, 0])})
    attacker = Attacker()
    one = {
        "code": "personnes",
        "dimension": "age",
        "groups": [
            {"label": "tous", "value": "82", "codes": ["age_0", "age_1", "age_2", "age_3"]},
            {"label": "les autres", "value": "78", "codes": ["age_1", "age_2", "age_3"]},
        ],
    }
    attacker.learn_breakdown(one, figures, version=str)
    least, most = attacker.bounds([attacker.part(one, number, "age_0", str) for number in figures])
    assert (least, most) == (4, 4)


def test_a_single_newcomer_changes_no_breakdown_and_a_hidden_one_no_total():
    figures = coherent({n: (0, [20, 15, 12, 30]) for n in range(1, 5)})
    before = published(invented_year(figures))
    late = figures | coherent({9: (0, [3, 0, 1, 0])})
    first, second = before[0], published(invented_year(late, hidden={9}, editions=before))[0]
    [before], [after] = ([one for c in edition_chapters(e) for one in c["breakdowns"]] for e in (first, second))
    assert before == after
    totals = [
        {line["code"]: line["at_most"] for c in edition_chapters(e) for line in c["lines"] if line["is_persons"]}
        for e in (first, second)
    ]
    assert totals[0] == totals[1] == {"personnes": str(4 * 77)}
