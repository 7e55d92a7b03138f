"""A responsable has left: two members, a notice, and the structure has somebody again; then who is still there."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lemans_solidaire.network import tasks
from lemans_solidaire.network.models import Membership, Succession
from tests.cast import belongs
from tests.network.comings import third_member, years_ago


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_structure_is_not_stuck_when_its_responsable_has_left(open_page, cast, scripts):
    helper = third_member(cast)
    # Given a member, on a phone, whose responsable no longer answers
    page = open_page(cast.teammate, phone=True, scripts=scripts)
    page.goto(f"/personnes/{cast.panier.pk}/responsable/")
    page.get_by_label("Qui deviendrait responsable").select_option(label="Hugo Helper")
    page.get_by_label("n’en fait plus partie").check()
    page.get_by_label("Un mot d’explication").fill("Elle a déménagé.")
    page.get_by_role("button", name="Proposer").click()
    expect(page.get_by_text("Une deuxième personne de la structure doit maintenant le confirmer")).to_be_visible()
    expect(page.get_by_role("button", name="Je confirme")).to_have_count(0)
    # When a second one confirms, from their own space
    second = open_page(helper, scripts=scripts)
    second.goto("/mon-espace/")
    second.get_by_role("link", name="Lire la demande").click()
    second.get_by_role("button", name="Je confirme").click()
    expect(second.get_by_text("quatorze jours pour dire")).to_be_visible()
    # Then, a fortnight later, it is done
    Succession.objects.update(effective_on=timezone.localdate())
    tasks.people_day_by_day(0)
    second.goto(f"/personnes/{cast.panier.pk}/responsable/")
    expect(second.locator(".lede")).to_contain_text("Hugo Helper")

    # And the new responsable is asked, once a year, who is still there
    Membership.objects.filter(structure=cast.panier, until=None).update(since=years_ago(2))
    belongs(cast.nobody, cast.panier)
    second.goto("/mon-espace/")
    second.get_by_role("link", name="Parcourir la liste").first.click()
    second.get_by_label("Est encore là (Marcel Teammate)").check()
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_text("Dites si Paul Nobody est encore là")).to_be_visible()
    expect(second.get_by_label("Est encore là (Marcel Teammate)")).to_be_checked()
    second.get_by_label("N’en fait plus partie (Paul Nobody)").check()
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_text("1 personne n’en fait plus partie")).to_be_visible()


def test_one_chooses_in_whose_name_one_acts(open_page, cast, axe_complaints):
    belongs(cast.owner, cast.halte)
    page = open_page(cast.owner, phone=True, scripts=False)
    page.goto("/mon-espace/")
    page.get_by_text("Compte", exact=True).click()
    page.get_by_role("button", name="La Halte d’essai").click()
    expect(page.get_by_text("Vous agissez maintenant pour La Halte d’essai")).to_be_visible()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Charte", exact=True).click()
    expect(page).to_have_url(re.compile("/charte/"))


def test_every_state_is_readable_by_all(open_page, axe_complaints, cast):
    """The header's menus open, a change at each step, what is to be mended, a lost telephone."""
    helper = third_member(cast)
    belongs(cast.owner, cast.halte)
    url, found = f"/personnes/{cast.panier.pk}/responsable/", []
    page = open_page(cast.teammate, bypass_csp=True)
    page.goto(url)
    page.get_by_role("button", name="Proposer").click()
    found += axe_complaints(page)
    page.get_by_label("Qui deviendrait responsable").select_option(label="Hugo Helper")
    page.get_by_label("en fait encore partie").check()
    page.get_by_role("button", name="Proposer").click()
    found += axe_complaints(page)
    second = open_page(helper, bypass_csp=True)
    second.goto(url)
    found += axe_complaints(second)
    second.get_by_role("button", name="Je confirme").click()
    owner = open_page(cast.owner, bypass_csp=True)
    owner.goto(url)
    found += axe_complaints(owner)
    owner.get_by_role("button", name="Je suis toujours là").click()
    found += axe_complaints(owner)
    owner.set_viewport_size({"width": 360, "height": 740})
    for menu in ("Compte", "Menu"):
        owner.get_by_text(menu, exact=True).click()
        owner.wait_for_timeout(50)
        found += [line for line in axe_complaints(owner) if "covered" not in line]
        owner.set_viewport_size({"width": 360, "height": 740})
        owner.get_by_text(menu, exact=True).click()
    other = open_page(cast.ccas, bypass_csp=True)
    other.goto("/personnes/suivi/")
    found += axe_complaints(other)
    other.goto(f"/personnes/compte/{cast.teammate.pk}/double-verification/")
    found += axe_complaints(other)
    assert not found, "\n".join(found)
