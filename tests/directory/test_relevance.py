"""Queries written by people who had seen the records and not the synonyms: the right door among the first five.

relevance.json: what is typed, on which data, and every answer that a fair social worker would accept. The misses of
« dev » and « kept » were looked at while the table of synonyms was made, those of « fresh » and « last » only once
they had been judged: docs/recherche.md tells how many were found before that, and what is still missed.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from directory.search.answers import search
from directory.search.asking import Asked
from lemans_solidaire.network import demo
from tests.databases import PROJECT

REAL = PROJECT.parent / "shared/data/annuaire"
QUERIES = json.loads(Path(__file__).with_name("relevance.json").read_text())
ENOUGH = 0.95


def keys(answer):
    """Every name under which relevance.json may accept this answer."""
    one = answer.found
    structure = one.structure if answer.is_service else one
    key = structure.source_id.removeprefix("demo-")
    return {key, f"{key}/{one.name}", one.source_id} - {""} if answer.is_service else {key}


def outcome(query):
    """(is right among the first five, is without any answer)."""
    found = search(Asked(q=query["typed"]))
    accepted = set(query["right"])
    first = found.answers[:5]
    return any(accepted & keys(one) for one in first), not found.answers


def judged(data, part):
    queries = [query for query in QUERIES if query["data"] == data and query["part"] == part]
    outcomes = [(query, *outcome(query)) for query in queries]
    missed = [f"{query['kind']}: {query['typed']}" for query, is_right, _ in outcomes if not is_right]
    empty = [query["typed"] for query, _, is_empty in outcomes if is_empty]
    print(
        f"\n{data} {part}: {len(queries) - len(missed)} sur {len(queries)}, {len(empty)} sans réponse",
        *missed,
        sep="\n  ",
    )
    return 1 - len(missed) / len(queries), empty


@pytest.fixture(params=["dev", "kept", "fresh", "last"])
def part(request):
    return request.param


@pytest.fixture(autouse=True)
def wednesday(monkeypatch):
    """Some queries say « demain » or « ce soir »."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 25, 9, 0, tzinfo=UTC))


@pytest.fixture
def real_network(db):
    call_command(
        "import_directory",
        f"--structures={REAL / 'sarthe_structures.json'}",
        f"--services={REAL / 'sarthe_services.json'}",
        verbosity=0,
    )


def test_on_the_fictional_network(db, part):
    demo.load()
    success, empty = judged("demo", part)
    assert not empty
    assert success >= ENOUGH


@pytest.mark.skipif(not REAL.exists(), reason="real data are not here")
def test_on_real_records(real_network, part):
    success, empty = judged("sarthe", part)
    assert not empty
    assert success >= ENOUGH
