"""Nobody is recognised in what is published: the rules one by one, then an attacker against all of them together."""

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indicators.figures import counted
from indicators.models import Annex, Audience, Breakdown, Campaign, Difficulty, Edition, Indicator, Sheet
from indicators.summary import as_text, gather, snapshots
from indicators.summary.disclosure import is_spread, merged, same_structures, shown_parts
from indicators.summary.gathering import Year
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.themes import Theme
from tests.indicators.attacker import Attacker, remainders

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
    assert merged([(cell, 0, cell) for cell in cells], T) == expected  # once one has gone, the other's reach it


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_what_is_merged_covers_everything_and_hides_what_is_small(cells):
    spans = merged([(cell, cell) for cell in cells], T)
    if spans is None:
        return
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == len(cells)
    for start, end in spans:
        assert sum(cells[start:end]) >= T or cells[start:end] == [0]


def test_whoever_gave_most_of_a_part_does_not_find_what_little_is_left():
    assert merged([(20, 1, 0), (40, 30, 25)], T) is None
    assert merged([(20, 11, 0), (40, 30, 25)], T) == [(0, 1), (1, 2)]
    assert merged([(20, 0, 0), (40, 30, 25)], T) == [(0, 1), (1, 2)]  # that the others have none is shown


def test_three_structures_at_least_are_behind_a_breakdown():
    two = {1: [20, 30], 2: [25, 15], 3: [0, 0]}
    assert shown_parts(two, T) is None
    assert shown_parts(two | {3: [30, 20]}, T) == (3, [(0, 1), (1, 2)], [75, 65])


def test_a_structure_that_is_nearly_alone_hides_the_breakdown():
    """Two others count four people in all: the shares of the large one would be known within four."""
    assert not is_spread([500, 404], [900, 2, 2], T)
    assert is_spread([500, 500], [900, 50, 50], T)


def test_a_small_part_beside_a_large_one_places_everybody_in_the_large_one():
    """Of the 50 of the first structure, 12 at most are in the small part: 38 to 50 are in the large one."""
    assert is_spread([138, 12], [50, 50, 50], T)
    assert not is_spread([140, 10], [50, 50, 50], T)


def test_a_trend_adds_up_the_same_structures_or_says_nothing():
    told = frozenset({1, 2, 3})
    assert same_structures(frozenset({1, 2}), set()) == frozenset()
    assert same_structures(frozenset({1, 2, 3, 4}), set()) == {1, 2, 3, 4}
    assert same_structures(frozenset({1, 2, 3, 4}), {told}) == told  # the fourth would be the difference
    assert same_structures(frozenset({1, 2, 4}), {told}) == frozenset()
    assert same_structures(frozenset({1, 2, 3, 4}), {told, frozenset({1, 2, 4})}) == frozenset()


# A network invented from numbers, without a database


ELSEWHERE = 7  # structures of these numbers count over another territory: they are told apart


def invented_year(figures, *, year=2025, hidden=(), secret=(), before=None, editions=()):
    """`figures`: {structure: (main figure, cells)}; `secret`: those that only the CCAS reads.

    `before`: {past year: {code: {structure: figure}}}; `editions`: what is published already.
    """
    campaign = Campaign(pk=year, year=year, threshold=T, territory="agglomeration")
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
    sheets, replies, difficulties = [], defaultdict(dict), defaultdict(list)
    for number, (whole, cells) in figures.items():
        sheet = Sheet(
            pk=number,
            campaign=campaign,
            structure=Structure(pk=number, name=f"S{number}."),
            territory="departement" if number % ELSEWHERE == 0 else "commune",
        )
        sheet.shared_with = "ccas" if number in secret else "network"
        annex = Annex(sheet=sheet, until=date(2026, 1, 1), kept_out_at=date(2026, 1, 1) if number in hidden else None)
        sheet._state.fields_cache |= {"annex": annex, "highlight": None}
        sheets.append(sheet)
        replies[number] = {part.pk: counted(cell) for part, cell in zip(parts, cells, strict=True)}
        replies[number] |= {1: counted(whole), 2: counted(whole * 3)}
        difficulties[Theme.LOGEMENT].append(Difficulty(sheet_id=number, theme=Theme.LOGEMENT, text=f"S{number}."))
    return Year(
        campaign=campaign,
        asked=len(sheets),
        indicators=[other, main, *parts],
        sheets=sheets,
        replies=replies,
        blocks=defaultdict(set),
        before={year - 1: {}, year - 2: {}} | (before or {}),
        known={-1},
        difficulties=difficulties,
        texts={},
        states={},
        editions=list(editions),
        other_chapters=[],
    )


def published(year):
    """(public edition, network edition) of a year, as they would be kept."""
    written = snapshots(year, date(2026, 1, 1))
    return tuple(
        Edition(
            campaign=year.campaign,
            number=written[audience]["edition"],
            audience=audience,
            snapshot=as_text(written[audience]),
        )
        for audience in Audience.values
    )


def read(edition):
    return json.loads(edition.snapshot)


def latest_first(kept):
    return [edition for pair in reversed(kept) for edition in pair]


sizes = st.sampled_from([0, 0, 1, 2, 5, 9, 14, 30, 80])  # many small, some large
one_structure = st.tuples(st.sampled_from([0, 0, 3, 40]), st.lists(sizes, min_size=4, max_size=4))


def with_wholes(figures):
    """{structure: (its parts and some more, its parts)}: often, the parts are the whole."""
    return {number: (sum(cells) + more, cells) for number, (more, cells) in figures.items()}


@st.composite
def histories(draw):
    """[(figures, kept out, secret)] of one to three editions: they join, leave, correct, hide and come back at will."""
    figures = dict(enumerate(draw(st.lists(one_structure, min_size=3, max_size=8)), 1))
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        some = st.sets(st.sampled_from(sorted(figures)), max_size=2)
        steps.append((with_wholes(figures), draw(some), draw(some)))
        gone, newcomers = draw(some), range(10 * len(steps), 10 * len(steps) + draw(st.integers(0, 2)))
        figures = figures | {number: draw(one_structure) for number in (*draw(some), *newcomers)}
        if len(gone) < len(figures):
            figures = {number: figure for number, figure in figures.items() if number not in gone}
    return steps


NEARLY_ALONE = {1: (500, [400, 100, 0, 0]), 2: (2, [2, 0, 0, 0]), 3: (2, [0, 2, 0, 0])}


@settings(max_examples=200)
@given(histories())
@example([(NEARLY_ALONE, set(), set())])
@example([(with_wholes({n: (0, [20, 15, 12, 30]) for n in range(1, 8)}), {7}, set())])
def test_the_attacker_finds_nothing(steps):
    """A member of the network reads both editions, which tell as much as every sheet shared with them."""
    attacker, kept = Attacker(), []
    for figures, hidden, secret in steps:
        kept.append(published(invented_year(figures, hidden=hidden, secret=secret, editions=latest_first(kept))))
        public, network = map(read, kept[-1])
        firsts = map(read, kept[0])
        for snapshot, first, absent in zip((public, network), firsts, (hidden | secret, secret), strict=True):
            assert not list(remainders(snapshot))
            assert not [number for number in absent if f"S{number}." in json.dumps(snapshot)]
            assert sum(one["structures"] for one in snapshot["problems"]) == first["sheets"]
        behind = {number: sum(cells) for number, (_, cells) in figures.items() if any(cells)}
        behind = {n: row for n, row in behind.items() if n not in hidden | secret and n % ELSEWHERE}
        for snapshot in (public, network):
            attacker.learn_breakdowns(
                snapshot, cells={("personnes", "age"): behind}, version=lambda number, of=figures: str(of[number])
            )
        for one in breakdowns_of(public):
            if one["edition"] == public["edition"]:
                assert not list(parts_known_too_well(attacker, one, behind, lambda number, of=figures: str(of[number])))
                for insider in behind:
                    assert not list(left_to_an_insider(one, behind, insider, figures[insider][1]))


def breakdowns_of(snapshot):
    return [one for chapter in snapshot["chapters"] for one in chapter["breakdowns"]]


def parts_known_too_well(attacker, one, behind, version):
    """A hidden category, or a structure's share of a part, placed within the threshold."""
    for group in one["groups"]:
        if Decimal(group["value"]) == 0:
            continue
        if Decimal(group["value"]) < T:
            yield f"{group['label']} is {group['value']}"
        for category in group["codes"]:
            if len(group["codes"]) > 1:
                least, most = attacker.bounds([attacker.part(one, number, category, version) for number in behind])
                if most - least < T - 0.5:
                    yield f"{category} lies in {least}..{most}"
        for number in behind:
            share = [attacker.part(one, number, category, version) for category in group["codes"]]
            least, most = attacker.bounds(share)
            if least > 0.5 and most - least < T - 0.5:
                yield f"{group['label']} of {number} lies in {least}..{most}"


def left_to_an_insider(one, behind, insider, cells):
    """What a structure behind a breakdown finds of the others, its own figures taken away."""
    own = {f"age_{n}": cell for n, cell in enumerate(cells)}
    groups = [
        group | {"value": str(Decimal(group["value"]) - sum(own[code] for code in group["codes"]))}
        for group in one["groups"]
    ]
    left = {number: row for number, row in behind.items() if number != insider}
    attacker = Attacker()
    attacker.learn_breakdown(one | {"groups": groups}, left, str)
    return parts_known_too_well(attacker, one | {"groups": groups}, left, str)


def test_a_published_breakdown_stays_and_the_next_one_is_the_same_for_everybody():
    figures = with_wholes({n: (0, [20, 15, 12, 30]) for n in range(1, 5)})
    first = published(invented_year(figures, hidden={4}))
    late = {n: of for n, of in figures.items() if n != 1} | with_wholes({9: (0, [3, 0, 1, 0])})
    second = published(invented_year(late, editions=first))
    told = [breakdowns_of(read(edition)) for edition in (*first, *second)]
    assert told[0]
    assert told == [told[0]] * 4
    assert told[0][0]["structures"] == 3


# Trends


past = st.dictionaries(st.integers(1, 5), st.integers(1, 60), max_size=5)
present = st.sets(st.integers(1, 5), min_size=3)


@settings(max_examples=200)
@given(
    st.fixed_dictionaries({2023: past, 2024: past}),
    st.lists(present, min_size=1, max_size=3),
    st.lists(present, max_size=2),
)
def test_trends_tell_no_figure_of_a_past_year(taken_over, of_2025, of_2026):
    """Two years of editions, over figures that were never published one by one."""
    attacker, kept, told = Attacker(), [], {}
    passages = {year: {"passages": {s: Decimal(value) for s, value in of.items()}} for year, of in taken_over.items()}
    for year, steps in ((2025, of_2025), (2026, of_2026)):
        for shown in steps:
            before = {back: passages[back] for back in (year - 1, year - 2) if back in passages}
            figures = {number: (number + year, [0]) for number in range(1, 6)}
            hidden = set(figures) - shown
            kept.append(
                published(invented_year(figures, year=year, hidden=hidden, before=before, editions=latest_first(kept)))
            )
            public = read(kept[-1][0])
            for page in public["annexes"]:
                for answer in page["answers"]:
                    told.setdefault((year, answer["code"]), {})[page["structure_id"]] = Decimal(answer["value"])
            attacker.learn_trends(public, told=told)
    for (_, year, _, structure), unknown in list(attacker.names.items()):
        least, most = attacker.bounds([unknown])
        assert most - least > 0.5, f"{structure} counted {least} in {year}"


def test_a_trend_takes_published_figures_from_what_was_published():
    of_2024 = {number: (number * 10, [0]) for number in range(1, 5)}
    first = published(invented_year(of_2024, year=2024, hidden={4}))
    since = {2024: {"personnes": {number: Decimal(999) for number in range(1, 5)}}}
    public, network = published(invented_year(of_2024, before=since, editions=first))
    for edition in (public, network):
        [line] = [
            one for chapter in read(edition)["chapters"] for one in chapter["lines"] if one["code"] == "personnes"
        ]
        assert line["trend"] == {"years": [2024, 2025], "values": ["60", "60"], "structures": [1, 2, 3]}


def test_a_trend_over_published_figures_may_change_its_structures():
    figures = {number: (number * 10, [0]) for number in range(1, 5)}
    kept = [published(invented_year(figures, year=2024))]
    for hidden in (4, 1):
        kept.append(published(invented_year(figures, hidden={hidden}, editions=latest_first(kept))))
    trends = [
        line["trend"]["structures"]
        for public, _ in kept[1:]
        for chapter in read(public)["chapters"]
        for line in chapter["lines"]
    ]
    assert trends == [[1, 2, 3]] * 2 + [[2, 3, 4]] * 2


# Against the demonstration


def test_the_attacker_finds_nothing_in_the_demonstration(db):
    call_command("demo")
    for campaign in Campaign.objects.all():
        year = gather(campaign)
        public, network = map(read, published(year))
        shown = {page["structure_id"] for page in public["annexes"]}
        cells = {}
        for breakdown, parts in year.parts.items():
            sheets = [sheet for sheet in year.summed(year.sheets) if sheet.structure_id in shown]
            of = year.values_of_parts(parts, sheets)
            cells[breakdown.indicator.code, breakdown.dimension] = {s: float(sum(c)) for s, c in of.items() if any(c)}
        attacker = Attacker()
        for snapshot in (public, network):
            assert not list(remainders(snapshot))
            attacker.learn_breakdowns(snapshot, cells=cells, version=str)
        for one in breakdowns_of(public):
            assert not list(parts_known_too_well(attacker, one, cells[one["code"], one["dimension"]], str))


def test_the_attacker_is_not_harmless():
    """Overlapping groups, as a table too many would give: the hidden category is found exactly."""
    behind = {1: 33, 2: 21, 3: 28}
    attacker = Attacker()
    one = {
        "code": "personnes",
        "dimension": "age",
        "groups": [
            {"label": "tous", "value": "82", "codes": ["age_0", "age_1", "age_2", "age_3"]},
            {"label": "les autres", "value": "78", "codes": ["age_1", "age_2", "age_3"]},
        ],
    }
    for group in one["groups"]:
        parts = [attacker.part(one, s, category, str) for s in behind for category in group["codes"]]
        attacker.solver.addConstr(sum(parts[1:], parts[0]) == float(group["value"]))
    least, most = attacker.bounds([attacker.part(one, number, "age_0", str) for number in behind])
    assert (least, most) == (4, 4)


def test_a_total_that_holds_a_hidden_figure_is_seen():
    snapshot = read(published(invented_year({n: (10, [0]) for n in range(1, 5)}))[0])
    assert not list(remainders(snapshot))
    snapshot["annexes"].pop()
    assert list(remainders(snapshot)) == [("passages", 30), ("personnes", 10)]
