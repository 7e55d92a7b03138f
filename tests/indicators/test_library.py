"""What each may read of a sheet, in each of its states, and the library where the network finds what is shared."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators import actions
from indicators.contents import Contents, replies_of
from indicators.figures import Kind, Reply, counted
from indicators.models import PastFigure, Report, Sheet
from lemans_solidaire.network.models import Event, Membership, Structure
from tests.cast import account, belongs

ROLES = ["owner", "teammate", "ccas", "stranger", "nobody"]
WORD, QUESTION, KEPT, REASON, REMARK = (
    "Mot-sentinelle",
    "Question-sentinelle",
    "Maintien-sentinelle",
    "Motif-sentinelle",
    "C’est rare au-dessus",
)
SECRETS = [WORD, QUESTION, KEPT, REASON, REMARK, "Son histoire", ">731<"]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def address(name, structure, year=2025):
    return reverse(f"indicators:{name}", args=[year, structure.pk])


def library(client, year=2025, **search):
    return client.get(reverse("indicators:library", args=[year]), search)


def sentences(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def names(response):
    return [sheet.structure.name for sheet in response.context["sheets"]]


def draft(cast, shared_with="network"):
    """Everything that could leak: a word, a surprising figure, parts, a report, and a reason for opening it again."""
    contents = Contents(Sheet(campaign=cast.campaign, structure=cast.panier))
    typed = {
        cast.indicator("passages"): Reply(Kind.ESTIMATED, Decimal(6400), WORD),
        cast.indicator("accueils"): counted(987_654),  # above what is common
        cast.indicator("personnes"): counted(800),
        cast.indicator("personnes_age_0_17"): counted(731),
    }
    sheet = actions.save_answers(contents=contents, typed=typed, seen={}, by=cast.owner)
    sheet = actions.save_words(sheet=sheet, typed={"missions": "Nourrir et accueillir."}, seen={}, by=cast.owner)
    actions.attach_report(sheet=sheet, content=b"%PDF-", name="r.pdf", pages=1, digest="0" * 64, by=cast.owner)
    sheet = actions.submit_sheet(sheet=sheet, by=cast.owner, shared_with=shared_with)
    return actions.reopen_sheet(sheet=sheet, reason=REASON, by=cast.owner)


def sheet_in(cast, state, shared_with="network"):
    sheet = draft(cast, shared_with)
    if state == "draft":
        return sheet
    sheet = actions.submit_sheet(sheet=sheet, by=cast.owner)
    if state == "submitted":
        return sheet
    questions = {cast.indicator("passages"): QUESTION}
    sheet = actions.ask_questions(sheet=sheet, questions=questions, version=sheet.version, by=cast.ccas)
    if state == "questioned":
        return sheet
    answers = {sheet.questions.get(): (replies_of(sheet)["passages"], KEPT)}
    sheet = actions.answer_questions(sheet=sheet, answers=answers, by=cast.owner)
    if state == "answered":
        return sheet
    return actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)


def status(client, url):
    response = client.get(url)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response.status_code


def statuses(cast, as_user, name):
    return {who: status(as_user(getattr(cast, who)), address(name, cast.panier)) for who in ROLES}


def only(*readers):
    return {who: 200 if who in readers else 404 for who in ROLES}


# Who reads a sheet


@pytest.mark.parametrize("shared_with", ["network", "ccas"])
@pytest.mark.parametrize("state", ["draft", "submitted", "questioned", "answered", "reviewed"])
def test_who_reads_what_in_each_state(cast, as_user, state, shared_with):
    assert (sheet := sheet_in(cast, state, shared_with)).state == state
    assert sheet.shared_with == shared_with
    inside = ["owner", "teammate"] if state == "draft" else ["owner", "teammate", "ccas"]
    is_shared = (state, shared_with) == ("reviewed", "network")
    readers = [*inside, "stranger"] if is_shared else inside
    assert statuses(cast, as_user, "sheet") == only(*readers)
    assert statuses(cast, as_user, "report_pdf") == only(*readers)
    assert statuses(cast, as_user, "workbook") == only(*inside)
    assert names(library(as_user(cast.stranger))) == (["Le Panier d’essai"] if is_shared else [])


def test_what_the_ccas_types_for_a_structure_is_read_by_both_until_it_is_shared(cast, as_user):
    sheet = actions.type_for_structure(campaign=cast.campaign, structure=cast.panier, how="phone", by=cast.ccas)
    assert statuses(cast, as_user, "sheet") == only("owner", "teammate", "ccas")
    actions.submit_sheet(sheet=sheet, by=cast.ccas, confirms=False)
    assert statuses(cast, as_user, "sheet") == only("owner", "teammate", "ccas")


def test_a_sheet_nobody_began_is_its_structure_s_alone(cast, as_user):
    assert statuses(cast, as_user, "sheet") == only("owner", "teammate")
    assert not Sheet.objects.exists()


def test_who_is_not_signed_in_is_asked_to(cast, as_user):
    sheet_in(cast, "reviewed")
    client = as_user(None)
    for url in [address("sheet", cast.panier), reverse("indicators:library", args=[2025])]:
        response = client.get(url)
        assert response.status_code == 302
        assert reverse("account_login") in response.url


def test_who_left_the_network_reads_nothing_more(cast, as_user):
    sheet_in(cast, "reviewed")
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=cast.stranger).update(since=yesterday, until=yesterday)
    client = as_user(cast.stranger)
    assert client.get(address("sheet", cast.panier)).status_code == 404
    assert library(client).status_code == 404


def test_who_belongs_to_a_closed_structure_is_no_longer_in_the_network(cast, as_user):
    sheet_in(cast, "reviewed")
    cast.halte.closed_on = timezone.localdate()
    cast.halte.save()
    client = as_user(cast.stranger)
    assert client.get(address("sheet", cast.panier)).status_code == 404
    assert library(client).status_code == 404


# What the network reads of it


def test_the_network_reads_the_figures_and_nothing_that_was_said_about_them(cast, as_user):
    sheet_in(cast, "reviewed")
    secrets = [*SECRETS, cast.indicator("personnes_age_0_17").label]
    for who in (cast.owner, cast.ccas):
        page = sentences(as_user(who).get(address("sheet", cast.panier)))
        assert [secret for secret in secrets if secret not in page] == []  # there is data that could leak
    page = sentences(as_user(cast.stranger).get(address("sheet", cast.panier)))
    assert [secret for secret in secrets if secret in page] == []
    assert "environ 6 400" in page
    assert "987 654" in page
    assert ">800<" in page
    assert address("report_pdf", cast.panier) in page
    assert "Nourrir et accueillir." in page


def test_a_question_answered_by_another_figure_does_not_show_the_one_before(cast, as_user):
    sheet = sheet_in(cast, "questioned")
    answers = {sheet.questions.get(): (counted(5432), "Erreur de notre part.")}
    sheet = actions.answer_questions(sheet=sheet, answers=answers, by=cast.owner)
    actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    page = sentences(as_user(cast.stranger).get(address("sheet", cast.panier)))
    assert "5 432" in page
    assert "6 400" not in page
    assert "Erreur de notre part" not in page


def test_a_stranger_is_offered_no_action_on_a_shared_sheet(cast, as_user):
    sheet_in(cast, "reviewed")
    page = sentences(as_user(cast.stranger).get(address("sheet", cast.panier)))
    for name in ["sharing", "review", "questions", "answers", "reopen", "confirmation", "workbook", "follow_up"]:
        args = [2025] if name == "follow_up" else [2025, cast.panier.pk]
        assert reverse(f"indicators:{name}", args=args) not in page


def year_before(cast, state, shared_with):
    today = timezone.localdate()
    campaign = actions.open_campaign(
        year=2024, opens_on=today, due_on=today + timedelta(days=1), closes_on=today + timedelta(days=2), by=cast.ccas
    )
    contents = Contents(Sheet(campaign=campaign, structure=cast.panier))
    typed = {campaign.indicators.get(code="passages"): counted(8642)}
    sheet = actions.save_answers(contents=contents, typed=typed, seen={}, by=cast.owner)
    sheet = actions.submit_sheet(sheet=sheet, by=cast.owner, shared_with=shared_with)
    if state == "reviewed":
        actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)


@pytest.mark.parametrize(("state", "shared_with"), [("reviewed", "ccas"), ("submitted", "network")])
def test_a_shared_sheet_does_not_tell_the_network_the_year_before_that_was_not(cast, as_user, state, shared_with):
    year_before(cast, state, shared_with)
    sheet_in(cast, "reviewed")
    assert "8 642" in sentences(as_user(cast.owner).get(address("sheet", cast.panier)))
    client = as_user(cast.stranger)
    assert client.get(address("sheet", cast.panier, 2024)).status_code == 404
    assert "8 642" not in sentences(client.get(address("sheet", cast.panier)))


def test_figures_taken_over_by_the_ccas_are_not_the_network_s(cast, as_user):
    """Nobody in the structure said that these could be read by others."""
    PastFigure.objects.create(
        structure=cast.panier, year=2024, code="passages", kind="counted", value=8642, imported_by=cast.ccas
    )
    sheet_in(cast, "reviewed")
    assert "8 642" in sentences(as_user(cast.owner).get(address("sheet", cast.panier)))
    assert "8 642" not in sentences(as_user(cast.stranger).get(address("sheet", cast.panier)))


# Changing one's mind


def share(client, cast, shared_with, structure=None):
    return client.post(address("sharing", structure or cast.panier), {"shared_with": shared_with})


def test_changing_the_sharing_works_at_once(cast, as_user):
    sheet_in(cast, "reviewed", "ccas")
    for shared_with, expected in [("network", 200), ("ccas", 404), ("network", 200)]:
        assert share(as_user(cast.owner), cast, shared_with).url == address("sheet", cast.panier)
        stranger = as_user(cast.stranger)
        assert status(stranger, address("sheet", cast.panier)) == expected
        assert status(stranger, address("report_pdf", cast.panier)) == expected
        assert names(library(stranger)) == (["Le Panier d’essai"] if expected == 200 else [])


@pytest.mark.parametrize("state", ["draft", "submitted", "questioned", "answered", "reviewed"])
def test_the_responsable_changes_it_at_any_time(cast, as_user, state):
    sheet = sheet_in(cast, state)
    share(as_user(cast.owner), cast, "ccas")
    sheet.refresh_from_db()
    assert (sheet.shared_with, sheet.state) == ("ccas", state)
    event = Event.objects.about(sheet).filter(verb="sheet_shared").get()
    assert (event.user, event.structure) == (cast.owner, cast.panier)
    assert event.changes == {"shared_with": ["network", "ccas"]}


def test_the_responsable_changes_it_after_the_campaign(cast, as_user):
    sheet = sheet_in(cast, "reviewed")
    cast.campaign.closes_on = cast.campaign.due_on = timezone.localdate() - timedelta(days=1)
    cast.campaign.save()
    share(as_user(cast.owner), cast, "ccas")
    sheet.refresh_from_db()
    assert sheet.shared_with == "ccas"


@pytest.mark.parametrize(("who", "status"), [("teammate", 403), ("ccas", 403), ("stranger", 404), ("nobody", 404)])
def test_nobody_else_changes_it(cast, as_user, who, status):
    sheet = sheet_in(cast, "reviewed")
    assert share(as_user(getattr(cast, who)), cast, "ccas").status_code == status
    sheet.refresh_from_db()
    assert sheet.shared_with == "network"


def test_the_same_choice_or_a_forged_one_leaves_no_trace(cast, as_user):
    sheet = sheet_in(cast, "reviewed")
    for sent in ["network", "tout le monde", ""]:
        assert share(as_user(cast.owner), cast, sent).status_code == 302
    sheet.refresh_from_db()
    assert sheet.shared_with == "network"
    assert not Event.objects.filter(verb="sheet_shared").exists()


def test_a_sheet_nobody_began_has_nothing_to_share(cast, as_user):
    assert share(as_user(cast.owner), cast, "ccas").status_code == 403
    assert not Sheet.objects.exists()


def test_a_sheet_opened_again_leaves_the_library_at_once(cast, as_user):
    sheet = sheet_in(cast, "reviewed")
    assert names(library(as_user(cast.stranger))) == ["Le Panier d’essai"]
    actions.reopen_sheet(sheet=sheet, reason="Une erreur.", by=cast.ccas)
    stranger = as_user(cast.stranger)
    assert names(library(stranger)) == []
    assert stranger.get(address("sheet", cast.panier)).status_code == 404


# The library


def shared(cast, name, mission="", report=False):
    """A reviewed sheet of another structure, shared with the network."""
    structure = Structure.objects.create(name=name, mission=mission)
    sheet = cast.reviewed(structure)
    if report:
        Report.objects.create(sheet=sheet, file="r.pdf", name="r.pdf", size=1, pages=1, uploaded_by=cast.owner)
    return sheet


def test_the_library_shows_missions_and_reports(cast, as_user):
    sheet_in(cast, "reviewed")
    shared(cast, "Abri", mission="Loger d’abord.")
    page = sentences(library(as_user(cast.stranger)))
    assert "Nourrir et accueillir." in page
    assert "Loger d’abord." in page
    assert address("sheet", cast.panier) in page
    assert page.count("rapport.pdf") == 1
    assert address("report_pdf", cast.panier) in page


@pytest.mark.parametrize("who", ["owner", "teammate", "ccas", "stranger"])
def test_the_library_is_for_the_members_and_the_ccas(cast, as_user, who):
    sheet_in(cast, "reviewed")
    assert names(library(as_user(getattr(cast, who)))) == ["Le Panier d’essai"]


def test_an_account_without_structure_finds_no_library(cast, as_user):
    sheet_in(cast, "reviewed")
    assert library(as_user(cast.nobody)).status_code == 404


def test_even_the_ccas_finds_in_the_library_only_what_is_shared(cast, as_user):
    sheet_in(cast, "reviewed", "ccas")
    assert names(library(as_user(cast.ccas))) == []
    assert names(library(as_user(cast.owner))) == []


def test_a_year_without_campaign_is_not_found(cast, as_user):
    assert library(as_user(cast.stranger), year=2019).status_code == 404


def test_each_year_has_its_own_sheets(cast, as_user):
    year_before(cast, "reviewed", "network")
    client = as_user(cast.stranger)
    assert names(library(client, 2024)) == ["Le Panier d’essai"]
    assert names(library(client, 2025)) == []
    assert reverse("indicators:library", args=[2024]) in sentences(library(client, 2025))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("panier", ["Le Panier d’essai"]),
        ("  PANIER ", ["Le Panier d’essai"]),
        ("essai", ["Le Panier d’essai", "L’Abri d’essai"]),
        ("", ["Le Panier d’essai", "L’Abri d’essai"]),
        ("%", []),
        ("halte", []),  # in the network, but shares nothing
    ],
)
def test_a_structure_is_found_by_its_name(cast, as_user, text, found):
    sheet_in(cast, "reviewed")
    shared(cast, "L’Abri d’essai")
    cast.submitted(cast.halte)
    assert sorted(names(library(as_user(cast.stranger), q=text))) == found


def test_nothing_shared_yet_is_said_so(cast, as_user):
    assert "Aucune fiche de 2025 n’est encore partagée" in sentences(library(as_user(cast.stranger)))


def test_a_search_without_result_says_so_and_leads_back(cast, as_user):
    sheet_in(cast, "reviewed")
    page = sentences(library(as_user(cast.stranger), q="<b>rien</b>"))
    assert "Aucune fiche partagée ne correspond à « &lt;b&gt;rien&lt;/b&gt; »." in page
    assert "<b>rien" not in page
    assert f'href="{reverse("indicators:library", args=[2025])}">Les montrer toutes' in page


@pytest.mark.parametrize("sheets", [1, 3])
def test_one_or_three_sheets_cost_the_same_queries(cast, as_user, django_assert_num_queries, sheets):
    for number in range(sheets):
        shared(cast, f"Structure {number}", report=number != 1)
    client = as_user(cast.stranger)
    with django_assert_num_queries(8):
        response = library(client)
    assert len(names(response)) == sheets


def test_a_member_of_two_structures_reads_both_as_their_own(cast, as_user):
    sheet_in(cast, "submitted")
    both = account("deux@essai.test", "Deux Structures")
    belongs(both, cast.panier)
    belongs(both, cast.halte)
    client = as_user(both)
    assert WORD in sentences(client.get(address("sheet", cast.panier)))
    assert client.get(address("sheet", cast.halte)).status_code == 200
