"""The same search for programs."""

import json

import pytest
from data_inclusion.schema import v1

from directory import api
from directory.models import Service
from lemans_solidaire.network.models import Structure

KEYS = set(v1.Service.model_fields)


@pytest.fixture
def services(db):
    structure = Structure.objects.create(name="La Tablée", city="Le Mans", phone="02 43 00 00 00")
    return [
        Service.objects.create(
            structure=structure, name=f"Repas {number}", description="Un repas chaud.", city="Le Mans"
        )
        for number in range(5)
    ]


def get(client, address, **parameters):
    response = client.get(address, parameters)
    assert response.status_code == 200
    return json.loads(response.content)


def everything(client, address, **parameters):
    """Every item, following « next » as a program would."""
    items, turns = [], 0
    while address:
        answer = get(client, address, **parameters)
        items += answer["items"]
        address, parameters, turns = answer["next"], {}, turns + 1
        assert turns < 20
    return items


def test_records_have_the_keys_of_the_schema(client, services):
    answer = get(client, "/api/v1/services")
    assert set(answer) == {"items", "next"}
    assert len(answer["items"]) == 5
    assert all(set(item) == KEYS for item in answer["items"])
    assert set(get(client, "/api/v1/structures")["items"][0]) == set(v1.Structure.model_fields)
    for item in answer["items"]:
        v1.Service(**item)


@pytest.mark.parametrize("asked", [{}, {"q": "repas"}, {"commune": "Le Mans"}])
def test_all_of_it_comes_page_by_page_once(client, services, asked):
    names = [item["nom"] for item in everything(client, "/api/v1/services", limit=2, **asked)]
    assert sorted(names) == [f"Repas {number}" for number in range(5)]


def test_the_same_answers_in_the_same_order_as_the_page(client, services):
    page = [str(one.found) for one in client.get("/annuaire/?q=repas").context["found"].answers]
    assert [item["nom"] for item in get(client, "/api/v1/services", q="repas")["items"]] == page


def test_services_and_structures_are_apart(client, services):
    assert get(client, "/api/v1/services", q="tablée")["items"]
    assert [item["nom"] for item in get(client, "/api/v1/structures", q="tablée")["items"]] == ["La Tablée"]
    assert not get(client, "/api/v1/structures", q="repas")["items"]


def test_what_was_read_already_is_not_sent_again(client, services):
    first = client.get("/api/v1/services")
    again = client.get("/api/v1/services", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Service.objects.update(description="Autre.")
    assert client.get("/api/v1/services", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"cursor": "x"}, {"cursor": "p0"}, {"cursor": "p99999999999"}, {"cursor": "i-1"}, {"cursor": "'; --"},
        {"limit": "0"}, {"limit": "-3"}, {"limit": "999999"}, {"limit": "²"}, {"q": "x" * 10_000}, {"q": "😀"},
        {"theme": "'"}, {"ouvert": "hier"}, {"pres_de": "\x01"}, {"page": "9" * 30},
    ],
)  # fmt: skip
def test_whatever_is_asked_has_an_answer(client, services, parameters):
    assert set(get(client, "/api/v1/services", **parameters)) == {"items", "next"}


def test_a_page_too_far_is_empty_and_ends(client, services):
    assert get(client, "/api/v1/services", q="repas", cursor="p40") == {"items": [], "next": None}


def test_neither_what_is_for_professionals_nor_what_is_closed(client, services, cast, as_user):
    Service.objects.filter(pk=services[0].pk).update(is_for_professionals=True)
    Service.objects.filter(pk=services[1].pk).update(closed_on="2020-01-01")
    for one in (client, as_user(cast.ccas)):
        for asked in ({}, {"q": "repas"}):
            names = {item["nom"] for item in get(one, "/api/v1/services", **asked)["items"]}
            assert names == {"Repas 2", "Repas 3", "Repas 4"}


def test_it_describes_itself_and_is_limited(client, services, monkeypatch):
    assert "/api/v1/services" in get(client, "/api/v1/")["addresses"]
    monkeypatch.setattr(api, "allows", lambda *args: False)
    refused = client.get("/api/v1/services")
    assert refused.status_code == 429
    assert "attendez" in json.loads(refused.content)["problem"]
    assert client.post("/api/v1/services").status_code == 405


def test_readings_are_counted_too(client, services, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"api": "2/h/ip"}
    assert [client.get("/api/v1/services").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("asked", [{}, {"q": "repas"}])
def test_one_item_costs_as_many_queries_as_three(client, services, django_assert_num_queries, asked, monkeypatch):
    monkeypatch.setattr(api, "allows", lambda *args: True)
    costs = []
    for limit in (1, 3):
        with django_assert_num_queries(3 if not asked else 6) as queries:
            client.get("/api/v1/services", {"limit": limit, **asked})
        costs.append(len(queries))
    assert costs[0] == costs[1]
