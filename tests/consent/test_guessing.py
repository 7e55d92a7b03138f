"""Whoever tries cards one after the other: nothing opens, nothing is learnt, and those who have theirs still enter."""

import random
import re
import uuid
from collections import Counter
from dataclasses import dataclass

import pytest
from django.test import Client

from consent import kept
from consent.codes import digest_of_code
from tests.consent.people import agent, log_of, make_dossier, open_the_part

CARDS, BLOCKED = 20, 4
ADDRESSES = [f"203.0.113.{rank}" for rank in range(30)]
THROUGH_THE_PAGE, IN_THE_DATABASE = 1_000, 9_000
ELSEWHERE, DESK = "198.51.100.7", "198.51.100.8"
WRONG, TOO_MANY = "ne vont pas ensemble", "Trop d’essais"


@dataclass
class Card:
    dossier: uuid.UUID
    called: str
    number: str
    code: str


@pytest.fixture
def cards(fresh_database, cast):
    """Of twenty dossiers; the last ones are blocked."""
    open_the_part(cast)
    chance, made = random.Random(11), []
    for rank in range(CARDS):
        called = f"Canari-{rank:02}"
        card = Card(make_dossier(cast.owner, cast.panier, called), called, digits(chance, 8), digits(chance, 20))
        with agent(cast.owner, cast.panier):
            assert kept.call("consent_make_card", card.dossier, card.number, digest_of_code(card.code))
            if rank >= CARDS - BLOCKED:
                assert kept.call("consent_block_card", card.dossier)
        made.append(card)
    return made


@pytest.fixture
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


def digits(chance, length):
    return "".join(chance.choices("0123456789", k=length))


def one_digit_off(chance, typed):
    place = chance.randrange(len(typed))
    return typed[:place] + str((int(typed[place]) + chance.randint(1, 9)) % 10) + typed[place + 1 :]


def wrong_pair(chance, cards):
    """(number, code) that open nothing: drawn, almost right, another card's, too short, too long, blocked."""
    card, other = chance.sample(cards, 2)
    pairs = [
        (card.number, digits(chance, 20)),
        (card.number, one_digit_off(chance, card.code)),
        (one_digit_off(chance, card.number), card.code),
        (card.number, other.code),
        (card.number, card.code[:-1]),
        (card.number, card.code + "0"),
        (cards[-1].number, cards[-1].code),
        (digits(chance, 8), digits(chance, 20)),
    ]
    return chance.choice(pairs)


def try_pair(client, number, code):
    return client.post("/mon-dossier/", {"number": number, "code": code})


def text(response):
    return response.content.decode()


def is_served(address, card):
    client = Client(REMOTE_ADDR=address)
    entered = try_pair(client, card.number, card.code).status_code == 302
    return entered and card.called in text(client.get("/mon-dossier/"))


def entries(name, cards):
    """How many times each dossier was entered with its card."""
    return [[line[0] for line in log_of(name, card.dossier)].count("entered") for card in cards]


def test_a_thousand_guesses_in_the_form_and_nine_thousand_in_the_database_open_nothing(cards, fresh_database, settings):
    chance, answers = random.Random(12), Counter()
    guessers = [Client(REMOTE_ADDR=address) for address in ADDRESSES]
    for _ in range(THROUGH_THE_PAGE):
        answer = try_pair(chance.choice(guessers), *wrong_pair(chance, cards))
        answers[answer.status_code] += 1
        assert "sessionid" not in answer.cookies
    assert set(answers) == {422, 429}
    assert min(answers.values()) > 100
    for _ in range(IN_THE_DATABASE):
        number, code = wrong_pair(chance, cards)
        assert kept.call("consent_card_opens", number, digest_of_code(code)) is None
    assert entries(fresh_database, cards) == [0] * CARDS
    assert is_served(ELSEWHERE, cards[0])
    settings.DESKS = [DESK]
    for card in cards[:-BLOCKED]:
        assert is_served(DESK, card)
    assert not is_served(DESK, cards[-1])
    assert entries(fresh_database, cards) == [2] + [1] * (CARDS - BLOCKED - 1) + [0] * BLOCKED


def test_a_desk_is_served_after_as_many_guesses_as_one_likes(cards, settings):
    settings.DESKS = [DESK]
    at_the_desk, chance = Client(REMOTE_ADDR=DESK), random.Random(13)
    for _ in range(100):
        assert WRONG in text(try_pair(at_the_desk, digits(chance, 8), digits(chance, 20)))
    assert is_served(DESK, cards[0])


def throttled(address):
    """A browser there, whose tries of this hour are spent."""
    client, chance = Client(REMOTE_ADDR=address), random.Random(14)
    for _ in range(30):
        assert try_pair(client, digits(chance, 8), digits(chance, 20)).status_code == 422
    return client


def test_too_many_tries_say_so_and_keep_the_number_whatever_the_card(cards):
    client, chance = throttled(ADDRESSES[0]), random.Random(15)
    good, blocked = cards[0], cards[-1]
    pairs = [
        (good.number, good.code),  # right, and not even looked at
        (good.number, digits(chance, 20)),
        (blocked.number, blocked.code),
        (digits(chance, 8), good.code),
    ]
    for number, code in pairs:
        answer = try_pair(client, number, code)
        assert answer.status_code == 429
        assert f'name="number" value="{number}"' in text(answer)
        assert TOO_MANY in text(answer)
        assert WRONG not in text(answer)
    assert len({told(try_pair(client, *pair), *pair) for pair in pairs}) == 1
    assert is_served(ELSEWHERE, good)


def known_browser(address):
    """One that has its cookie already."""
    client = Client(REMOTE_ADDR=address)
    client.get("/mon-dossier/")
    return client


def told(response, number, code):
    """All that an answer says, but for what was typed and the form's own token."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", text(response))
    assert page.count(number) == page.count(code) == 1
    headers = sorted((name, value) for name, value in response.headers.items() if name != "Content-Length")
    return response.status_code, page.replace(number, "").replace(code, ""), str(headers), *sorted(response.cookies)


def test_a_wrong_code_a_blocked_card_and_a_card_that_is_not_are_told_alike(cards, no_limits):
    client, chance, seen = known_browser(ELSEWHERE), random.Random(16), set()
    good, blocked = cards[0], cards[-1]
    for _ in range(10):
        pairs = [
            (good.number, digits(chance, 20)),
            (blocked.number, blocked.code),
            (blocked.number, digits(chance, 20)),
            (digits(chance, 8), good.code),
            (digits(chance, 8), digits(chance, 20)),
        ]
        seen |= {told(try_pair(client, *pair), *pair) for pair in pairs}
    [(status, page, *_)] = seen
    assert status == 422
    assert WRONG in page


def test_a_card_tried_too_often_is_told_as_one_that_is_not(cards, settings):
    """From as many addresses as one likes; the right code still enters."""
    settings.DESKS = [DESK]
    client, chance, histories = known_browser(DESK), random.Random(17), set()
    for number in (cards[0].number, cards[-1].number, digits(chance, 8)):
        history = []
        for _ in range(25):
            code = digits(chance, 20)
            history.append(told(try_pair(client, number, code), number, code))
        histories.add(tuple(history))
    [history] = histories
    assert [status for status, *_ in history] == [422] * 20 + [429] * 5
    assert is_served(ELSEWHERE, cards[0])


def test_an_address_stays_throttled_while_others_guess(cards):
    client, chance = throttled(ADDRESSES[0]), random.Random(18)
    for other in [Client(REMOTE_ADDR=address) for address in ADDRESSES[1:21]]:
        for _ in range(15):
            try_pair(other, digits(chance, 8), digits(chance, 20))
    assert try_pair(client, digits(chance, 8), digits(chance, 20)).status_code == 429
