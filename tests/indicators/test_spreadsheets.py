"""The sheet as a spreadsheet: downloaded, filled elsewhere, given back."""

import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from indicators import actions
from indicators.contents import Contents, replies_of
from indicators.figures import NOT_COUNTED, Kind, Reply, counted
from indicators.models import Answer, Sheet
from lemans_solidaire.network.models import Event

MB = 1024**2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_ROW = 5
REPLY, KIND, WORD = "F", "G", "H"


def address(name, structure, year=2025):
    return reverse(f"indicators:{name}", args=[year, structure.pk])


def downloaded(client, structure, year=2025):
    response = client.get(address("workbook", structure, year))
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.content))


def saved(workbook):
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def row_of(workbook, code):
    page = workbook["Fiche"]
    return next(row for row in range(FIRST_ROW, page.max_row + 1) if page.cell(row, 1).value == code)


def cell(workbook, code, column=REPLY):
    return workbook["Fiche"][f"{column}{row_of(workbook, code)}"]


def filled(workbook, **figures):
    for code, value in figures.items():
        cell(workbook, code).value = value
    return workbook


def upload(client, structure, content, name="fiche.xlsx", year=2025):
    content = content if isinstance(content, bytes) else saved(content)
    return client.post(
        address("from_workbook", structure, year), {"file": SimpleUploadedFile(name, content, content_type=XLSX)}
    )


def stored(structure, year=2025):
    sheet = Sheet.objects.filter(structure=structure, campaign__year=year).order_by().first()
    return replies_of(sheet) if sheet else {}


def sentences(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def told(response):
    """What the page said after a redirection."""
    return [str(message).replace("\u202f", " ") for message in response.wsgi_request._messages]


class Forms(HTMLParser):
    """What a browser would send back of each form of a page."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.select = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and attrs.get("name"):
            self.forms[-1][attrs["name"]] = attrs.get("value") or ""
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and ("selected" in attrs or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = attrs["value"]

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


def form_of(response):
    """The form that shows both values, as its page would send it."""
    return next(form for form in Forms(response.content.decode()).forms if "seen" in form)


@pytest.fixture
def owner(cast, as_user):
    return as_user(cast.owner)


def save(cast, by, **figures):
    """Somebody saves these texts on the portal, having seen all that is stored."""
    sheet = Sheet.objects.filter(structure=cast.panier, campaign=cast.campaign).order_by().first()
    contents = Contents(sheet or Sheet(campaign=cast.campaign, structure=cast.panier))
    typed = {
        cast.indicator(code): reply if isinstance(reply, Reply) else counted(reply) for code, reply in figures.items()
    }
    return actions.save_answers(contents=contents, typed=typed, seen=contents.replies, by=by)


# There and back


def test_what_is_filled_in_the_workbook_is_saved_exactly(cast, owner):
    book = filled(downloaded(owner, cast.panier), accueils=120, heures_benevoles=1187.5, benevoles=0)
    cell(book, "passages").value = 600
    cell(book, "passages", KIND).value = Kind.ESTIMATED.label
    cell(book, "passages", WORD).value = "  les tickets   de caisse "
    cell(book, "menages", KIND).value = Kind.NOT_COUNTED.label
    cell(book, "personnes_age_0_17").value = "12"
    response = upload(owner, cast.panier, book)
    assert response.status_code == 302
    assert response.url == address("sheet", cast.panier)
    assert told(response) == ["Le classeur est lu : 6 réponses changées."]
    assert stored(cast.panier) == {
        "accueils": counted(120),
        "heures_benevoles": counted("1187.5"),
        "benevoles": counted(0),
        "passages": Reply(Kind.ESTIMATED, Decimal(600), "les tickets de caisse"),
        "menages": NOT_COUNTED,
        "personnes_age_0_17": counted(12),
    }
    sheet = Sheet.objects.get()
    assert (sheet.saved_by, sheet.version) == (cast.owner, 1)
    assert Event.objects.about(sheet).get().changes["accueils"] == [None, "120"]


def test_an_untouched_workbook_changes_nothing(cast, owner):
    sheet = save(
        cast,
        cast.teammate,
        accueils="999999999999.99",
        passages=Reply(Kind.ESTIMATED, Decimal("1187.5"), "à la louche"),
        contacts=Reply(Kind.NOT_COUNTED, None, "pas cette année"),
        personnes=Reply(Kind.NOT_ASKED),
        personnes_age_0_17="12",
        benevoles="0",
        repas="10",  # in a block: answered, it is asked
    )
    before, events = stored(cast.panier), Event.objects.count()
    response = upload(owner, cast.panier, downloaded(owner, cast.panier))
    assert told(response) == ["Le classeur est lu : 0 réponse changée."]
    assert stored(cast.panier) == before
    assert len(before) == 7
    sheet.refresh_from_db()
    assert (sheet.version, sheet.saved_by) == (1, cast.teammate)
    assert Event.objects.count() == events


def test_a_workbook_can_be_given_back_twice(cast, owner):
    book = filled(downloaded(owner, cast.panier), passages=20)
    upload(owner, cast.panier, book)
    response = upload(owner, cast.panier, book)
    assert told(response)[-1] == "Le classeur est lu : 0 réponse changée."
    assert stored(cast.panier) == {"passages": counted(20)}
    assert Sheet.objects.get().version == 1


def test_an_emptied_cell_takes_the_answer_away_and_a_missing_row_leaves_it(cast, owner):
    cast.sheet(passages=5, contacts=8)
    book = filled(downloaded(owner, cast.panier), passages=None)
    book["Fiche"].delete_rows(row_of(book, "contacts"))
    upload(owner, cast.panier, book)
    assert stored(cast.panier) == {"contacts": counted(8)}


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        (1187.5, counted("1187.5")),
        (1200, counted(1200)),
        (0.1 + 0.2, counted("0.3")),
        ("1 187,5", counted("1187.5")),
        ("1\u202f187,5", counted("1187.5")),
        (" 1200 ", counted(1200)),
        ("environ 600", Reply(Kind.ESTIMATED, Decimal(600))),
        ("non compté", NOT_COUNTED),
        ("N.C.", NOT_COUNTED),
        ("non demandé", Reply(Kind.NOT_ASKED)),
        (0, counted(0)),
    ],
)
def test_a_figure_is_read_as_people_and_excel_write_it(cast, owner, value, reply):
    response = upload(owner, cast.panier, filled(downloaded(owner, cast.panier), personnes=value))
    assert response.status_code == 302
    assert stored(cast.panier) == {"personnes": reply}


@pytest.mark.parametrize("kind", ["estimé", "Estimé", " ESTIMÉ "])
def test_the_kind_is_read_whatever_its_capitals(cast, owner, kind):
    book = filled(downloaded(owner, cast.panier), passages=600)
    cell(book, "passages", KIND).value = kind
    upload(owner, cast.panier, book)
    assert stored(cast.panier) == {"passages": Reply(Kind.ESTIMATED, Decimal(600))}


def with_formula(content, reference, formula, result=None):
    """The same workbook where this cell holds a formula, and the result a spreadsheet program had computed."""
    value = f"<v>{result}</v>" if result is not None else ""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as before, ZipFile(file, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part, found = re.subn(
                    rf'<c r="{reference}"[^>]*>.*?</c>'.encode(),
                    f'<c r="{reference}"><f>{formula}</f>{value}</c>'.encode(),
                    part,
                )
                assert found == 1
            after.writestr(name, part)
    return file.getvalue()


def test_a_formula_counts_for_the_result_the_workbook_remembers(cast, owner):
    book = filled(downloaded(owner, cast.panier), contacts=1)
    response = upload(owner, cast.panier, with_formula(saved(book), "F7", "600+40.5", "640.5"))
    assert response.status_code == 302
    assert stored(cast.panier) == {"contacts": counted("640.5")}


def test_a_formula_nobody_computed_is_refused_in_its_cell(cast, owner):
    book = filled(downloaded(owner, cast.panier), contacts=1)
    response = upload(owner, cast.panier, with_formula(saved(book), "F7", "600+40"))
    assert response.status_code == 422
    assert "<strong>F7</strong>" in sentences(response)
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("word", ["=1+1", '=HYPERLINK("http://ailleurs.test")', "+33 2 43", "-1", "@SUM(1)", "#N/A"])
def test_a_word_that_looks_like_a_formula_stays_a_text(cast, owner, word):
    save(cast, cast.teammate, passages=Reply(Kind.COUNTED, Decimal(600), word))
    book = downloaded(owner, cast.panier)
    found = cell(book, "passages", WORD)
    assert (found.value, found.data_type) == (word, "s")
    upload(owner, cast.panier, book)
    assert stored(cast.panier) == {"passages": Reply(Kind.COUNTED, Decimal(600), word)}


def test_the_name_of_the_structure_is_a_text_too(cast, owner):
    cast.panier.name = "=1+1"
    cast.panier.save()
    title = downloaded(owner, cast.panier)["Fiche"]["A1"]
    assert (title.value, title.data_type) == ("=1+1, fiche d’indicateurs 2025", "s")


def test_a_word_with_a_character_no_workbook_can_hold_does_not_prevent_the_download(cast, owner):
    """Copied out of another program, « \\x07 » goes through a form unseen."""
    typed = {"passages": "20", "passages-mot": "sonnette\x07 du matin", "seen": "{}"}
    owner.post(reverse("indicators:figures", args=[2025, cast.panier.pk, "activite"]), typed)
    assert Answer.objects.get().word.startswith("sonnette")
    assert cell(downloaded(owner, cast.panier), "passages", WORD).value.startswith("sonnette")


def test_the_workbook_shows_the_questions_of_this_structure_with_its_answers(cast, owner):
    sheet = save(cast, cast.teammate, passages=Reply(Kind.ESTIMATED, Decimal("12.5"), "un mot"))
    sheet.blocks.set(cast.campaign.blocks.filter(code="repas"))
    response = owner.get(address("workbook", cast.panier))
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == f'attachment; filename="fiche-2025-{cast.panier.pk}.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    codes = [row[0].value for row in book["Fiche"].iter_rows(min_row=FIRST_ROW)]
    assert codes[:3] == ["accueils", "passages", "contacts"]
    assert "repas" in codes
    assert "personnes_age_0_17" in codes
    assert "douches" not in codes  # a block that is not theirs
    assert "ratio_benevoles" not in codes  # computed
    assert [cell(book, "passages", column).value for column in (REPLY, KIND, WORD)] == [12.5, "estimé", "un mot"]
    assert book["portail"].sheet_state == "hidden"


def test_a_word_written_on_a_part_survives_the_next_save_of_its_page(cast, owner):
    book = filled(downloaded(owner, cast.panier), personnes=20, personnes_age_0_17=3)
    cell(book, "personnes_age_0_17", WORD).value = "des fratries"
    upload(owner, cast.panier, book)
    page = reverse("indicators:figures", args=[2025, cast.panier.pk, "publics"])
    assert owner.post(page, form_of(owner.get(page)) | {"personnes": "21"}).status_code == 302
    assert stored(cast.panier) == {
        "personnes": counted(21),
        "personnes_age_0_17": Reply(Kind.COUNTED, Decimal(3), "des fratries"),
    }


# Cells that cannot be read


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (REPLY, "beaucoup", "Ce n’est pas un nombre que nous savons lire"),
        (REPLY, -5, "Un nombre négatif ne convient pas ici"),
        (REPLY, 10 / 3, "Deux chiffres après la virgule suffisent"),
        (REPLY, 10**13, "Ce nombre est trop grand"),
        (REPLY, "1.200", "peut se lire de deux façons"),
        (REPLY, "#DIV/0!", "Ce n’est pas un nombre que nous savons lire"),
        (REPLY, True, "Ce n’est pas un nombre que nous savons lire"),
        (KIND, "à peu près", "« à peu près » : écrivez compté, estimé, non compté, non demandé, ou rien."),
        (WORD, "a" * 301, "Ce mot est trop long : 300 caractères au plus."),
        ("A", "pasages", "« pasages » n’est pas un code de cette fiche."),
        ("A", "accueils", "« accueils » est déjà plus haut : gardez une seule ligne."),
        ("A", "ratio_benevoles", "« ratio_benevoles » n’est pas un code de cette fiche."),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_at_all_is_saved(cast, owner, column, value, sentence):
    cast.sheet(passages=5)
    before, version = stored(cast.panier), Sheet.objects.get().version
    book = filled(downloaded(owner, cast.panier), accueils=120, passages=6)
    book["Fiche"][f"{column}7"].value = value
    response = upload(owner, cast.panier, book)
    page = sentences(response)
    assert response.status_code == 422
    assert f"<strong>{column}7</strong>" in page
    assert sentence in page
    assert stored(cast.panier) == before
    assert Sheet.objects.get().version == version


def test_a_figure_and_not_counted_together_ask_for_a_choice(cast, owner):
    book = filled(downloaded(owner, cast.panier), contacts=12)
    cell(book, "contacts", KIND).value = "non compté"
    response = upload(owner, cast.panier, book)
    assert response.status_code == 422
    assert "<strong>F7</strong>" in sentences(response)
    assert "gardez l’un des deux" in sentences(response)


def test_every_wrong_cell_is_told_at_once(cast, owner):
    book = filled(downloaded(owner, cast.panier), accueils="plein", passages=6, contacts="trop")
    book["Fiche"]["A8"].value = "inconnu"
    response = upload(owner, cast.panier, book)
    assert re.findall(r"<strong>([A-H]\d+)</strong>", sentences(response)) == ["F5", "F7", "A8"]
    assert "Rien n’a été enregistré." in sentences(response)
    assert not Sheet.objects.exists()


def test_what_a_cell_holds_is_shown_as_text(cast, owner):
    book = downloaded(owner, cast.panier)
    book["Fiche"]["A7"].value = "<script>alert(1)</script>"
    page = sentences(upload(owner, cast.panier, book))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# Files that are not this workbook


def test_the_workbook_of_another_structure_is_refused(cast, as_user):
    theirs = filled(downloaded(as_user(cast.stranger), cast.halte), passages=6)
    response = upload(as_user(cast.owner), cast.panier, theirs)
    assert response.status_code == 422
    assert "Ce classeur est celui d’une autre fiche : ici, il faut celui de Le Panier d’essai pour 2025." in sentences(
        response
    )
    assert not Sheet.objects.exists()


def test_the_workbook_of_another_year_is_refused(cast, owner):
    today = timezone.localdate()
    actions.open_campaign(
        year=2024,
        opens_on=today,
        due_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=2),
        by=cast.ccas,
    )
    response = upload(owner, cast.panier, filled(downloaded(owner, cast.panier, 2024), passages=6))
    assert response.status_code == 422
    assert "celui d’une autre fiche" in sentences(response)
    assert not Sheet.objects.exists()


def bomb():
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(60):
                part.write(bytes(MB))
    assert len(file.getvalue()) < MB
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"Code;Indicateur\npassages;12\n", "Ce fichier n’est pas au format Excel (.xlsx)"),
        (lambda: b"MZ\x90\x00" + bytes(2000), "Ce fichier n’est pas au format Excel (.xlsx)"),
        (lambda: saved(Workbook())[:2000], "Ce classeur n’a pas pu être lu"),
        (bomb, "Ce fichier demande trop de temps ou de mémoire pour être lu"),
        (lambda: b"", "Ce fichier est vide"),
        (lambda: bytes(6 * MB), "Ce fichier pèse 6 Mo ; le portail accepte jusqu’à 5 Mo"),
        (lambda: bytes(22 * MB), "Ce fichier est trop lourd"),
        (lambda: saved(Workbook()), "Ce classeur n’est pas celui de la fiche : la ligne qui commence par « Code »"),
    ],
    ids=["csv", "exe", "cut", "bomb", "empty", "heavy", "too heavy to be received", "another workbook"],
)
def test_a_file_that_is_no_such_workbook_is_refused_in_a_sentence(cast, owner, content, sentence):
    cast.sheet(passages=5)
    response = upload(owner, cast.panier, content())
    assert response.status_code == 422
    assert sentence in sentences(response)
    assert stored(cast.panier) == {"passages": counted(5)}


@pytest.mark.parametrize("sent", [{}, {"file": ""}, {"file": "un texte"}])
def test_no_file_is_said_so(cast, owner, sent):
    response = owner.post(address("from_workbook", cast.panier), sent)
    assert response.status_code == 422
    assert "Choisissez un fichier, puis envoyez." in sentences(response)
    assert not Sheet.objects.exists()


# A newer save


@pytest.fixture
def late(cast, owner):
    """A workbook where contacts become 30, downloaded before the teammate saved 40 there."""
    cast.sheet(passages=5, contacts=10)
    book = filled(downloaded(owner, cast.panier), contacts=30)
    save(cast, cast.teammate, contacts="40")
    return book


def test_a_newer_save_is_shown_beside_the_workbook_and_nothing_is_overwritten(cast, owner, late):
    cell(late, "accueils").value = 7
    response = upload(owner, cast.panier, late)
    page = sentences(response)
    assert response.status_code == 409
    assert "Marcel Teammate a enregistré <strong>40</strong>" in page
    assert page.count("note-other") == 1
    assert stored(cast.panier) == {"passages": counted(5), "contacts": counted(40)}
    form = form_of(response)
    assert (form["contacts"], form["accueils"]) == ("30", "7")


def test_the_workbook_is_then_kept_knowingly(cast, owner, late):
    cell(late, "accueils").value = 7
    response = upload(owner, cast.panier, late)
    settled = owner.post(address("from_workbook", cast.panier), form_of(response))
    assert settled.status_code == 302
    assert told(settled) == ["Vos choix sont enregistrés."]
    assert stored(cast.panier) == {"accueils": counted(7), "passages": counted(5), "contacts": counted(30)}


def test_the_newer_figure_is_as_well_kept_knowingly(cast, owner, late):
    cell(late, "accueils").value = 7
    response = upload(owner, cast.panier, late)
    owner.post(address("from_workbook", cast.panier), form_of(response) | {"contacts": "40"})
    assert stored(cast.panier) == {"accueils": counted(7), "passages": counted(5), "contacts": counted(40)}


def test_what_the_workbook_left_as_it_was_never_undoes_the_newer_save(cast, owner, late):
    """The teammate changed passages too: the workbook still holds the old figure there, and means nothing by it."""
    save(cast, cast.teammate, passages="50", accueils="9")
    response = upload(owner, cast.panier, late)
    assert response.status_code == 409
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier) == {"passages": counted(50), "accueils": counted(9), "contacts": counted(30)}


def test_changes_to_other_figures_meet_without_a_question(cast, owner, late):
    cell(late, "contacts").value = 10  # as it was
    cell(late, "accueils").value = 7
    response = upload(owner, cast.panier, late)
    assert response.status_code == 302
    assert stored(cast.panier) == {"accueils": counted(7), "passages": counted(5), "contacts": counted(40)}


def test_a_part_of_a_breakdown_is_settled_as_any_figure(cast, owner):
    cast.sheet(personnes=100, personnes_age_0_17=10)
    book = filled(downloaded(owner, cast.panier), personnes_age_0_17=30)
    save(cast, cast.teammate, personnes_age_0_17="40")
    response = upload(owner, cast.panier, book)
    assert response.status_code == 409
    assert "<strong>40</strong>" in sentences(response)
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier) == {"personnes": counted(100), "personnes_age_0_17": counted(30)}


def test_the_word_on_a_part_survives_the_settling(cast, owner, late):
    part = cell(late, "personnes_age_0_17")
    part.value = 3
    cell(late, "personnes_age_0_17", WORD).value = "des fratries"
    response = upload(owner, cast.panier, late)
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier)["personnes_age_0_17"] == Reply(Kind.COUNTED, Decimal(3), "des fratries")


def test_an_answer_both_took_away_or_changed_is_asked_about(cast, owner, late):
    cell(late, "contacts").value = None
    response = upload(owner, cast.panier, late)
    assert response.status_code == 409
    assert form_of(response)["contacts"] == ""
    assert stored(cast.panier)["contacts"] == counted(40)
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier) == {"passages": counted(5)}


def test_a_kind_without_figure_is_settled_with_its_word(cast, owner, late):
    cell(late, "contacts").value = None
    cell(late, "contacts", KIND).value = "non compté"
    cell(late, "contacts", WORD).value = "cahier perdu"
    response = upload(owner, cast.panier, late)
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier)["contacts"] == Reply(Kind.NOT_COUNTED, None, "cahier perdu")


def test_a_save_made_while_settling_is_shown_in_its_turn(cast, owner, late):
    form = form_of(upload(owner, cast.panier, late))
    save(cast, cast.teammate, contacts="41")
    response = owner.post(address("from_workbook", cast.panier), form)
    assert response.status_code == 409
    assert "<strong>41</strong>" in sentences(response)
    assert form_of(response)["contacts"] == "30"
    assert stored(cast.panier)["contacts"] == counted(41)
    assert owner.post(address("from_workbook", cast.panier), form_of(response)).status_code == 302
    assert stored(cast.panier)["contacts"] == counted(30)


def test_what_cannot_be_read_while_settling_is_explained_and_nothing_is_saved(cast, owner, late):
    cell(late, "accueils").value = 7
    form = form_of(upload(owner, cast.panier, late)) | {"contacts": "beaucoup"}
    response = owner.post(address("from_workbook", cast.panier), form)
    assert response.status_code == 422
    assert form_of(response)["contacts"] == "beaucoup"
    assert "Ce n’est pas un nombre" in sentences(response)
    assert stored(cast.panier) == {"passages": counted(5), "contacts": counted(40)}


def test_settling_once_the_sheet_is_sent_is_refused_with_what_was_written(cast, owner, late):
    form = form_of(upload(owner, cast.panier, late))
    actions.submit_sheet(sheet=Sheet.objects.get(), by=cast.owner)
    response = owner.post(address("from_workbook", cast.panier), form)
    assert response.status_code == 409
    assert "La fiche ne se modifie plus" in sentences(response)
    assert stored(cast.panier)["contacts"] == counted(40)


def test_a_workbook_without_its_memory_shows_the_differences_and_overwrites_nothing(cast, owner):
    cast.sheet(passages=5, contacts=10)
    book = filled(downloaded(owner, cast.panier), contacts=30, accueils=7)
    del book["portail"]
    response = upload(owner, cast.panier, book)
    assert response.status_code == 409
    assert "<strong>10</strong>" in sentences(response)
    assert stored(cast.panier) == {"passages": counted(5), "contacts": counted(10)}
    owner.post(address("from_workbook", cast.panier), form_of(response))
    assert stored(cast.panier) == {"accueils": counted(7), "passages": counted(5), "contacts": counted(30)}


def test_a_workbook_without_its_memory_empties_nothing(cast, owner):
    cast.sheet(passages=5, contacts=10)
    book = filled(downloaded(owner, cast.panier), contacts=None, accueils=7)
    del book["portail"]
    assert upload(owner, cast.panier, book).status_code == 302
    assert stored(cast.panier) == {"accueils": counted(7), "passages": counted(5), "contacts": counted(10)}


@pytest.mark.parametrize(
    "memory",
    [
        "rien",
        '["contacts"]',
        '[["contacts"], 1]',
        '["contacts", ["counted", "10"]]',
        '["contacts", ["beaucoup", "10", ""]]',
        '["contacts", ["counted", "dix", ""]]',
        '["contacts", ["counted", "sNaN", ""]]',
        "[" * 30_000,
        "",
    ],
)
def test_a_memory_somebody_broke_is_as_if_nothing_had_been_seen(cast, owner, memory):
    cast.sheet(contacts=10)
    book = filled(downloaded(owner, cast.panier), contacts=30)
    book["portail"]["A2"].value = memory
    response = upload(owner, cast.panier, book)
    assert response.status_code == 409
    assert stored(cast.panier) == {"contacts": counted(10)}


@pytest.mark.parametrize(
    "seen", ["rien", "[]", "[" * 30_000, json.dumps({"contacts": ["counted", "sNaN", ""]}), '{"contacts": null}']
)
def test_a_forged_settling_is_as_if_nothing_had_been_seen(cast, owner, late, seen):
    form = form_of(upload(owner, cast.panier, late)) | {"seen": seen}
    response = owner.post(address("from_workbook", cast.panier), form)
    assert response.status_code == 409
    assert stored(cast.panier)["contacts"] == counted(40)


# Who, and when


@pytest.mark.parametrize("who", ["stranger", "nobody", "ccas"])
def test_nobody_else_downloads_or_fills_a_draft(cast, as_user, who):
    cast.sheet(passages=5)
    book = saved(filled(downloaded(as_user(cast.owner), cast.panier), passages=6))
    client = as_user(getattr(cast, who))
    assert client.get(address("workbook", cast.panier)).status_code == 404
    assert client.get(address("from_workbook", cast.panier)).status_code == 404
    assert upload(client, cast.panier, book).status_code == 404
    assert stored(cast.panier) == {"passages": counted(5)}


def test_a_teammate_fills_it_as_well(cast, as_user):
    client = as_user(cast.teammate)
    assert client.get(address("from_workbook", cast.panier)).status_code == 200
    assert upload(client, cast.panier, filled(downloaded(client, cast.panier), passages=6)).status_code == 302
    assert stored(cast.panier) == {"passages": counted(6)}
    assert Sheet.objects.get().saved_by == cast.teammate


def test_a_submitted_sheet_is_downloaded_but_no_longer_filled(cast, owner):
    cast.submitted(passages=5)
    book = filled(downloaded(owner, cast.panier), passages=6)
    response = upload(owner, cast.panier, book)
    assert response.status_code == 409
    assert "La fiche ne se modifie plus" in sentences(response)
    assert stored(cast.panier) == {"passages": counted(5)}
    assert owner.get(address("from_workbook", cast.panier)).url == address("sheet", cast.panier)


def test_a_shared_sheet_is_not_given_as_a_workbook(cast, as_user):
    cast.reviewed(passages=5)
    client = as_user(cast.stranger)
    assert client.get(address("sheet", cast.panier)).status_code == 200
    assert client.get(address("workbook", cast.panier)).status_code == 404


def test_a_closed_campaign_takes_no_workbook(cast, owner):
    book = filled(downloaded(owner, cast.panier), passages=6)
    cast.campaign.closes_on = cast.campaign.due_on = timezone.localdate() - timedelta(days=1)
    cast.campaign.save()
    assert upload(owner, cast.panier, book).status_code == 409
    assert not stored(cast.panier)


def test_the_ccas_fills_by_workbook_what_it_types_for_a_structure(cast, as_user):
    actions.type_for_structure(campaign=cast.campaign, structure=cast.panier, how="paper", by=cast.ccas)
    client = as_user(cast.ccas)
    assert upload(client, cast.panier, filled(downloaded(client, cast.panier), passages=6)).status_code == 302
    assert stored(cast.panier) == {"passages": counted(6)}
