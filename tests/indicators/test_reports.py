"""The activity report: a PDF checked, kept under a name of ours, given to who may read the sheet."""

import io
import re
import stat
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from indicators import actions
from indicators.contents import replies_of
from indicators.models import Report, Sheet
from lemans_solidaire.network.models import Event

MB = 1024**2
PLACE = re.compile(r"rapports/2025/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.pdf")


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Where the reports of the test are kept."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT


def pdf(pages=1, **options):
    document, file = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(file, **options)
    return file.getvalue()


def address(cast, name="report"):
    return reverse(f"indicators:{name}", args=[2025, cast.panier.pk])


def upload(client, cast, content, name="Rapport 2025.pdf"):
    sent = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(address(cast), {"file": sent})


def attached(cast, content=None, name="Rapport.pdf"):
    """A report on the Panier's draft."""
    sheet = cast.sheet(passages=20)
    content = content or pdf()
    return actions.attach_report(sheet=sheet, content=content, name=name, pages=1, digest="0" * 64, by=cast.owner)


def kept(uploads):
    return sorted(path for path in uploads.rglob("*") if path.is_file())


def body(response):
    return b"".join(response.streaming_content)


def sentences(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def status(client, cast):
    response = client.get(address(cast, "report_pdf"))
    if response.streaming:
        body(response)
    return response.status_code


# Kept


def test_a_report_is_kept_under_a_name_of_ours_and_only_the_portal_reads_it(cast, as_user, uploads):
    content = pdf(3)
    response = upload(as_user(cast.owner), cast, content, name="../../Rapport d’Odile.pdf")
    assert (response.status_code, response.url) == (302, address(cast, "reading"))
    report = Report.objects.get()
    assert PLACE.fullmatch(report.file.name)
    assert (report.name, report.pages, report.size) == ("Rapport d’Odile.pdf", 3, len(content))
    assert (report.sheet.structure, report.uploaded_by) == (cast.panier, cast.owner)
    [path] = kept(uploads)
    assert path == uploads / report.file.name
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_arrival_is_in_the_history(cast, as_user):
    upload(as_user(cast.teammate), cast, pdf())
    event = Event.objects.about(Sheet.objects.get()).get()
    assert (event.verb, event.user, event.changes) == (
        "sheet_saved",
        cast.teammate,
        {"report": [None, "Rapport 2025.pdf"]},
    )


def test_the_page_shows_the_report_that_is_kept(cast, as_user):
    client = as_user(cast.owner)
    assert client.get(address(cast)).status_code == 200
    upload(client, cast, pdf(2), name="Bilan <moral>.pdf")
    page = sentences(client.get(address(cast)))
    assert "Bilan &lt;moral&gt;.pdf" in page
    assert "2 pages" in page
    assert address(cast, "report_pdf") in page


def test_the_figures_stay_as_they_are(cast, as_user):
    sheet = cast.sheet(passages=20)
    upload(as_user(cast.owner), cast, pdf())
    assert sheet.answers.get().value == 20
    assert Sheet.objects.get().state == Sheet.State.DRAFT


def test_it_is_served_as_an_attachment(cast, as_user):
    content = pdf(2)
    client = as_user(cast.owner)
    upload(client, cast, content)
    response = client.get(address(cast, "report_pdf"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="rapport-2025-{cast.panier.pk}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert body(response) == content


def test_a_pdf_that_opens_without_its_owner_password_is_kept(cast, as_user):
    content = pdf(encryption=pikepdf.Encryption(owner="secret", user=""))
    assert upload(as_user(cast.owner), cast, content).status_code == 302
    assert Report.objects.get().size == len(content)


# Replaced


def test_another_file_takes_its_place_and_the_old_one_goes_once_it_is_certain(
    cast, as_user, uploads, django_capture_on_commit_callbacks
):
    client = as_user(cast.owner)
    upload(client, cast, pdf(1), name="Premier.pdf")
    [first] = kept(uploads)
    with django_capture_on_commit_callbacks() as callbacks:
        upload(client, cast, pdf(2), name="Second.pdf")
    assert first in kept(uploads)  # until the commit
    for callback in callbacks:
        callback()
    [second] = kept(uploads)
    report = Report.objects.get()
    assert second == uploads / report.file.name != first
    assert (report.name, report.pages) == ("Second.pdf", 2)
    assert body(client.get(address(cast, "report_pdf"))) == second.read_bytes()


def test_a_replaced_report_says_when_and_by_whom_it_came(cast, as_user, django_capture_on_commit_callbacks):
    upload(as_user(cast.owner), cast, pdf(1))
    long_ago = timezone.now() - timedelta(days=5)
    Report.objects.update(uploaded_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        upload(as_user(cast.teammate), cast, pdf(2))
    report = Report.objects.get()
    assert report.uploaded_by == cast.teammate
    assert report.uploaded_at - long_ago > timedelta(days=4)


def test_the_same_file_twice_is_one(cast, as_user, uploads, django_capture_on_commit_callbacks):
    client, content = as_user(cast.owner), pdf()
    upload(client, cast, content)
    events = Event.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(client, cast, content, name="Copie.pdf").status_code == 302
    assert len(kept(uploads)) == 1
    assert Report.objects.get().name == "Rapport 2025.pdf"
    assert Event.objects.count() == events
    assert body(client.get(address(cast, "report_pdf"))) == content


def test_a_report_whose_file_disappeared_is_not_found(cast, as_user, uploads):
    client = as_user(cast.owner)
    upload(client, cast, pdf())
    for path in kept(uploads):
        path.unlink()
    assert status(client, cast) == 404
    assert client.get(address(cast)).status_code == 200
    assert client.get(address(cast, "sheet")).status_code == 200


def test_a_report_that_disappeared_is_kept_anew_when_the_same_file_comes_again(
    cast, as_user, uploads, django_capture_on_commit_callbacks
):
    client, content = as_user(cast.owner), pdf()
    upload(client, cast, content)
    for path in kept(uploads):
        path.unlink()
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, cast, content)
    response = client.get(address(cast, "report_pdf"))
    assert response.status_code == 200
    assert body(response) == content


# Refused


REFUSED = {
    "heavy": (lambda: b"%PDF-1.7" + bytes(20 * MB), "Ce fichier pèse 20,1 Mo ; le portail accepte jusqu’à 20 Mo"),
    "21 MB": (lambda: b"%PDF-1.7" + bytes(21 * MB), "Ce fichier est trop lourd : le portail accepte jusqu’à 20 Mo."),
    "encrypted": (
        lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        "Ce PDF est protégé par un mot de passe",
    ),
    "broken": (lambda: pdf()[:200], "Ce PDF est abîmé ou incomplet"),
    "header only": (lambda: b"%PDF-1.7\n" + bytes(1000), "Ce PDF est abîmé ou incomplet"),
    "exe": (lambda: b"MZ\x90\x00" + bytes(2000), "Ce fichier n’est pas un PDF"),
    "html": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "Ce fichier n’est pas un PDF"),
    "empty": (lambda: b"", "Ce fichier est vide"),
    "long": (lambda: pdf(501), "Ce PDF a plus de 500 pages"),
}


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_is_no_good_pdf_is_refused_in_a_sentence_and_nothing_is_kept(cast, as_user, uploads, file):
    content, sentence = REFUSED[file]
    response = upload(as_user(cast.owner), cast, content(), name="rapport.pdf")
    assert response.status_code == 422
    assert sentence in sentences(response)
    assert not kept(uploads)
    assert not Report.objects.exists()
    assert not Event.objects.filter(verb="sheet_saved").exists()


@pytest.mark.parametrize("file", ["21 MB", "encrypted", "html"])
def test_a_refused_file_leaves_the_report_before_it(cast, as_user, uploads, file):
    client, content = as_user(cast.owner), pdf()
    upload(client, cast, content)
    page = upload(client, cast, REFUSED[file][0]())
    assert page.status_code == 422
    assert "Rapport 2025.pdf" in sentences(page)
    assert body(client.get(address(cast, "report_pdf"))) == content
    assert len(kept(uploads)) == 1


def test_no_file_is_said_so(cast, as_user):
    response = as_user(cast.owner).post(address(cast), {})
    assert response.status_code == 422
    assert "Choisissez un fichier, puis envoyez." in sentences(response)


def test_a_sent_sheet_takes_no_other_report(cast, as_user, uploads):
    cast.submitted(passages=20)
    response = upload(as_user(cast.owner), cast, pdf())
    assert response.status_code == 409
    assert "La fiche ne se modifie plus" in sentences(response)
    assert not kept(uploads)


@pytest.mark.parametrize("who", ["stranger", "nobody", "ccas"])
def test_nobody_else_puts_a_report_on_a_draft(cast, as_user, uploads, who):
    client = as_user(getattr(cast, who))
    assert client.get(address(cast)).status_code == 404
    assert upload(client, cast, pdf()).status_code == 404
    assert not kept(uploads)
    assert not Sheet.objects.exists()


# Who reads it


def test_a_sheet_without_report_has_none_to_serve(cast, as_user):
    assert status(as_user(cast.owner), cast) == 404
    cast.sheet(passages=20)
    assert status(as_user(cast.owner), cast) == 404


def advance(cast, state, shared_with):
    sheet = attached(cast).sheet
    if state != "draft":
        sheet = actions.submit_sheet(sheet=sheet, by=cast.owner, shared_with=shared_with)
    if state in ("questioned", "answered"):
        questions = {cast.indicator("passages"): "Vraiment ?"}
        sheet = actions.ask_questions(sheet=sheet, questions=questions, version=sheet.version, by=cast.ccas)
    if state == "answered":
        [question] = sheet.questions.all()
        answers = {question: (replies_of(sheet)["passages"], "Oui.")}
        sheet = actions.answer_questions(sheet=sheet, answers=answers, by=cast.owner)
    if state == "reviewed":
        sheet = actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    return sheet


@pytest.mark.parametrize("shared_with", ["network", "ccas"])
@pytest.mark.parametrize("state", ["draft", "submitted", "questioned", "answered", "reviewed"])
def test_who_reads_the_report(cast, as_user, state, shared_with):
    assert advance(cast, state, shared_with).state == state
    readers = {"owner", "teammate"}
    if state != "draft":
        readers.add("ccas")
    if (state, shared_with) == ("reviewed", "network"):
        readers.add("stranger")
    found = {
        who: status(as_user(getattr(cast, who)), cast) for who in ["owner", "teammate", "ccas", "stranger", "nobody"]
    }
    assert found == {who: 200 if who in readers else 404 for who in found}


def test_who_is_not_signed_in_is_asked_to(cast, as_user):
    advance(cast, "reviewed", "network")
    response = as_user(None).get(address(cast, "report_pdf"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_a_sheet_opened_again_takes_its_report_back_from_the_network(cast, as_user):
    sheet = advance(cast, "reviewed", "network")
    assert status(as_user(cast.stranger), cast) == 200
    actions.reopen_sheet(sheet=sheet, reason="Une page de trop.", by=cast.ccas)
    assert status(as_user(cast.stranger), cast) == 404
    assert status(as_user(cast.ccas), cast) == 404
    assert status(as_user(cast.owner), cast) == 200
