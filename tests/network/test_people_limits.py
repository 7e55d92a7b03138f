"""How often one may try, counted together by two real processes of the portal."""

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.contrib.auth.hashers import make_password

from lemans_solidaire.network.models import User
from tests.cast import PASSWORD
from tests.post import post_office
from tests.processes import running_portals


class Visitor:
    """A browser without scripts, which keeps its cookies; every process has the same name, as behind one server."""

    def __init__(self):
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def open(self, url, form=None):
        data = urlencode(form).encode() if form else None
        try:
            answer = self.opener.open(Request(url, data, {"Referer": url, "Host": "localhost"}), timeout=30)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, answer.read().decode(), answer.url

    def send(self, url, **form):
        _, page, _ = self.open(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.open(url, form | {"csrfmiddlewaretoken": token})


@pytest.fixture
def portals(fresh_database, cast):
    """Two processes, a post office; the responsable's password as the processes know to read it."""
    User.objects.filter(pk=cast.owner.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    with post_office() as (box, port), running_portals(fresh_database, 2, LMS_SMTP_PORT=str(port)) as addresses:
        yield addresses, box


def in_turn(addresses, count):
    return [addresses[n % len(addresses)] for n in range(count)]


def test_passwords_are_counted_together_and_the_code_stays_open(portals, cast):
    addresses, box = portals
    good = {"login": cast.owner.email, "password": PASSWORD}
    for address in in_turn(addresses, 10):
        status, page, _ = Visitor().send(f"{address}/compte/login/", **good | {"password": "mauvais"})
        assert status == 200
    # ten for one account: each process refuses, even the right password, and says what remains possible
    for address in addresses:
        _, page, url = Visitor().send(f"{address}/compte/login/", **good)
        assert "Rien n’est bloqué" in page
        assert "/compte/login/" in url
    # twenty for one place: the page of the limit
    for n, address in enumerate(in_turn(addresses, 8)):
        Visitor().send(f"{address}/compte/login/", login=f"autre{n}@essai.test", password="mauvais")
    assert Visitor().send(f"{addresses[0]}/compte/login/", **good)[0] == 429
    # the code, asked of one process and typed in the other, still lets in
    visitor = Visitor()
    visitor.send(f"{addresses[0]}/compte/login/code/", email=cast.owner.email)
    code = re.search(r"^(\d{4}-\d{4})\s*$", box.wait_for(cast.owner.email), re.MULTILINE)[1]
    _, page, url = visitor.send(f"{addresses[1]}/compte/login/code/confirm/", code=code)
    assert url.endswith("/mon-espace/")
    assert "Bonjour Odile Owner" in page


def test_codes_resets_and_unknown_invitations_are_counted_together(portals, cast):
    addresses, box = portals
    for address in in_turn(addresses, 5):
        assert Visitor().open(f"{address}/personnes/invitation/inconnu/")[0] == 404
        Visitor().send(f"{address}/compte/login/code/", email=cast.teammate.email)
        Visitor().send(f"{address}/compte/password/reset/", email=cast.stranger.email)
    for address in addresses:
        assert Visitor().open(f"{address}/personnes/invitation/inconnu/")[0] == 429
        assert "Rien n’est bloqué" in Visitor().send(f"{address}/compte/login/code/", email=cast.teammate.email)[1]
        Visitor().send(f"{address}/compte/password/reset/", email=cast.stranger.email)
    assert len(box.received(cast.teammate.email)) == 5
    assert len(box.received(cast.stranger.email)) == 5
