"""The years before the portal: a long spreadsheet, all of it or nothing."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from indicators import actions
from indicators.contents import Contents
from indicators.figures import counted
from indicators.models import Block, Campaign, Indicator, PastFigure, Sheet
from lemans_solidaire.network.models import Event, Structure

HEADINGS = ["Structure", "Indicateur", "Année", "Valeur"]
PANIER = "Le Panier d’essai"
SIRET = "73282932000074"
ADDRESS = "/indicateurs/annees-passees/"


def xlsx(*rows, headings=HEADINGS):
    book = Workbook()
    book.active.title = "Chiffres"
    for row in [headings, *rows]:
        book.active.append(row)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(*rows, delimiter=";", encoding="utf-8"):
    return "\r\n".join(delimiter.join(map(str, row)) for row in [HEADINGS, *rows]).encode(encoding)


def upload(client, content, name="anciens.xlsx"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


def figures():
    return {
        (figure.structure.name, figure.year, figure.code): (figure.kind, figure.value)
        for figure in PastFigure.objects.select_related("structure")
    }


def sentences(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def told(response):
    return [str(message).replace("\u202f", " ") for message in response.wsgi_request._messages][-1]


def refused_cells(response):
    assert response.status_code == 422
    return [cell for cell, sentence in response.context["problems"]]


@pytest.fixture
def ccas(cast, as_user):
    return as_user(cast.ccas)


def campaign_of(cast, year):
    today = timezone.localdate()
    return actions.open_campaign(
        year=year, opens_on=today, due_on=today + timedelta(days=1), closes_on=today + timedelta(days=2), by=cast.ccas
    )


def draft_of(cast, year, **typed):
    campaign = campaign_of(cast, year)
    contents = Contents(Sheet(campaign=campaign, structure=cast.panier))
    replies = {campaign.indicators.get(code=code): counted(value) for code, value in typed.items()}
    return actions.save_answers(contents=contents, typed=replies, seen={}, by=cast.owner)


# The template


def test_the_template_holds_the_headings_and_what_it_understands(cast, ccas):
    closed = Structure.objects.create(name="Fermée", closed_on=timezone.localdate() - timedelta(days=1))
    response = ccas.get("/indicateurs/annees-passees.xlsx")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="chiffres-des-annees-passees.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    assert [cell.value for cell in book["Chiffres"][1]] == HEADINGS
    names = {row[0].value for row in book["Noms et codes"].iter_rows()}
    codes = {row[1].value for row in book["Noms et codes"].iter_rows()}
    assert {cast.panier.name, cast.halte.name} <= names
    assert closed.name not in names
    assert {"passages", "personnes_age_0_17", "repas"} <= codes
    assert "ratio_benevoles" not in codes


def test_a_name_that_looks_like_a_formula_stays_a_text(cast, ccas):
    cast.panier.name = "=1+1"
    cast.panier.save()
    book = load_workbook(io.BytesIO(ccas.get("/indicateurs/annees-passees.xlsx").content))
    [cell] = [row[0] for row in book["Noms et codes"].iter_rows() if row[0].value == "=1+1"]
    assert cell.data_type == "s"


def test_the_template_filled_is_understood(cast, ccas):
    book = load_workbook(io.BytesIO(ccas.get("/indicateurs/annees-passees.xlsx").content))
    book["Chiffres"].append([PANIER, "passages", 2024, 1187.5])
    assert upload(ccas, saved(book)).status_code == 302
    assert figures() == {(PANIER, 2024, "passages"): ("counted", Decimal("1187.5"))}


def test_an_empty_template_is_said_to_hold_no_figure(cast, ccas):
    content = ccas.get("/indicateurs/annees-passees.xlsx").content
    response = upload(ccas, content)
    assert response.status_code == 422
    assert "Le fichier ne contient aucun chiffre." in sentences(response)


def test_without_campaign_the_page_says_to_open_one(cast, ccas):
    Indicator.objects.filter(total="ratio").delete()
    for model in (Indicator, Block, Campaign):
        model.objects.all().delete()
    assert "Ouvrez d’abord une campagne" in sentences(ccas.get(ADDRESS))
    assert ccas.get("/indicateurs/annees-passees.xlsx").status_code == 200
    assert refused_cells(upload(ccas, xlsx([PANIER, "passages", 2024, 5]))) == ["B2"]


# What is understood


def test_a_long_spreadsheet_is_taken_over(cast, ccas):
    response = upload(
        ccas,
        xlsx(
            [PANIER, "passages", 2024, 1187.5],
            [PANIER, "passages", 2023, "1 200"],
            [],
            ["La Halte d’essai", "contacts", "2024", "environ 600"],
            ["La Halte d’essai", "personnes", 2024.0, "non compté"],
            ["La Halte d’essai", "personnes_age_0_17", 2024, 0],
            ["La Halte d’essai", "menages", 2024, None],  # nothing is known: nothing is taken over
        ),
    )
    assert (response.status_code, response.url) == (302, ADDRESS)
    assert told(response).startswith("5 chiffres repris, 0 changés, 0 déjà connus.")
    assert figures() == {
        (PANIER, 2024, "passages"): ("counted", Decimal("1187.5")),
        (PANIER, 2023, "passages"): ("counted", Decimal(1200)),
        ("La Halte d’essai", 2024, "contacts"): ("estimated", Decimal(600)),
        ("La Halte d’essai", 2024, "personnes"): ("not_counted", None),
        ("La Halte d’essai", 2024, "personnes_age_0_17"): ("counted", Decimal(0)),
    }
    assert set(PastFigure.objects.values_list("imported_by", flat=True)) == {cast.ccas.pk}


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_as_spreadsheets_write_it(cast, ccas, delimiter, encoding):
    rows = [PANIER, "Passages", 2024, "1 187"], [PANIER, "contacts", 2024, "non compté"]
    response = upload(ccas, csv(*rows, delimiter=delimiter, encoding=encoding), name="Anciens.CSV")
    assert response.status_code == 302
    assert figures() == {
        (PANIER, 2024, "passages"): ("counted", Decimal(1187)),
        (PANIER, 2024, "contacts"): ("not_counted", None),
    }


def test_a_french_comma_is_kept_in_a_csv_with_semicolons(cast, ccas):
    upload(ccas, csv([PANIER, "passages", 2024, "1187,5"], [PANIER, "contacts", 2024, "12,25"]), name="a.csv")
    assert sorted(value for _, value in figures().values()) == [Decimal("12.25"), Decimal("1187.5")]


@pytest.mark.parametrize(
    "name", [PANIER, "le panier d'essai", "LE PANIER D’ESSAI", "  Le  Panier d’éssai ", SIRET, "732 829 320 00074"]
)
def test_a_structure_is_known_by_its_name_or_its_siret(cast, ccas, name):
    cast.panier.siret = SIRET
    cast.panier.save()
    assert upload(ccas, xlsx([name, "passages", 2024, 5])).status_code == 302
    assert set(figures()) == {(PANIER, 2024, "passages")}


def test_a_siret_written_as_a_number_is_known_too(cast, ccas):
    cast.panier.siret = SIRET
    cast.panier.save()
    upload(ccas, xlsx([int(SIRET), "passages", 2024, 5]))
    assert set(figures()) == {(PANIER, 2024, "passages")}


def test_accents_are_no_matter_on_either_side(cast, ccas):
    Structure.objects.create(name="Épicerie « Cœur à l’Œuvre » & Cie")
    upload(ccas, xlsx(["epicerie « cœur a l'œuvre » & cie", "passages", 2024, 5]))
    assert len(figures()) == 1


@pytest.mark.parametrize("indicator", ["nouvelles_personnes", "Personnes venues pour la première fois"])
def test_an_indicator_is_known_by_its_code_or_its_label(cast, ccas, indicator):
    upload(ccas, xlsx([PANIER, indicator, 2024, 5], [PANIER, indicator.upper(), 2023, 6]))
    assert set(figures()) == {(PANIER, 2024, "nouvelles_personnes"), (PANIER, 2023, "nouvelles_personnes")}


def test_a_structure_that_has_since_closed_keeps_its_past(cast, ccas):
    cast.halte.closed_on = timezone.localdate() - timedelta(days=1)
    cast.halte.save()
    assert upload(ccas, xlsx([cast.halte.name, "passages", 2024, 5])).status_code == 302
    assert len(figures()) == 1


# What is refused


def test_every_wrong_cell_is_told_at_once_and_nothing_is_taken_over(cast, ccas):
    next_year = timezone.localdate().year + 1
    response = upload(
        ccas,
        xlsx(
            [PANIER, "passages", 2024, 5],
            ["Le Panié", "passages", 2024, 5],
            [PANIER, "pasages", 2024, 5],
            [PANIER, "passages", next_year, 5],
            [PANIER, "contacts", 2024, "beaucoup"],
            ["Inconnue", "inconnu", "l’an dernier", -5],
        ),
    )
    assert refused_cells(response) == ["A3", "B4", "C5", "D6", "A7", "B7", "C7", "D7"]
    page = sentences(response)
    assert "« Le Panié » : aucune structure du réseau ne porte ce nom." in page
    assert "« pasages » n’est ni un code ni un intitulé d’indicateur." in page
    assert f"« {next_year} » : écrivez une année passée" in page
    assert not figures()
    assert not Event.objects.filter(verb="past_figures_kept").exists()


@pytest.mark.parametrize("year", ["now", "next", 1999, "24", "2024-2025", "an 2024", None, "٢٠٢٤", 2024.5])
def test_a_year_that_is_not_past_is_refused(cast, ccas, year):
    now = timezone.localdate().year
    year = {"now": now, "next": now + 1}.get(year, year)
    assert refused_cells(upload(ccas, xlsx([PANIER, "passages", year, 5]))) == ["C2"]
    assert not figures()


def test_a_year_the_structure_answered_in_the_portal_is_refused(cast, ccas):
    actions.submit_sheet(sheet=draft_of(cast, 2024, passages=5), by=cast.owner)
    response = upload(
        ccas,
        xlsx([PANIER, "passages", 2024, 6], [PANIER, "passages", 2023, 6], [cast.halte.name, "passages", 2024, 6]),
    )
    assert refused_cells(response) == ["D2"]
    assert "Le Panier d’essai a répondu sur le portail pour 2024 : ce chiffre-là ne se remplace pas." in sentences(
        response
    )
    assert not figures()


def test_a_draft_never_sent_does_not_prevent_it(cast, ccas):
    draft_of(cast, 2024, passages=5)
    assert upload(ccas, xlsx([PANIER, "passages", 2024, 6])).status_code == 302
    assert figures() == {(PANIER, 2024, "passages"): ("counted", Decimal(6))}


def test_the_same_figure_twice_is_refused_when_its_values_differ(cast, ccas):
    response = upload(ccas, xlsx([PANIER, "passages", 2024, 5], [PANIER, "Passages", 2024, 6]))
    assert refused_cells(response) == ["D3"]
    assert "Ce chiffre est déjà plus haut, avec une autre valeur" in sentences(response)
    assert not figures()


def test_the_same_figure_twice_with_the_same_value_is_one(cast, ccas):
    response = upload(ccas, xlsx([PANIER, "passages", 2024, 5], ["le panier d'essai", "Passages", "2024", "5,0"]))
    assert response.status_code == 302
    assert figures() == {(PANIER, 2024, "passages"): ("counted", Decimal(5))}


def test_a_name_that_two_structures_share_asks_for_the_siret(cast, ccas):
    Structure.objects.create(name="LE PANIER D'ESSAI", siret=SIRET)
    response = upload(ccas, xlsx([PANIER, "passages", 2024, 5]))
    assert refused_cells(response) == ["A2"]
    assert "deux structures portent ce nom : écrivez le SIRET" in sentences(response)
    assert upload(ccas, xlsx([SIRET, "passages", 2024, 5])).status_code == 302
    assert set(figures()) == {("LE PANIER D'ESSAI", 2024, "passages")}


@pytest.mark.parametrize(
    "headings", [["Nom", "Indicateur", "Année", "Valeur"], ["Structure", "Indicateur", "Valeur", "Année"], [], ["2024"]]
)
def test_other_headings_are_refused(cast, ccas, headings):
    response = upload(ccas, xlsx([PANIER, "passages", 2024, 5], headings=headings))
    assert refused_cells(response) == ["A1"]
    assert "La première ligne doit porter : Structure, Indicateur, Année, Valeur." in sentences(response)


def test_headings_are_read_without_capitals_or_accents(cast, ccas):
    content = xlsx([PANIER, "passages", 2024, 5], headings=["STRUCTURE", "indicateur", "Annee", " valeur "])
    assert upload(ccas, content).status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("anciens.xlsx", b"MZ\x90\x00" + bytes(2000), "Ce fichier n’est pas au format Excel (.xlsx)"),
        ("anciens.xls", b"\xd0\xcf\x11\xe0" + bytes(2000), "Ce fichier n’est pas au format Excel (.xlsx)"),
        ("anciens.csv", xlsx(), "Ce fichier n’est pas au format CSV"),
        ("anciens.csv", b"<html>", "Ce fichier n’est pas au format CSV"),
        ("anciens.csv", b"", "Ce fichier est vide"),
        ("anciens.xlsx", bytes(22 * 1024**2), "Ce fichier est trop lourd"),
    ],
)
def test_another_file_is_refused_in_a_sentence(cast, ccas, name, content, sentence):
    response = upload(ccas, content, name=name)
    assert refused_cells(response) == [""]
    assert sentence in sentences(response)


def test_no_file_is_said_so(cast, ccas):
    response = ccas.post(ADDRESS, {})
    assert refused_cells(response) == [""]
    assert "Choisissez un fichier, puis envoyez." in sentences(response)


def test_very_many_wrong_cells_are_told_in_part(cast, ccas):
    response = upload(ccas, xlsx(*([PANIER, f"inconnu{number}", 2024, 5] for number in range(250))))
    page = sentences(response)
    assert response.status_code == 422
    assert page.count("n’est ni un code") == 200
    assert "et 50 autres." in page


def test_what_a_cell_holds_is_shown_as_text(cast, ccas):
    page = sentences(upload(ccas, xlsx(["<script>alert(1)</script>", "passages", 2024, 5])))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# Again


def test_a_new_value_changes_the_figure_and_says_so(cast, ccas):
    upload(ccas, xlsx([PANIER, "passages", 2024, 5], [PANIER, "contacts", 2024, 8]))
    response = upload(
        ccas,
        xlsx([PANIER, "passages", 2024, "environ 6"], [PANIER, "contacts", 2024, 8], [PANIER, "menages", 2024, 3]),
    )
    assert told(response).startswith("1 chiffres repris, 1 changés, 1 déjà connus.") or told(response).startswith(
        "1 chiffre repris, 1 changé, 1 déjà connu."
    )
    assert figures() == {
        (PANIER, 2024, "passages"): ("estimated", Decimal(6)),
        (PANIER, 2024, "contacts"): ("counted", Decimal(8)),
        (PANIER, 2024, "menages"): ("counted", Decimal(3)),
    }


def test_a_figure_may_become_not_counted_and_back(cast, ccas):
    for value, expected in [(5, ("counted", Decimal(5))), ("non compté", ("not_counted", None)), (0, ("counted", 0))]:
        upload(ccas, xlsx([PANIER, "passages", 2024, value]))
        assert figures() == {(PANIER, 2024, "passages"): expected}


def test_the_same_file_again_changes_nothing(cast, ccas):
    content = xlsx([PANIER, "passages", 2024, 1187.5], [PANIER, "contacts", 2024, "non compté"])
    upload(ccas, content)
    before = list(PastFigure.objects.values())
    response = upload(ccas, content)
    assert "2 déjà connus" in told(response)
    assert list(PastFigure.objects.values()) == before
    assert Event.objects.filter(verb="past_figures_kept").count() == 1


def test_each_structure_concerned_has_it_in_its_events(cast, ccas):
    upload(ccas, xlsx([PANIER, "passages", 2024, 5], [PANIER, "contacts", 2024, 5]), name="Bilan du CCAS.xlsx")
    event = Event.objects.get(verb="past_figures_kept")
    assert (event.user, event.structure) == (cast.ccas, cast.panier)
    assert (event.object_type, event.object_id) == ("network.structure", cast.panier.pk)
    assert event.changes == {"source": "Bilan du CCAS.xlsx"}
    upload(ccas, xlsx([PANIER, "passages", 2024, 6], [cast.halte.name, "contacts", 2024, 5]))
    events = Event.objects.filter(verb="past_figures_kept")
    assert sorted(events.values_list("structure__name", flat=True)) == [cast.halte.name, PANIER, PANIER]


# Where they are seen


def test_they_are_shown_beside_the_field_as_taken_over(cast, ccas, as_user):
    upload(ccas, xlsx([PANIER, "passages", 2024, 1187.5], [cast.halte.name, "contacts", 2024, 4321]))
    page = sentences(as_user(cast.owner).get(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/"))
    assert "en 2024, repris :" in page
    assert '<span class="before-figure">1 187,5</span>' in page
    assert page.count("before-figure") == 1
    assert "4 321" not in page


def test_a_year_further_back_is_not_shown_beside_the_field(cast, ccas, as_user):
    upload(ccas, xlsx([PANIER, "passages", 2023, 1187]))
    page = sentences(as_user(cast.owner).get(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/"))
    assert "before-figure" not in page


def test_what_was_answered_in_the_portal_wins_over_what_was_taken_over(cast, ccas, as_user):
    upload(ccas, xlsx([PANIER, "passages", 2024, 111], [PANIER, "contacts", 2024, 222]))
    actions.submit_sheet(sheet=draft_of(cast, 2024, passages=333), by=cast.owner)
    page = sentences(as_user(cast.owner).get(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/"))
    assert '<span class="before-figure">333</span>' in page
    assert '<span class="before-figure">222</span>' in page
    assert ">111<" not in page
    assert page.count("repris") == 1


def test_they_are_shown_in_the_sheet_that_is_read(cast, ccas):
    upload(ccas, xlsx([PANIER, "passages", 2024, 1187.5]))
    cast.submitted(passages=1200)
    page = sentences(ccas.get(f"/indicateurs/2025/fiche/{cast.panier.pk}/"))
    assert "1 187,5" in page
    assert "repris" in page


# Who


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "nobody"])
def test_only_the_ccas_takes_figures_over(cast, as_user, who):
    client = as_user(getattr(cast, who))
    assert client.get(ADDRESS).status_code == 404
    assert client.get("/indicateurs/annees-passees.xlsx").status_code == 404
    assert upload(client, xlsx([PANIER, "passages", 2024, 5])).status_code == 404
    assert not figures()


def test_who_is_not_signed_in_is_asked_to(cast, as_user):
    response = as_user(None).get(ADDRESS)
    assert response.status_code == 302
    assert reverse("account_login") in response.url
