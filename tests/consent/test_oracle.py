"""The rules of reading, written a second time in Python, against what PostgreSQL lets through."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from consent import kept
from consent.codes import digest_of_code
from consent.identity import enter_as_agent
from consent.models import StructureOpening
from lemans_solidaire.network.models import Structure
from tests.cast import account
from tests.consent.people import ORAL, agent, give_right, make_dossier, open_the_part, visible
from tests.databases import as_owner

STATES = 10_000
PURPOSES = ("logement", "droits")


@pytest.fixture
def structures(fresh_database, cast):
    """Five, each with somebody who has the right."""
    open_the_part(cast)
    found = {cast.panier: cast.owner, cast.halte: cast.stranger}
    for number in range(3):
        structure = Structure.objects.create(name=f"Structure {number}")
        StructureOpening.objects.create(structure=structure, signed_on=timezone.localdate(), by=cast.ccas)
        found[structure] = account(f"agent{number}@essai.test", f"Agent {number}")
        give_right(found[structure], structure)
    return found


def may_read(structure, dossier, shares, emergencies, today):
    """Design, section 5, rule 4: a and b, then d."""
    holder, kept_until, is_withdrawn = dossier
    if is_withdrawn:
        return False
    if any(by == structure and minutes > 0 for by, minutes in emergencies):
        return True
    if kept_until < today:
        return False
    return holder == structure or any(
        to == structure and until >= today and not taken_back for to, until, taken_back in shares
    )


def some_day(chance, today):
    return today + timedelta(days=chance.choice([-300, -1, 0, 1, 200]))


def draw(structures, today):
    """{id: (dossier, its shares, its emergencies)}: (holder, until, withdrawn), [(structure, until, withdrawn)],
    [(structure whose agent opened it, minutes that are left)].
    """
    chance, ids = random.Random(5), [structure.pk for structure in structures]
    drawn = {}
    for _ in range(STATES):
        dossier = (chance.choice(ids), some_day(chance, today), chance.random() < 0.2)
        shares = [
            (chance.choice(ids), some_day(chance, today), chance.random() < 0.3) for _ in range(chance.randint(0, 4))
        ]
        opened = [(chance.choice(ids), chance.choice([-1, 59])) for _ in range(chance.choice([0, 0, 0, 0, 1, 2]))]
        drawn[uuid.UUID(int=chance.getrandbits(128))] = dossier, shares, opened
    return drawn


def write(name, drawn, structures):
    agents = {structure.pk: user.pk for structure, user in structures.items()}
    with as_owner(name) as owner, owner.cursor() as cursor:
        withdrawn = {True: datetime(2026, 1, 1, tzinfo=UTC), False: None}
        with cursor.copy(
            "COPY consent_dossier (id, number, structure_id, called, search_name, created_at, kept_until,"
            " keep_withdrawn_at) FROM STDIN"
        ) as rows:
            for number, (key, ((holder, until, is_withdrawn), *_)) in enumerate(drawn.items()):
                row = (key, f"{number:08}", holder, "Sami", "sami", timezone.now(), until, withdrawn[is_withdrawn])
                rows.write_row(row)
        owner.execute("INSERT INTO consent_detail SELECT id, '', NULL, 1, 0, '', '', '', 0 FROM consent_dossier")
        owner.execute("DROP INDEX share_once")  # states that the functions never make are drawn too
        with cursor.copy(
            "COPY consent_share (dossier_id, structure_id, purpose, until, given_at, withdrawn_at) FROM STDIN"
        ) as rows:
            for key, (_, shares, _) in drawn.items():
                for to, until, is_withdrawn in shares:
                    rows.write_row((key, to, "logement", until, timezone.now(), withdrawn[is_withdrawn]))
        with cursor.copy(
            "COPY consent_emergency (dossier_id, at, until, user_id, structure_id, why, review) FROM STDIN"
        ) as rows:
            for key, (*_, opened) in drawn.items():
                for by, minutes in opened:
                    until = timezone.now() + timedelta(minutes=minutes)
                    rows.write_row((key, timezone.now(), until, agents[by], by, "Un danger.", ""))


def test_ten_thousand_states_are_read_as_the_rules_say(structures, fresh_database):
    today = timezone.localdate()
    drawn = draw(structures, today)
    write(fresh_database, drawn, structures)
    for structure, user in structures.items():
        expected = {key for key, state in drawn.items() if may_read(structure.pk, *state, today)}
        with agent(user, structure):
            assert visible() == expected
            for key in random.Random(6).sample(sorted(drawn), 100):  # the function that reads says the same
                assert (kept.open_dossier(key, "demande") is not None) == (key in expected)
    assert visible() == set()


def test_a_thousand_acts_leave_what_the_rules_say(structures, fresh_database):
    """Given, renewed and taken back through the functions, by whoever may and whoever may not."""
    chance, today = random.Random(7), timezone.localdate()
    known = {}
    for structure, user in structures.items():
        for _ in range(2):
            known[make_dossier(user, structure)] = [structure.pk, True, {}]
    for _ in range(1000):
        structure, user = chance.choice(list(structures.items()))
        dossier_id = chance.choice(list(known))
        other, purpose = chance.choice(list(structures)), chance.choice(PURPOSES)
        holder, is_kept, shares = known[dossier_id]
        decides = is_kept and holder == structure.pk
        act = chance.choices(["share", "unshare", "end"], [6, 4, 0.05])[0]
        with agent(user, structure):
            if act == "share":
                until = today + timedelta(days=chance.choice([0, 1, 300]))
                done = kept.call("consent_share", dossier_id, other.pk, purpose, until, ORAL)
                assert done == (decides and other.pk != holder)
                if done:
                    shares[other.pk, purpose] = until
            elif act == "unshare":
                done = kept.call("consent_unshare", dossier_id, other.pk, ORAL)
                mine = [key for key in shares if key[0] == other.pk]
                assert done == (decides and bool(mine))
                if done:
                    for key in mine:
                        del shares[key]
            elif kept.call("consent_end", dossier_id, ORAL):
                assert decides
                known[dossier_id][1] = False
    for structure, user in structures.items():
        with agent(user, structure):
            assert visible() == {
                key
                for key, (holder, is_kept, shares) in known.items()
                if is_kept and (holder == structure.pk or any(to == structure.pk for to, _ in shares))
            }
    assert kept.rows("consent_verify") == []


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-31 22:59:59+00", date(2026, 1, 31)),
        ("2026-01-31 23:00:00+00", date(2026, 2, 1)),
        ("2026-03-29 21:59:59+00", date(2026, 3, 29)),  # the night when the clock goes forward
        ("2026-03-29 22:00:00+00", date(2026, 3, 30)),
    ],
)
def test_a_day_ends_at_midnight_in_le_mans(db, moment, day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_day(%s::timestamptz)", [moment])
        assert cursor.fetchone() == (day,)


def test_a_card_whose_dossier_ended_still_opens_to_its_person(structures):
    (structure, user), *_ = structures.items()
    dossier_id = make_dossier(user, structure)
    with agent(user, structure):
        kept.call("consent_make_card", dossier_id, "11112222", digest_of_code("1"))
        kept.call("consent_end", dossier_id, ORAL)
    assert kept.call("consent_card_opens", "11112222", digest_of_code("1")) == dossier_id
    with transaction.atomic():
        assert enter_as_agent(user, structure.pk)
        assert kept.open_dossier(dossier_id, "demande") is None
