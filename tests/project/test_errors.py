import html
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models import User

OURS = {"Origin": "http://testserver"}  # what a browser says of a form of our own pages
TYPED = {
    "seen": "{}",
    "passages": "1 234",
    "passages-sorte": "counted",
    "mot": "L’été, « chaud » <b>",
    "password": "secret-jamais-rendu",
}


def page_of(cast):
    return reverse("indicators:figures", args=[2025, cast.panier.pk, "activite"])


def gives_back(response):
    page = html.unescape(response.content.decode())
    return TYPED["passages"] in page and TYPED["mot"] in page and TYPED["password"] not in page


def test_an_expired_session_gives_the_form_back(cast, client):
    response = client.post(page_of(cast), TYPED, headers=OURS)
    assert response.status_code == 403
    assert gives_back(response)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://mal.test"}, {"Referer": "https://mal.test/testserver"}])
def test_a_form_from_elsewhere_is_never_offered_as_ours(cast, client, headers):
    response = client.post(page_of(cast), TYPED, headers=headers)
    assert response.status_code == 403
    assert TYPED["passages"] not in response.content.decode()


@pytest.mark.parametrize("url", ["/gestion/etat/courriel/", "/gestion/password_change/", "/compte/password/change/"])
def test_forms_of_power_over_accounts_are_typed_again(cast, url):
    client = Client(enforce_csrf_checks=True)
    response = client.post(url, {"email": "intrus@mal.test", "new_password1": "en-clair"}, headers=OURS)
    page = response.content.decode()
    assert "intrus@mal.test" not in page
    assert "en-clair" not in page


def test_a_sheet_out_of_reach_gives_the_text_back(cast, as_user):
    client = as_user(cast.owner)
    cast.owner.memberships.update(until=timezone.localdate() - timedelta(days=1), since="2020-01-01")
    response = client.post(page_of(cast), TYPED, headers=OURS)
    assert response.status_code == 404
    assert gives_back(response)


def test_an_account_that_became_administrator_meanwhile_keeps_its_text(cast, as_user):
    client = as_user(cast.owner)
    User.objects.filter(pk=cast.owner.pk).update(is_ccas_admin=True)
    response = client.post(page_of(cast), TYPED, headers=OURS)
    assert response.status_code == 403
    assert gives_back(response)


def test_an_address_with_two_slashes_leads_nowhere_else(database_away, client):
    client.raise_request_exception = False
    database_away()
    response = client.post("//mal.test/x/", {"mot": "a"}, headers=OURS)
    assert 'action="//' not in response.content.decode()
    assert 'href="//' not in response.content.decode()


def test_a_missing_csrf_token_gives_the_form_back(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    response = client.post(page_of(cast), TYPED, headers=OURS)
    assert response.status_code == 403
    assert gives_back(response)


def test_what_is_given_back_can_be_sent_again(cast):
    client = Client(enforce_csrf_checks=True)
    url = page_of(cast)
    page = client.post(url, TYPED | {"passages": "12"}, headers=OURS).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    client.force_login(cast.owner)
    client.cookies["csrftoken"] = client.cookies["csrftoken"].value
    assert client.post(url, {"seen": "{}", "passages": "12", "csrfmiddlewaretoken": token}).status_code == 302


@pytest.fixture
def database_away(fresh_database):
    """Calling it is as if PostgreSQL had stopped: no connection can be made any more."""
    settings = [connections.settings[alias] for alias in ("default", "autonomous")]
    hosts = [entry["HOST"] for entry in settings]

    def stop():
        connections.close_all()
        for entry in settings:
            entry["HOST"] = "/nulle-part"

    yield stop
    for entry, host in zip(settings, hosts, strict=True):
        entry["HOST"] = host


@pytest.mark.parametrize("url", ["/mon-espace/", "/indicateurs/2025/fiche/1/", "/readyz"])
def test_a_database_that_went_away_is_a_clear_503(database_away, cast, client, url):
    client.force_login(cast.owner)
    client.raise_request_exception = False
    database_away()
    before = time.monotonic()
    response = client.post(url, TYPED, headers=OURS) if "fiche" in url else client.get(url)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert time.monotonic() - before < 2
    if "fiche" in url:
        assert gives_back(response)


def test_public_pages_without_session_survive_the_database(database_away, cast, client):
    database_away()
    assert client.get("/healthz").status_code == 200
    assert client.get("/accessibilite/").status_code == 200


def test_a_broken_page_is_a_500_that_gives_the_form_back(cast, client, monkeypatch):
    def break_down(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("indicators.views.filling.find_sheet", break_down)
    client.force_login(cast.owner)
    client.raise_request_exception = False
    response = client.post(page_of(cast), TYPED, headers=OURS)
    assert response.status_code == 500
    assert gives_back(response)


def test_an_unknown_address_is_a_404_in_french(client, db):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert 'lang="fr"' in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/%00/", "/indicateurs/99999999999999999999/fiche/", "/compte/login/?next=//mal.test"]
)
def test_odd_addresses_are_answered(client, db, path):
    assert client.get(path).status_code < 500


def test_a_null_character_is_refused_everywhere(cast, as_user):
    url = page_of(cast)
    assert as_user(cast.owner).post(url, {"seen": "{}", "passages": "1\x00"}).status_code == 400
    client = as_user(cast.ccas)
    for query in ("structure/?kind__exact=%00", "membership/?role__exact=%00", "membership/add/?structure=%00"):
        assert client.get(f"/gestion/network/{query}").status_code == 400


def test_too_many_fields_are_a_400(cast, as_user):
    url = page_of(cast)
    response = as_user(cast.owner).post(url, {f"champ{n}": "1" for n in range(2100)})
    assert response.status_code == 400
