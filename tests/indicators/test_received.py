"""Reports that came to the CCAS: dropped together, each given to its structure, which alone decides."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators import actions
from indicators.models import Campaign, Report, ReportReading, Sheet, WaitingReport
from indicators.received import structure_named
from lemans_solidaire.network.models import Event, Structure
from tests.indicators.reports import attach, blank_pdf, has_read, passage

URL = "/indicateurs/2025/suivi/rapports/"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def drop(client, *files):
    sent = [SimpleUploadedFile(name, content, content_type="application/pdf") for name, content in files]
    return client.post(URL, {"file": sent})


def waiting(cast, name="rapport.pdf", pages=1):
    content = blank_pdf(pages)
    told = {"content": content, "name": name, "pages": pages, "digest": f"{pages}" * 64}
    return WaitingReport.objects.create(campaign=cast.campaign, uploaded_by=cast.ccas, **told)


def give(client, report, structure, then="attach"):
    chosen = structure.pk if structure else ""
    url = reverse("indicators:attach_report", args=[2025, report.pk])
    return client.post(url, {"structure": chosen, "then": then}, follow=True)


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_several_come_together_and_whose_they_are_is_guessed_from_their_names(cast, as_user):
    files = [("Rapport_activite_PANIER_2025.pdf", blank_pdf(1)), ("scan0001.pdf", blank_pdf(2))]
    response = drop(as_user(cast.ccas), *files)
    assert (response.status_code, response.url) == (302, URL)
    guessed = {report.name: report.structure for report in WaitingReport.objects.all()}
    assert guessed == {"Rapport_activite_PANIER_2025.pdf": cast.panier, "scan0001.pdf": None}
    page = text_of(as_user(cast.ccas).get(URL))
    assert re.search(rf'<option value="{cast.panier.pk}"\s+selected', page)


def test_what_cannot_be_read_is_said_and_the_others_are_kept(cast, as_user):
    response = drop(as_user(cast.ccas), ("bon.pdf", blank_pdf(1)), ("faux.pdf", b"bonjour"), ("vide.pdf", b" "))
    assert response.status_code == 422
    assert "faux.pdf : Ce fichier n’est pas un PDF" in text_of(response).replace("</strong>", "").replace(
        "<strong>", ""
    )
    assert [report.name for report in WaitingReport.objects.all()] == ["bon.pdf"]


def test_the_same_file_waits_once(cast, as_user):
    drop(as_user(cast.ccas), ("un.pdf", blank_pdf(1)))
    response = drop(as_user(cast.ccas), ("deux.pdf", blank_pdf(1)))
    assert "attend déjà" in text_of(response)
    assert WaitingReport.objects.count() == 1


def test_no_file_is_said(cast, as_user):
    assert "Choisissez un ou plusieurs fichiers" in text_of(as_user(cast.ccas).post(URL))


def test_it_joins_the_draft_and_is_read_but_the_ccas_reads_nothing_of_it(cast, as_user):
    client, report = as_user(cast.ccas), waiting(cast)
    page = text_of(give(client, report, cast.panier))
    assert "Le rapport est joint à la fiche de Le Panier d’essai" in page
    sheet = Sheet.objects.get(structure=cast.panier)
    assert (sheet.report.name, sheet.report.uploaded_by) == ("rapport.pdf", cast.ccas)
    assert ReportReading.objects.get().sheet == sheet
    assert not WaitingReport.objects.exists()
    assert client.get(reverse("indicators:reading", args=[2025, cast.panier.pk])).status_code == 404
    assert as_user(cast.owner).get(reverse("indicators:reading", args=[2025, cast.panier.pk])).status_code == 200


def test_a_structure_that_has_its_own_report_keeps_it(cast, as_user):
    attach(cast.sheet(contacts=5), cast.owner)
    page = text_of(give(as_user(cast.ccas), waiting(cast, pages=2), cast.panier))
    assert "n’a pas encore de rapport" in page
    assert Report.objects.get().uploaded_by == cast.owner
    assert WaitingReport.objects.count() == 1


def test_a_report_that_came_meanwhile_wins(cast):
    report = waiting(cast, pages=2)
    attach(cast.sheet(contacts=5), cast.owner)
    with pytest.raises(actions.AlreadyHasReport):
        actions.attach_waiting(waiting=report, structure=cast.panier, by=cast.ccas)


def test_a_sent_sheet_receives_nothing(cast, as_user):
    cast.submitted(contacts=5)
    give(as_user(cast.ccas), waiting(cast), cast.panier)
    assert not Report.objects.exists()


def test_it_is_given_to_one_structure_alone(cast):
    report = waiting(cast)
    actions.attach_waiting(waiting=report, structure=cast.panier, by=cast.ccas)
    with pytest.raises(actions.AnotherReport):
        actions.attach_waiting(waiting=report, structure=cast.halte, by=cast.ccas)
    assert [one.sheet.structure for one in Report.objects.all()] == [cast.panier]


def test_the_structure_has_not_begun_its_sheet_for_all_that(cast):
    """The CCAS may still type a paper answer for it, the report being there."""
    actions.attach_waiting(waiting=waiting(cast), structure=cast.panier, by=cast.ccas)
    assert Sheet.objects.get().version == 0
    actions.type_for_structure(campaign=cast.campaign, structure=cast.panier, how="paper", by=cast.ccas)


def test_the_structure_s_own_report_is_not_taken_back(cast):
    """It replaced the one of the CCAS while the page was open."""
    actions.attach_waiting(waiting=waiting(cast), structure=cast.panier, by=cast.ccas)
    older = Report.objects.get()
    attach(Sheet.objects.get(), cast.owner)
    with pytest.raises(actions.AnotherReport):
        actions.take_back(report=older, by=cast.ccas)
    assert Report.objects.get().uploaded_by == cast.owner


def test_a_received_report_never_vanishes_without_trace(cast, as_user):
    client = as_user(cast.ccas)
    drop(client, ("rapport.pdf", blank_pdf(1)))
    give(client, WaitingReport.objects.get(), None, then="remove")
    verbs = list(Event.objects.about(cast.campaign).order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["report_received", "received_report_dropped"]


@pytest.mark.parametrize("then", ["attach", "remove"])
def test_a_second_click_finds_it_gone(cast, as_user, then):
    client, report = as_user(cast.ccas), waiting(cast)
    give(client, report, cast.panier, then)
    assert "Ce rapport n’attend plus" in text_of(give(client, report, cast.panier, then))


@pytest.mark.parametrize("structure", [None, "closed"])
def test_it_needs_a_structure_that_is_there(cast, as_user, structure):
    if structure == "closed":
        structure = Structure.objects.create(name="La Fermée", closed_on="2020-01-01")
    page = text_of(give(as_user(cast.ccas), waiting(cast), structure))
    assert "Dites de quelle structure est « rapport.pdf »" in page


def test_a_report_given_to_the_wrong_one_is_taken_back(cast, as_user):
    client = as_user(cast.ccas)
    give(client, waiting(cast), cast.panier)
    url = reverse("indicators:take_back_report", args=[2025, Report.objects.get().pk])
    assert url in text_of(client.get(URL))
    assert "Le rapport est retiré de la fiche" in text_of(client.post(url, follow=True))
    assert not Report.objects.exists()


def test_once_a_figure_is_decided_it_is_the_structure_s(cast, as_user):
    client = as_user(cast.ccas)
    give(client, waiting(cast), cast.panier)
    sheet = Sheet.objects.get(structure=cast.panier)
    one = has_read(sheet, {"passages": [passage(3)]}).proposals.get()
    actions.reject_proposal(sheet=sheet, proposal=one, by=cast.owner)
    url = reverse("indicators:take_back_report", args=[2025, Report.objects.get().pk])
    assert "n’est plus à reprendre" in text_of(client.post(url, follow=True))
    assert Report.objects.exists()


def test_another_s_report_is_not_taken_back(cast, as_user):
    attach(cast.sheet(contacts=5), cast.owner)
    url = reverse("indicators:take_back_report", args=[2025, Report.objects.get().pk])
    as_user(cast.ccas).post(url)
    assert Report.objects.exists()


def test_a_closed_campaign_receives_no_more(cast, as_user):
    report = waiting(cast)
    Campaign.objects.update(closes_on="2025-01-01", due_on="2024-12-31", opens_on="2024-12-01")
    client = as_user(cast.ccas)
    drop(client, ("bon.pdf", blank_pdf(2)))
    give(client, report, cast.panier)
    assert (WaitingReport.objects.count(), Report.objects.count()) == (1, 0)
    assert "La campagne est fermée" in text_of(client.get(URL))


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_depend_on_how_many_wait(cast, as_user, count, django_assert_num_queries):
    for pages in range(1, count + 1):
        waiting(cast, pages=pages)
    client = as_user(cast.ccas)
    with django_assert_num_queries(8):
        client.get(URL)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("RA 2025 la halte d'essai.pdf", "halte"),
        ("rapport-panier-halte.pdf", None),
        ("rapport.pdf", None),
        ("PANIER.PDF", "panier"),
    ],
)
def test_the_guess_is_nothing_in_doubt(cast, name, found):
    guessed = structure_named(name, [cast.panier, cast.halte])
    assert guessed == (getattr(cast, found) if found else None)
