import base64
import hashlib
import re
import sys
import threading
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from lemans_solidaire.network import demo
from lemans_solidaire.settings import map_tiles
from tests.cast import PASSWORD
from tests.project import launching

LOGIN = "/compte/login/"


def test_the_policy_lets_nothing_in_from_elsewhere(client, db):
    policy = client.get("/")["Content-Security-Policy"]
    assert set(policy.split("; ")) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }


IMAGES = "from lemans_solidaire.settings import CONTENT_SECURITY_POLICY as it; print(it['DIRECTIVES']['img-src'])"


def test_a_background_of_maps_adds_its_site_to_the_images_alone(tmp_path):
    given = {"LMS_TILES": "https://tuiles.example:8443/{z}/{x}/{y}{r}.png?a;b", "LMS_TILES_CREDIT": "© Essai"}
    told = launching.run([sys.executable, "-c", IMAGES], tmp_path, **given)
    assert told.stdout.strip() == """["'self'", 'data:', 'https://tuiles.example:8443']"""


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://tuiles.example/{z}/{x}/{y}.png", "https://"),
        ("//tuiles.example/{z}/{x}/{y}.png", "https://"),
        ("https://{s}.tuiles.example/{z}/{x}/{y}.png", "un seul site"),
        ("https://tuiles.example; script-src */{z}/{x}/{y}.png", "un seul site"),
        ("https://*.example/{z}/{x}/{y}.png", "un seul site"),
        ("https://qui:secret@tuiles.example/{z}/{x}/{y}.png", "un seul site"),
        ("https://tuiles.example/{z}/{x}.png", "{z}, {x} et {y}"),
        ("https://tuiles.example/{z}/{x}/{y}.png?key={key}", "{z}, {x} et {y}"),
    ],
)
def test_a_background_of_maps_that_cannot_serve_is_refused_at_the_start(url, problem):
    with pytest.raises(ImproperlyConfigured, match=re.escape(problem)):
        map_tiles(url, "© Essai")


def test_a_background_of_maps_says_who_made_it():
    with pytest.raises(ImproperlyConfigured, match="LMS_TILES_CREDIT"):
        map_tiles("https://tuiles.example/{z}/{x}/{y}.png", "")


def test_without_a_background_no_other_site_is_called(client, db, settings):
    assert map_tiles("", "") is None
    assert "n’appelle aucun autre site" in client.get("/confidentialite/").content.decode()
    settings.TILES = map_tiles("https://tuiles.example/{z}/{x}/{y}.png", "© Essai")
    page = client.get("/confidentialite/").content.decode()
    assert "n’appelle aucun autre site" not in page
    assert "<strong>tuiles.example</strong>" in page


def test_the_other_headers(client, db):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_page_seen_signed_in_is_not_kept_by_the_browser(cast, as_user):
    assert "no-store" in as_user(cast.owner).get("/mon-espace/")["Cache-Control"]


def test_no_page_holds_inline_code_or_style_or_an_outside_address():
    """A mail is no page: its style is in it, since it is read far from the portal."""
    for template in set(Path("templates").rglob("*.html")) - {Path("templates/network/mail/layout.html")}:
        text = template.read_text()
        assert not re.search(r"\son\w+=|<style|\sstyle=|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template
        assert not re.search(r"(src|href)=\"(https?:)?//", re.sub(r"<a [^>]*>", "", text)), template


def test_bootstrap_is_the_published_one():
    """The integrity value that Bootstrap's own site gives for version 5.3.8."""
    content = Path(finders.find("css/bootstrap.min.css")).read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert digest == "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB"


def test_leaflet_is_the_published_one_without_its_companions(settings):
    """The integrity value that Leaflet's own site gave for version 1.9.3."""
    digest = base64.b64encode(hashlib.sha256(Path(finders.find("leaflet/leaflet.js")).read_bytes()).digest()).decode()
    assert digest == "WBkoXOwTeyKclOHuWtc+i2uENFpDZ9YPdf5Hf+D7ewM="
    served = {path.name for path in (settings.STATIC_ROOT / "leaflet").iterdir()}
    assert {name for name in served if name.count(".") < 2} == {"images", "leaflet.css", "leaflet.js"}


def test_a_second_factor_is_not_readable_in_the_database(cast):
    stored = cast.ccas.authenticator_set.get().data["secret"]
    assert stored.startswith("gAAAA")
    assert len(demo.current_code(cast.ccas)) == 6


def test_a_code_serves_once(fresh_database, cast):
    code = demo.current_code(cast.ccas)
    outcomes = []
    for _ in range(2):
        client = Client()
        client.post(LOGIN, {"login": cast.ccas.email, "password": PASSWORD})
        outcomes.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert outcomes == [302, 200]


def test_sign_in_says_the_same_of_a_wrong_password_and_of_no_account(cast, client):
    def answer(email):
        page = client.post(LOGIN, {"login": email, "password": "une-autre-phrase"}).content.decode()
        return re.sub(r'value="[^"]*"', "", page)

    assert answer(cast.owner.email) == answer("personne@essai.test")


def test_nobody_signs_up(client, db):
    response = client.post("/compte/signup/", {"email": "intrus@essai.test", "password1": PASSWORD})
    assert not response.wsgi_request.user.is_authenticated
    assert not connections["default"].cursor().execute("SELECT 1 FROM network_user").fetchone()


def test_ten_wrong_passwords_close_the_door_for_a_while(fresh_database, cast):
    """Counted in the database on a connection of its own: by every process, whatever a request rolls back."""
    client = Client()
    for _ in range(10):
        client.post(LOGIN, {"login": cast.owner.email, "password": "mauvais-mot-de-passe"})
    client.post(LOGIN, {"login": cast.owner.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_counts_survive_a_request_that_is_rolled_back(fresh_database):
    with transaction.atomic():
        cache.set("compte", 1)
        transaction.set_rollback(True)
    assert cache.get("compte") == 1


def test_counts_are_taken_once_by_threads_that_race(fresh_database):
    """As processes would: each thread has its own connections."""
    won, barrier = [], threading.Barrier(4)

    def take():
        barrier.wait()
        won.append(cache.add("une-fois", "x"))
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert won.count(True) == 1


@pytest.mark.parametrize("url", ["/", "/accessibilite/", "/confidentialite/", "/mentions-legales/"])
def test_a_public_page_sets_no_cookie_that_follows_people(client, db, url):
    assert set(client.get(url).cookies) <= {"csrftoken"}


def test_words_travel_compressed(client, db):
    page = client.get("/charte/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]


@pytest.mark.parametrize("path", ["/mon-dossier/", "/compte/login/", "/personnes/", "/dossiers/", "/gestion/"])
def test_the_length_of_a_page_about_somebody_tells_nothing(client, db, path):
    """A page whose length follows its contents, and where a stranger may have words written, would tell the rest."""
    page = client.get(path, headers={"accept-encoding": "gzip"}, follow=True)
    assert "Content-Encoding" not in page.headers
