"""One page to take along."""

import pypdfium2
import pytest

from directory import languages, slip
from directory.models import EmergencyCall, Service
from lemans_solidaire.network.models import Structure


@pytest.fixture
def service(db):
    structure = Structure.objects.create(name="La Tablée <i>", phone="02 43 00 00 00")
    return Service.objects.create(
        structure=structure,
        name="Repas <script>alert(1)</script> & cie",
        description="Le soir.",
        address="1 rue Haute",
        city="Le Mans",
        hours="Mo-Fr 18:30-20:00; Sa 12:00-14:00",
        fees="gratuit",
        without_papers=True,
        without_appointment=False,
        papers=[{"what": "Un sac", "why": "pour emporter"}],
        languages=["fr", "prs"],
        first_visit="Sonnez. " * 200,
    )


def read(content):
    document = pypdfium2.PdfDocument(content)
    return len(document), "".join(page.get_textpage().get_text_range() for page in document)


def test_it_says_all_that_is_needed_on_one_page(service):
    pages, text = read(slip.slip(service, "uk"))
    assert pages == 1
    for told in ("Repas <script>alert(1)</script> & cie", "La Tablée <i>", "02 43 00 00 00", "1 rue Haute", "Un sac"):
        assert told in text
    ukrainian = languages.words("uk")
    for key in ("address", "free", "by_appointment", "monday"):
        assert ukrainian[key] in text
    for call in EmergencyCall.objects.all()[:8]:
        assert call.number in text


def test_words_are_in_both_languages_and_free_text_in_french(service):
    rows = {row.label.french: row for row in slip.rows_of(service, slip.Words("ar"))}
    arabic = languages.words("ar")
    assert rows["Adresse"].label.other == arabic["address"]
    assert not rows["Adresse"].is_translated
    hours = rows["Horaires"].lines
    assert hours[0].french == "lundi – vendredi\u202f: de\u00a018\u202fh\u202f30\u00a0à\u00a020\u202fh"
    assert arabic["monday"] in hours[0].other
    assert "18:30–20:00" in hours[0].other
    assert hours[1].other.startswith(arabic["saturday"])


def test_in_french_alone_nothing_is_said_twice(service):
    assert not any(line.other for row in slip.rows_of(service, slip.Words("fr")) for line in row.lines)
    assert slip.Words("klingon").is_french


def test_what_is_not_known_is_said(service):
    Service.objects.update(hours="", papers=None, address="", city="")
    service.refresh_from_db()
    rows = {row.label.french: row.lines[0].french for row in slip.rows_of(service, slip.Words("fr"))}
    assert rows["Horaires"] == "Horaires non connus\u202f: appelez avant"
    assert rows["Adresse"] == rows["Ce qu’il faut apporter"] == "Non connu"
    Service.objects.update(papers=[])
    service.refresh_from_db()
    rows = {row.label.french: row.lines[0].french for row in slip.rows_of(service, slip.Words("fr"))}
    assert rows["Ce qu’il faut apporter"] == "Rien à apporter"


def test_a_stranger_may_print_a_hundred_an_hour(service, client, monkeypatch):
    monkeypatch.setattr("directory.views.slip", lambda service, code: b"%PDF")
    monkeypatch.setattr("directory.views.allows", lambda *args: False)
    assert client.get(f"/annuaire/services/{service.pk}/fiche.pdf").status_code == 429
    monkeypatch.setattr("directory.views.allows", lambda *args: True)
    response = client.get(f"/annuaire/services/{service.pk}/fiche.pdf")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")


def test_a_long_week_and_many_papers_still_fit_one_page(service):
    Service.objects.update(
        hours="Mo 09:00-12:00; Tu 10:00-12:00; We 08:00-11:00; Th 13:00-15:00; Fr 14:00-18:00; Sa 08:00-10:00",
        papers=[
            {"what": f"Un papier avec un nom assez long, numéro {n}", "why": "parce que la loi le demande"}
            for n in range(5)
        ],
        mobilisation_details="Prenez le tram. " * 50,
        conditions="x",
    )
    service.refresh_from_db()
    assert read(slip.slip(service, "prs"))[0] == 1
