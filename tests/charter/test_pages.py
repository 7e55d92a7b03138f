"""The public pages of the charter: any version at its address, what changed, on paper."""

import hashlib
import io
import json

import pikepdf
import pypdfium2
import pytest

from charter.actions import save_draft
from charter.models import Version
from charter.paper import Paper
from lemans_solidaire.network import demo
from lemans_solidaire.network.models import Event
from tests.charter.texts import FIRST, SECOND, adopted

THIRD = SECOND.replace("### Article 1 : Accueillir chacun", "### Article 1 : Autre titre entièrement nouveau")
GONE = SECOND.replace(
    "### Article 1 : Accueillir chacun\n\nLa porte est ouverte à toute heure, sans condition.\n\n", ""
)


@pytest.fixture
def two(cast):
    said = {"summaries": {"article-1": "Venez quand vous voulez."}, "change_note": "La porte, à toute heure."}
    return adopted(cast.ccas), adopted(cast.ccas, SECOND, **said)


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def test_before_any_version_the_page_says_so(cast, as_user):
    assert "Aucune version" in page(as_user(None), "/charte/")
    assert "première version" not in page(as_user(cast.owner), "/charte/")
    assert "Écrire la première version" in page(as_user(cast.ccas), "/charte/")
    assert "Aucune version" in page(as_user(None), "/charte/versions/")
    for url in ("/charte/charte.pdf", "/charte/versions/1/", "/charte/articles/article-1/", "/charte/versions/1.pdf"):
        page(as_user(None), url, 404)


def test_the_version_in_force(two, client):
    html = page(client, "/charte/")
    assert "Version 2, en vigueur" in html
    assert "Adoptée le 1er mars 2025 par L’assemblée d’essai." in html
    for told in ("à toute heure, sans condition", "Venez quand vous voulez.", "La porte, à toute heure."):
        assert told in html
    assert two[1].digest in html
    assert 'id="article-1"' in html
    assert "n’est plus en vigueur" not in html


def test_another_version_says_that_it_is_not_in_force(two, client):
    html = page(client, "/charte/versions/1/")
    assert "n’est plus en vigueur" in html
    assert "à toute heure" not in html
    assert 'href="/charte/versions/1..2/"' in html
    for number in (0, 3, 99999, 10**12):
        page(client, f"/charte/versions/{number}/", 404)


def test_all_the_versions(two, client):
    html = page(client, "/charte/versions/")
    assert html.index("Version 2") < html.index("Version 1")
    assert "/charte/versions/1..2/" in html


def test_the_link_of_an_article_lasts(cast, two, client):
    assert client.get("/charte/articles/article-1/").url == "/charte/#article-1"
    adopted(cast.ccas, GONE)
    html = page(client, "/charte/articles/article-1/", 404)
    assert 'href="/charte/versions/2/#article-1"' in html
    assert "Accueillir chacun" in html
    assert client.get("/charte/articles/article-2/").url == "/charte/#article-2"
    assert "Il n’y a rien à cette adresse" in page(client, "/charte/articles/article-77/", 404)


@pytest.mark.parametrize("view", ["", "?vue=cote-a-cote", "?vue=autre"])
def test_what_changed(two, client, view):
    html = page(client, f"/charte/versions/1..2/{view}")
    assert "1 partie du texte a changé" in html
    assert "<ins>" in html
    assert "à toute heure" in html
    assert "Sans changement" in html
    assert ("Version 1</p>" in html) == (view == "?vue=cote-a-cote")
    assert "<del>" in page(client, f"/charte/versions/2..1/{view}")


def test_nothing_to_compare(two, client):
    assert "deux fois la même" in page(client, "/charte/versions/2..2/")
    for url in ("1..3", "3..3", f"1..{10**12}"):
        page(client, f"/charte/versions/{url}/", 404)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_whatever_the_number_of_versions(cast, client, django_assert_num_queries, count):
    for text in [FIRST, SECOND, THIRD][:count]:
        adopted(cast.ccas, text)
    for url, queries in (
        ("/charte/", 4),
        (f"/charte/versions/{count}/", 4),
        ("/charte/versions/", 3),
    ):  # two of the transaction
        with django_assert_num_queries(queries):
            client.get(url)


def test_the_exact_text_can_be_checked_by_anybody(two, client):
    content = client.get("/charte/versions/2.json").content
    assert hashlib.sha256(content).hexdigest() == two[1].digest
    assert json.loads(content)["title"] == "Charte d’essai"


def test_a_title_or_a_text_cannot_inject(cast, client):
    adopted(cast.ccas, FIRST.replace("Accueillir chacun", "A & B [x](javascript:y)"))
    html = page(client, "/charte/")
    assert "A &amp; B" in html
    assert 'href="javascript' not in html


def test_the_pdf_is_tagged_whole_and_the_same_each_time(two, client):
    first = client.get("/charte/versions/2.pdf")
    assert first.headers["Content-Type"] == "application/pdf"
    pdf = pikepdf.open(io.BytesIO(first.content))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "fr"
    assert "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(first.content))
    for told in ("Article 1", "à toute heure", two[1].digest, "Venez quand vous voulez."):
        assert told in text.replace("\r\n", "").replace("\xa0", " "), told
    assert Paper(two[1]).laid_out() == first.content
    assert client.get("/charte/charte.pdf").url == "/charte/versions/2.pdf"


def test_the_pdf_is_laid_out_once_then_within_limits(two, client, monkeypatch):
    made = []
    monkeypatch.setattr("charter.paper.render_pdf", lambda *args, **kwargs: made.append(1) or b"%PDF-")
    for _ in range(2):
        assert client.get("/charte/versions/1.pdf").content == b"%PDF-"
    assert made == [1]
    monkeypatch.setattr("charter.views.text.allows", lambda *args: False)
    assert client.get("/charte/versions/1.pdf").status_code == 200
    assert client.get("/charte/versions/2.pdf").status_code == 429


def test_the_draft_shows_nowhere(cast, two, client):
    save_draft(text=SECOND.replace("porte", "fenêtre"), version=0, by=cast.ccas)
    for url in ("/charte/", "/charte/versions/", "/charte/versions/1..2/", "/charte/versions/2.json"):
        assert "fenêtre" not in page(client, url)


def test_the_demonstration_has_two_versions(db, client):
    demo.load()
    first, second = Version.objects.order_by("number")
    events = Event.objects.count()
    demo.load()
    assert (Version.objects.count(), Event.objects.count()) == (2, events)
    assert second.change_note
    assert second.summaries
    assert first.adopted_on < second.adopted_on
    assert (first.text.count("chapter"), first.text.count("article")) == (3, 4)
    assert "/charte/versions/1..2/" in page(client, "/charte/")
