"""A confidential address, planted as a word that is nowhere else, comes out of nothing that the portal sends."""

import io
import json
import zipfile
from datetime import date

import pypdfium2
import pytest
from django.db import connection

from directory.actions import confirm_service
from directory.models import Service
from directory.slip import slip
from indicators.summary import gather, snapshots
from lemans_solidaire.network.models import Event, Structure

CANARIES = ["Zyxwstraat", "Qoravelle", "99817", "47.123456", "0.654321"]
ASKED = ["", "zyxwstraat", "qoravelle", "99817", "lit", "refuge", "zyxwstrat", "rue zyxw"]


@pytest.fixture
def hidden(cast):
    """A shelter whose address its structure has too, a sibling at the same place, and one that a file brought."""
    place = {"address": "7 Zyxwstraat", "postcode": "99817", "city": "Qoravelle"}
    point = {"latitude": 47.123456, "longitude": 0.654321}
    Structure.objects.filter(pk=cast.panier.pk).update(**place)
    Service.objects.create(structure=cast.panier, name="Écoute", description="Un lit.", **place, **point)
    return Service.objects.create(
        structure=cast.panier,
        name="Lit de refuge",
        description="Un lit.",
        is_address_hidden=True,
        source="essai",
        source_id="essai--1",
        **place,
        **point,
    )


def leaked(text):
    return [word for word in CANARIES if word.lower() in text.lower()]


@pytest.mark.parametrize("role", ["anyone", "stranger"])
def test_no_page_nor_answer_of_the_api_tells_it(hidden, cast, as_user, client, role):
    if role == "stranger":
        client = as_user(cast.stranger)
    addresses = [f"/annuaire/services/{one.pk}/" for one in Service.objects.all()]
    addresses += [
        f"/annuaire/structures/{cast.panier.pk}/",
        "/annuaire/images/",
        "/api/v1/services",
        "/api/v1/structures",
    ]
    for asked in ASKED:
        for path in ("/annuaire/", "/api/v1/services", "/api/v1/structures"):
            for more in ("", "&pres_de=Le+Mans", "&commune=Qoravelle", "&pres_de=47.123,0.654"):
                addresses.append(f"{path}?q={asked}{more}")
    for address in addresses:
        typed = [word for word in CANARIES if word.lower() in address.lower()]
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        assert set(leaked(text)) <= set(typed), address  # what was typed is shown again


def test_what_is_typed_of_it_finds_nothing(hidden, client):
    for typed in ("zyxwstraat", "qoravelle", "99817"):
        for path in ("/api/v1/services", "/api/v1/structures"):
            assert json.loads(client.get(f"{path}?q={typed}").content)["items"] == []


def test_neither_a_slip_nor_an_export_tells_it(hidden, cast, as_user):
    document = pypdfium2.PdfDocument(slip(hidden, "fr"))
    assert not leaked("".join(page.get_textpage().get_text_range() for page in document))
    ccas = as_user(cast.ccas)
    for format in ("data-inclusion", "csv", "hsds"):
        content = b"".join(ccas.get(f"/annuaire/echanges/telecharger/{format}/").streaming_content)
        if content.startswith(b"PK"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Lit de refuge" in content
        assert not leaked(content.decode()), format


def test_the_index_does_not_hold_it(hidden):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, ' ') FROM directory_document d")
        told = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(word, ' ') FROM directory_word")
        words = cursor.fetchone()[0]
    assert "refuge" in told
    assert "refuge" in words
    assert not leaked(told + words)


def test_history_does_not_hold_it(hidden, cast):
    confirm_service(service=hidden, by=cast.owner)
    assert Event.objects.about(hidden).exists()
    assert not leaked(json.dumps(list(Event.objects.values_list("changes", flat=True))))


def test_the_yearly_summary_does_not_publish_it(hidden, cast):
    cast.reviewed(passages=1)
    year = gather(cast.campaign)
    assert "annex" in json.dumps(snapshots(year, date(2026, 1, 1)), default=str)
    assert not leaked(json.dumps(snapshots(year, date(2026, 1, 1)), default=str))
