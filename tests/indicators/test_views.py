import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Rendering, Sheet
from lemans_solidaire.network.models import Structure


@pytest.fixture
def sheet_url(cast):
    return reverse("indicators:sheet", args=[2025, cast.panier.pk])


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
