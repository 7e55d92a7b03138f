import re
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.models import Sheet
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


PAGES = [
    ("indicators:campaigns", [], 15),
    ("indicators:follow_up", [2025], 15),
    ("indicators:summary", [2025], 15),
    ("indicators:preparation", [2025], 15),
    ("indicators:year_overview", [2025], 26),
    ("dashboard", [], 26),
]


@pytest.mark.parametrize(("name", "args", "most"), PAGES)
def test_a_page_costs_the_same_with_one_and_with_three_structures(
    cast, as_user, name, args, most, django_assert_max_num_queries
):
    client = as_user(cast.ccas)

    def count():
        with django_assert_max_num_queries(most) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    cast.submitted(repas=Decimal(5))
    with_one = count()
    for name_of_structure in ("Deux", "Trois"):
        structure = Structure.objects.create(name=name_of_structure)
        cast.submitted(structure, repas=Decimal(5))
    assert count() == with_one
