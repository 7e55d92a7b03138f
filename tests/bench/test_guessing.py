"""How long a refusal takes, whether the card exists or not. Run by `make bench`."""

import random
import statistics
import time

import pytest
from django.test import Client

from consent import codes, kept
from consent.codes import digest_of_code
from tests.consent.people import agent, make_dossier, open_the_part

CARDS, TRIES = 100, 500
DESK = "198.51.100.8"
WITHIN = 2  # ms between the medians


@pytest.fixture
def numbers(fresh_database, cast):
    """Of cards that work."""
    open_the_part(cast)
    made = []
    for _ in range(CARDS):
        dossier_id = make_dossier(cast.owner, cast.panier)
        made.append(codes.new_card_number())
        with agent(cast.owner, cast.panier):
            kept.call("consent_make_card", dossier_id, made[-1], digest_of_code(codes.new_code()))
    return made


def digits(chance, length):
    return "".join(chance.choices("0123456789", k=length))


def milliseconds(client, number, code):
    start = time.perf_counter()
    answer = client.post("/mon-dossier/", {"number": number, "code": code})
    duration = (time.perf_counter() - start) * 1000
    assert answer.status_code == 422
    return duration


def told(label, known, unknown):
    a, b = statistics.median(known), statistics.median(unknown)
    print(f"\n| {label} | carte connue {a:.2f} ms | carte inconnue {b:.2f} ms | écart {a - b:+.2f} ms |", end="")
    assert abs(a - b) < WITHIN


@pytest.mark.parametrize("limits", ["without limits", "with limits"])
def test_a_wrong_code_takes_as_long_as_a_card_that_is_not(numbers, settings, limits):
    """Interleaved, in an order drawn each time; each card five times, far from the limit, and each other number too."""
    settings.DESKS = [DESK]
    if limits == "without limits":
        settings.ACCOUNT_RATE_LIMITS = False
    chance, client = random.Random(19), Client(REMOTE_ADDR=DESK)
    others = [digits(chance, 8) for _ in numbers]
    durations = {True: [], False: []}
    for turn in range(TRIES):
        for is_known in chance.sample([True, False], 2):
            number = (numbers if is_known else others)[turn % CARDS]
            durations[is_known].append(milliseconds(client, number, digits(chance, 20)))
    told("sans limite" if limits == "without limits" else "avec limites", durations[True], durations[False])
