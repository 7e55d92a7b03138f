"""Getting in without a password, after forgetting everything, or too often; what nobody may learn from it."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lemans_solidaire.network.models import User
from tests.cast import PASSWORD

ASK, CONFIRM = reverse("account_request_login_code"), reverse("account_confirm_login_code")


def text_of(response):
    return response.content.decode()


def ask(client, email, **more):
    return client.post(ASK, {"email": email} | more, follow=True)


def code_of(message):
    return re.search(r"^\d{4}-\d{4}$", message.body, re.MULTILINE)[0]


def is_in(client):
    return "_auth_user_id" in client.session


def without_what_varies(page, email):
    return re.sub(r'value="[^"]*"', "", text_of(page)).replace(email, "…")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".replace("-", " ")])
def test_a_code_received_by_mail_is_enough(client, cast, typed):
    User.objects.filter(pk=cast.owner.pk).update(password="!")
    page = ask(client, cast.owner.email)
    assert "Recopiez le code" in text_of(page)
    (message,) = mail.outbox
    assert message.to == [cast.owner.email]
    assert "Bonjour" in message.body
    answer = client.post(CONFIRM, {"code": typed.format(code_of(message)).replace("-", " ")})
    assert answer.url == "/mon-espace/"
    assert is_in(client)


def test_a_code_serves_once_and_in_the_page_that_asked_for_it(client, cast):
    ask(client, cast.owner.email)
    code = code_of(mail.outbox[0])
    elsewhere = Client()
    elsewhere.post(CONFIRM, {"code": code})
    assert not is_in(elsewhere)
    client.post(CONFIRM, {"code": code})
    client.logout()
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_a_code_dies_after_a_quarter_of_an_hour(client, cast, monkeypatch):
    ask(client, cast.owner.email)
    code = code_of(mail.outbox[0])
    import time

    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 15 * 60 + 1)
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_five_wrong_codes_end_that_code_not_the_account(client, cast):
    ask(client, cast.owner.email)
    for _ in range(4):
        assert "Ce code ne convient pas" in text_of(client.post(CONFIRM, {"code": "0000-0000"}))
    last = client.post(CONFIRM, {"code": "0000-0000"}, follow=True)
    assert last.request["PATH_INFO"] == ASK
    client.post(CONFIRM, {"code": code_of(mail.outbox[0])})
    assert not is_in(client)
    ask(client, cast.owner.email)
    client.post(CONFIRM, {"code": code_of(mail.outbox[-1])})
    assert is_in(client)


def test_the_page_says_the_same_whoever_asks(cast):
    User.objects.filter(pk=cast.nobody.pk).update(is_active=False)
    pages = {}
    for email in (cast.owner.email, cast.ccas.email, cast.nobody.email, "personne@essai.test"):
        client = Client()
        pages[email] = without_what_varies(ask(client, email), email)
        assert client.get(CONFIRM).request["PATH_INFO"] == CONFIRM
    assert len(set(pages.values())) == 1
    assert len(mail.outbox) == 4  # each address is written to, hence as slow as another


def test_an_account_with_two_steps_gets_no_code_and_its_owner_is_told_why(client, cast):
    for user in (cast.ccas, cast.owner):
        User.objects.filter(pk=cast.owner.pk).update(second_factor_asked=True)
        ask(client, user.email)
        message = mail.outbox[-1]
        assert not re.search(r"\d{4}-\d{4}", message.body)
        assert "Il faut votre mot de passe" in message.body
        assert "/compte/password/reset/" in message.body


def test_the_unknown_address_is_told_so_by_mail_alone(client, cast):
    ask(client, "personne@essai.test")
    assert "Aucun compte n’est ouvert" in mail.outbox[0].body


def test_a_code_asked_before_the_second_step_was_due_no_longer_enters(client, cast):
    ask(client, cast.owner.email)
    User.objects.filter(pk=cast.owner.pk).update(second_factor_asked=True)
    page = client.post(CONFIRM, {"code": code_of(mail.outbox[0])}, follow=True)
    assert not is_in(client)
    assert "double vérification" in text_of(page)


def test_a_code_sent_to_an_address_that_changed_since_opens_nothing(client, cast):
    ask(client, cast.owner.email)
    cast.owner.email = "nouvelle.owner@essai.test"
    cast.owner.save()
    page = client.post(CONFIRM, {"code": code_of(mail.outbox[0])}, follow=True)
    assert not is_in(client)
    assert "n’est plus celle du compte" in text_of(page)
    ask(client, " Nouvelle.Owner@essai.test")
    client.post(CONFIRM, {"code": code_of(mail.outbox[1])})
    assert is_in(client)


@pytest.mark.parametrize(
    ("since", "serves"), [({}, True), ({"is_active": False}, False), ({"email": "a@b.test"}, False)]
)
def test_a_link_to_choose_a_password_dies_with_the_account_or_its_address(client, cast, since, serves):
    client.post(reverse("account_reset_password"), {"email": cast.owner.email})
    link = re.search(r"/compte/password/reset/key/\S+", mail.outbox[0].body)[0]
    if since:
        User.objects.filter(pk=cast.owner.pk).update(**since)
    page = client.get(link, follow=True)
    assert ("déjà servi" in text_of(page)) is not serves
    client.post(page.request["PATH_INFO"], dict.fromkeys(["password1", "password2"], "cabane violette dromadaire"))
    assert User.objects.get(pk=cast.owner.pk).check_password(PASSWORD) is not serves


def test_a_code_leads_where_one_was_going(client, cast):
    where = reverse("people:people", args=[cast.panier.pk])
    to_sign_in = client.get(where).url
    page = text_of(client.get(to_sign_in))
    assert f"{ASK}?next={where}" in page
    asked = client.post(ASK, {"email": cast.owner.email, "next": where})
    answer = client.post(asked.url, {"code": code_of(mail.outbox[0]), "next": where})
    assert answer.url == where


def test_five_codes_an_hour_for_an_address_then_it_says_what_to_do(client, cast):
    for _ in range(5):
        ask(Client(), cast.owner.email)
    page = text_of(ask(client, cast.owner.email))
    assert "Rien n’est bloqué" in page
    assert len(mail.outbox) == 5
    client.post(reverse("account_login"), {"login": cast.owner.email, "password": PASSWORD})
    assert is_in(client)  # the other way in stays open


def test_too_many_passwords_leave_the_code_open(client, cast):
    login = reverse("account_login")
    for _ in range(10):
        client.post(login, {"login": cast.owner.email, "password": "mauvais"})
    page = text_of(client.post(login, {"login": cast.owner.email, "password": PASSWORD}))
    assert "entrez d’une autre façon" in page
    ask(client, cast.owner.email)
    client.post(CONFIRM, {"code": code_of(mail.outbox[0])})
    assert is_in(client)


def test_twenty_tries_from_one_place_then_a_page_that_says_until_when(client, cast):
    login = reverse("account_login")
    answers = [client.post(login, {"login": f"n{n}@essai.test", "password": "x"}).status_code for n in range(21)]
    assert answers == [200] * 20 + [429]
    page = client.post(login, {"login": cast.owner.email, "password": PASSWORD})
    assert "recommencez après" in text_of(page)
    assert reverse("help_to_enter") in text_of(page)
    assert client.get(login).status_code == 200


def test_whoever_cannot_enter_is_told_whom_to_write_to(client, db, settings):
    settings.PUBLISHER = settings.PUBLISHER | {"contact": "portail@ville.test"}
    page = text_of(client.get(reverse("help_to_enter")))
    for told in ("changé d’adresse", "n’a plus personne", "perdu mon téléphone", "portail@ville.test"):
        assert told in page
    settings.PUBLISHER = settings.PUBLISHER | {"contact": ""}
    assert "mentions légales" in text_of(client.get(reverse("help_to_enter")))


def test_the_sign_in_page_offers_each_way(client, db):
    page = text_of(client.get(reverse("account_login")))
    for name in ("account_request_login_code", "account_reset_password", "help_to_enter", "account_signup"):
        assert reverse(name) in page
