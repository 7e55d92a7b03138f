import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Answer, Rendering, Sheet
from lemans_solidaire.network.models import Event, Structure
from lemans_solidaire.network.permissions import structures_of


@pytest.fixture
def sheet_url(cast):
    return reverse("indicators:sheet", args=[2025, cast.panier.pk])


def test_a_volunteer_types_figures_and_finds_them_again(cast, as_user, sheet_url):
    typed = {"version": 0, "repas": "1 200 000", "heures_benevoles": "1 187,5", "bebes-nc": "on", "lieux": "0"}
    response = as_user(cast.teammate).post(sheet_url, typed)
    assert response.status_code == 302
    page = as_user(cast.owner).get(sheet_url).content.decode()
    assert 'value="1\u202f200\u202f000"' in page
    assert 'value="1\u202f187,5"' in page
    assert 'value="0"' in page
    assert page.count("checked") == 1


def test_a_wrong_figure_is_explained_and_nothing_typed_is_lost(cast, as_user, sheet_url):
    response = as_user(cast.teammate).post(sheet_url, {"version": 0, "repas": "beaucoup", "lieux": "2"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="beaucoup"' in page
    assert 'value="2"' in page
    assert "aria-invalid" in page
    assert not Sheet.objects.exists()


def test_a_number_and_not_counted_together_ask_for_a_choice(cast, as_user, sheet_url):
    response = as_user(cast.teammate).post(sheet_url, {"version": 0, "repas": "12", "repas-nc": "on"})
    assert response.status_code == 422
    assert "gardez l’un des deux" in response.content.decode()


def test_a_newer_save_is_shown_beside_what_was_typed_and_can_be_confirmed(cast, as_user, sheet_url):
    cast.sheet(repas=Decimal(640), lieux=Decimal(2))
    response = as_user(cast.teammate).post(sheet_url, {"version": 0, "repas": "700", "lieux": "2"})
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="700"' in page
    assert "<strong>640</strong>" in page
    assert page.count("note-other") == 1
    assert Answer.objects.get(indicator__code="repas").value == 640
    confirmed = as_user(cast.teammate).post(
        sheet_url, {"version": response.context["form"]["version"].value(), "repas": "700", "lieux": "2"}
    )
    assert confirmed.status_code == 302
    assert Answer.objects.get(indicator__code="repas").value == 700


def test_a_save_over_a_submitted_sheet_gives_the_text_back(cast, as_user, sheet_url):
    cast.submitted(repas=Decimal(5))
    response = as_user(cast.teammate).post(sheet_url, {"version": 1, "repas": "777"})
    assert response.status_code == 409
    assert "777" in response.content.decode()


def test_a_closed_campaign_gives_the_text_back(cast, as_user, sheet_url):
    cast.campaign.closes_on = cast.campaign.due_on = cast.campaign.opens_on
    cast.campaign.save()
    response = as_user(cast.owner).post(sheet_url, {"version": 0, "repas": "777"})
    assert response.status_code == 409
    assert "777" in response.content.decode()
    assert not Sheet.objects.exists()


def test_the_responsable_saves_and_submits_in_one_go(cast, as_user, sheet_url):
    response = as_user(cast.owner).post(sheet_url, {"version": 0, "repas": "5", "then": "submit"}, follow=True)
    assert "Fiche envoyée" in response.content.decode()
    assert Sheet.objects.get().state == Sheet.State.SUBMITTED


def test_a_member_who_would_submit_only_saves(cast, as_user, sheet_url):
    response = as_user(cast.teammate).post(sheet_url, {"version": 0, "repas": "5", "then": "submit"}, follow=True)
    assert "Seule la personne responsable" in response.content.decode()
    assert Sheet.objects.get().state == Sheet.State.DRAFT
    assert Answer.objects.get().value == 5


def test_a_closed_structure_writes_no_more(cast, as_user, sheet_url):
    cast.sheet(repas=Decimal(5))
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=timezone.localdate())
    assert as_user(cast.owner).post(sheet_url, {"version": 1, "repas": "6"}).status_code == 409
    assert cast.panier not in structures_of(cast.owner)


def test_nobody_reviews_a_sheet_they_answer_for(cast, as_user, sheet_url):
    sheet = cast.submitted(repas=Decimal(5))
    cast.ccas.memberships.create(structure=cast.panier, role="responsable", status="professional")
    assert "La fiche est relue" not in as_user(cast.ccas).get(sheet_url).content.decode()
    as_user(cast.ccas).post(f"{sheet_url}relire/", {"version": sheet.version})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED


@pytest.mark.parametrize("version", ["²", "9" * 5000, "", "-1", "1e3"])
def test_a_forged_version_reviews_nothing(cast, as_user, sheet_url, version):
    sheet = cast.submitted(repas=Decimal(5))
    assert as_user(cast.ccas).post(f"{sheet_url}relire/", {"version": version}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED


def test_the_ccas_does_not_read_a_draft(cast, as_user, sheet_url):
    cast.sheet(repas=Decimal(5))
    assert as_user(cast.ccas).get(sheet_url).status_code == 404


def test_the_ccas_reviews_what_was_submitted(cast, as_user, sheet_url):
    sheet = cast.submitted(repas=Decimal(5))
    assert "La fiche est relue" in as_user(cast.ccas).get(sheet_url).content.decode()
    response = as_user(cast.ccas).post(f"{sheet_url}relire/", {"version": sheet.version}, follow=True)
    assert "Fiche relue" in response.content.decode()
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.REVIEWED


def test_reviewing_twice_changes_nothing(cast, as_user, sheet_url):
    sheet = cast.reviewed(repas=Decimal(5))
    response = as_user(cast.ccas).post(f"{sheet_url}relire/", {"version": sheet.version}, follow=True)
    assert "rien n’a changé" in response.content.decode()
    assert Event.objects.about(sheet).filter(verb="sheet_reviewed").count() == 1


def test_a_forged_version_is_refused_kindly(cast, as_user, sheet_url):
    cast.sheet(repas=Decimal(5))
    response = as_user(cast.owner).post(sheet_url, {"version": "abc", "repas": "6"})
    assert response.status_code in (409, 422)
    assert Answer.objects.get().value == 5


def test_a_sheet_of_another_structure_looks_like_none(cast, as_user, sheet_url):
    cast.submitted(repas=Decimal(5))
    hidden = as_user(cast.stranger).get(sheet_url)
    nothing = as_user(cast.stranger).get(reverse("indicators:sheet", args=[2025, 999999]))
    assert hidden.status_code == nothing.status_code == 404
    assert without_token(hidden) == without_token(nothing)


def without_token(response):
    return re.sub(r'value="\w{64}"', "", response.content.decode())


def test_one_structure_leads_straight_to_its_sheet(cast, as_user, sheet_url):
    assert as_user(cast.owner).get("/indicateurs/2025/fiche/").url == sheet_url


def test_several_structures_are_a_choice_and_none_is_explained(cast, as_user):
    cast.owner.memberships.create(structure=cast.halte, status="volunteer")
    assert "Pour quelle structure" in as_user(cast.owner).get("/indicateurs/2025/fiche/").content.decode()
    assert "Aucune fiche" in as_user(cast.nobody).get("/indicateurs/2025/fiche/").content.decode()


def test_the_summary_says_what_to_do_when_there_is_nothing(cast, as_user):
    assert "rien à additionner" in as_user(cast.ccas).get("/indicateurs/2025/synthese/").content.decode()


def test_no_pdf_yet_leads_to_the_summary(cast, as_user):
    response = as_user(cast.ccas).get("/indicateurs/2025/synthese.pdf")
    assert response.url == "/indicateurs/2025/synthese/"


@pytest.mark.parametrize(
    ("state", "says"),
    [("waiting", "Il commencera"), ("rendering", "étape 3 sur 7"), ("failed", "Essayer encore"), ("ready", "est prêt")],
)
def test_the_page_says_how_far_the_pdf_is(cast, as_user, state, says):
    cast.reviewed(repas=Decimal(5))
    url = reverse("indicators:summary_pdf_progress", args=[2025])
    as_user(cast.ccas).post(url)
    fields = {"state": state, "step": 3, "started_at": timezone.now()}
    if state == "ready":
        fields |= {"pdf": b"%PDF-essai", "finished_at": cast.campaign.renderings.get().requested_at}
    Rendering.objects.update(**fields)
    page = as_user(cast.ccas).get(url).content.decode()
    assert says in page
    fragment = as_user(cast.ccas).get(url, headers={"HX-Request": "true"}).content.decode()
    assert says in fragment
    assert "<html" not in fragment
    assert ("hx-trigger" in fragment) == (state in ("waiting", "rendering"))


def test_the_pdf_is_served_as_it_was_made(cast, as_user):
    cast.reviewed(repas=Decimal(5))
    as_user(cast.ccas).post(reverse("indicators:summary_pdf_progress", args=[2025]))
    rendering = Rendering.objects.get()
    Rendering.objects.update(state="ready", pdf=b"%PDF-essai", finished_at=rendering.requested_at)
    response = as_user(cast.ccas).get("/indicateurs/2025/synthese.pdf")
    assert response.content == b"%PDF-essai"
    assert response["Content-Type"] == "application/pdf"


def test_the_pdf_served_is_the_one_of_the_figures_shown(cast, as_user):
    """Two sets of figures, each with its PDF; going back to the first leads to the first."""
    cast.reviewed(repas=Decimal(5))
    client, digests = as_user(cast.ccas), []
    for name in ("Avant", "Après"):
        Structure.objects.filter(pk=cast.panier.pk).update(name=name)
        digests.append(client.post("/indicateurs/2025/synthese/pdf/").url.split("=")[1])
        Rendering.objects.filter(digest=digests[-1]).update(
            state="ready", pdf=f"%PDF-{name}".encode(), finished_at=timezone.now()
        )
    Structure.objects.filter(pk=cast.panier.pk).update(name="Avant")
    page = client.get("/indicateurs/2025/synthese/").content.decode()
    assert f"synthese.pdf?empreinte={digests[0]}" in page
    assert client.get(f"/indicateurs/2025/synthese.pdf?empreinte={digests[0]}").content == b"%PDF-Avant"


PAGES = [
    ("indicators:campaigns", []),
    ("indicators:follow_up", [2025]),
    ("indicators:summary", [2025]),
    ("dashboard", []),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_a_page_costs_the_same_with_one_and_with_three_structures(
    cast, as_user, name, args, django_assert_max_num_queries
):
    client = as_user(cast.ccas)

    def count():
        with django_assert_max_num_queries(15) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    cast.submitted(repas=Decimal(5))
    with_one = count()
    for name_of_structure in ("Deux", "Trois"):
        structure = Structure.objects.create(name=name_of_structure)
        cast.submitted(structure, repas=Decimal(5))
    assert count() == with_one


def test_a_sheet_costs_the_same_with_one_and_with_twelve_answers(
    cast, as_user, sheet_url, django_assert_max_num_queries
):
    client = as_user(cast.owner)

    def count():
        with django_assert_max_num_queries(15) as queries:
            client.get(sheet_url)
        return len(queries)

    cast.sheet(repas=Decimal(5))
    with_one = count()
    sheet = Sheet.objects.get()
    for indicator in cast.campaign.indicators.exclude(code="repas"):
        sheet.answers.create(indicator=indicator, kind="counted", value=1)
    assert count() == with_one
