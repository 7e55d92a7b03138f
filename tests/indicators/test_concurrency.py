"""People at the same moment on the same sheet, in a database of their own, each with a connection of their own."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from indicators import actions
from indicators.contents import Contents, replies_of
from indicators.figures import counted
from indicators.models import Sheet
from lemans_solidaire.network.models import Event

CODES = ["accueils", "passages", "contacts"]
PAIRS = 1000


@pytest.fixture
def two_people():
    """Two threads that keep their connection, and start each round together."""
    barrier = Barrier(2)

    def run(act, argument):
        barrier.wait()
        try:
            return act(argument)
        except actions.SheetRefusal as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        yield lambda act, one, other: [f.result() for f in [pool.submit(run, act, one), pool.submit(run, act, other)]]
        for _ in range(2):
            pool.submit(lambda: (barrier.wait(), connections.close_all()))


def test_a_thousand_pairs_of_saves_write_nothing_over_silently(fresh_database, cast, two_people):
    """Each pair sees the same page, then both change one or two figures of it, often the same."""
    chance = random.Random(20261123)
    sheet = cast.sheet(passages=1)
    indicators = {code: cast.indicator(code) for code in CODES}

    def save(edit):
        typed = {indicators[code]: reply for code, reply in edit["typed"].items()}
        contents = Contents(Sheet.objects.get(pk=sheet.pk))
        return actions.save_answers(contents=contents, typed=typed, seen=edit["seen"], by=cast.owner)

    refused = 0
    for number in range(PAIRS):
        seen = replies_of(sheet)
        edits = [
            {
                "seen": seen,
                "typed": {code: counted(2 * number + who) for code in chance.sample(CODES, chance.choice([1, 2]))},
            }
            for who in (0, 1)
        ]
        outcomes = two_people(save, *edits)
        refused += check_pair(seen, edits, outcomes, replies_of(sheet))
    assert 0 < refused < PAIRS
    check_history(sheet)


def check_pair(seen, edits, outcomes, stored):
    """Apart, both are kept; on a common figure one is kept whole and the other told. Returns how many refusals."""
    refusals = [outcome for outcome in outcomes if isinstance(outcome, actions.NewerSave)]
    common = edits[0]["typed"].keys() & edits[1]["typed"].keys()
    assert len(refusals) == bool(common)
    kept = [edit for edit, outcome in zip(edits, outcomes, strict=True) if not isinstance(outcome, actions.NewerSave)]
    expected = dict(seen)
    for edit in kept:
        expected |= edit["typed"]
    assert stored == expected
    for refusal in refusals:
        assert refusal.conflicts == {code: kept[0]["typed"][code] for code in common}
    return len(refusals)


def check_history(sheet):
    """Every change starts from what the one before had left."""
    now = {}
    for event in reversed(Event.objects.about(sheet).filter(verb="sheet_saved")):
        for code, (before, after) in event.changes.items():
            assert now.get(code) == before
            now[code] = after
    assert now == {code: reply.told for code, reply in replies_of(sheet).items()}


def test_a_hundred_double_submissions_send_once_each(fresh_database, cast, two_people):
    sheet = cast.sheet(passages=1)
    for number in range(100):
        outcomes = two_people(lambda by: actions.submit_sheet(sheet=sheet, by=by), cast.owner, cast.owner)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotInThisState", "Sheet"]
        assert Event.objects.about(sheet).filter(verb="sheet_submitted").count() == number + 1
        actions.reopen_sheet(sheet=sheet, reason="Encore une fois.", by=cast.ccas)


def test_a_hundred_first_saves_at_once_make_one_sheet(fresh_database, cast, two_people):
    def begin(value):
        contents = Contents(Sheet(campaign=cast.campaign, structure=cast.panier))
        return actions.save_answers(
            contents=contents, typed={cast.indicator("passages"): counted(value)}, seen={}, by=cast.owner
        )

    for _ in range(100):
        outcomes = two_people(begin, 1, 2)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NewerSave", "Sheet"]
        Sheet.objects.get().answers.all().delete()
        Sheet.objects.all().delete()
