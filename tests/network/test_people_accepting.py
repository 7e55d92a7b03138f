"""The page that an invitation opens: for a newcomer, for an account, and when it no longer serves."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models import AccountInvitation, Event, Membership, Structure, User
from tests.at_once import together
from tests.cast import PASSWORD, sign_in
from tests.network.people import waiting_invitation

LINK = reverse("people:accept", args=["lien"])
SENT = {"name": "  Zoé   Nouvelle ", "password": ""}


@pytest.fixture
def invitation(cast):
    return waiting_invitation(cast.panier, by=cast.owner, token="lien", welcome="Bienvenue chez nous")


def text_of(response):
    return response.content.decode()


def newcomer():
    return User.objects.filter(email="nouvelle@essai.test").first()


def given_to(user):
    AccountInvitation.objects.update(email=user.email)


def test_reading_the_page_writes_nothing_and_says_who_invites_to_what(client, invitation):
    page = text_of(client.get(LINK))
    for told in ("Odile Owner", "Le Panier d’essai", "comme membre", "Bienvenue chez nous", "nouvelle@essai.test"):
        assert told in page
    assert not Event.objects.filter(object_type="network.accountinvitation").exists()
    assert not newcomer()


def test_a_newcomer_enters_without_password_on_what_there_is_to_do(client, invitation, cast):
    page = client.post(LINK, SENT, follow=True)
    assert page.request["PATH_INFO"] == "/mon-espace/"
    assert "Bienvenue" in text_of(page)
    assert page.context["first"].url == reverse("indicators:sheet", args=[2025, cast.panier.pk])
    user = newcomer()
    assert (user.full_name, user.has_usable_password()) == ("Zoé Nouvelle", False)
    assert Membership.objects.get(user=user).structure == cast.panier
    told = Event.objects.filter(user=user).order_by("pk").values_list("verb", flat=True)
    assert list(told) == ["account_opened", "account_invitation_accepted"]


def test_a_newcomer_chooses_a_password_and_signs_in_with_it(client, invitation):
    client.post(LINK, SENT | {"password": "girafe parapluie samedi buvard"})
    again = Client()
    again.post(reverse("account_login"), {"login": newcomer().email, "password": "girafe parapluie samedi buvard"})
    assert again.get("/mon-espace/").status_code == 200


@pytest.mark.parametrize("sent", [{"name": ""}, {"password": "court"}, {"password": "zoe nouvelle essai"}])
def test_what_does_not_do_is_said_and_no_account_is_opened(client, invitation, sent):
    page = client.post(LINK, SENT | sent)
    assert page.status_code == 422
    assert 'value="court"' not in text_of(page)
    assert not newcomer()


def test_the_same_click_twice_enters_the_same_account(client, invitation):
    form = SENT | {"key": str(uuid.uuid4())}
    client.post(LINK, form)
    second = Client()
    assert second.post(LINK, form).url == "/mon-espace/"
    assert second.get("/mon-espace/").status_code == 200
    assert User.objects.filter(email="nouvelle@essai.test").count() == 1
    other_page = Client()
    assert "a déjà servi" in text_of(other_page.post(LINK, SENT | {"key": str(uuid.uuid4())}))
    assert "_auth_user_id" not in other_page.session
    AccountInvitation.objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    late = Client()
    assert late.post(LINK, form).status_code == 409
    assert "_auth_user_id" not in late.session


def test_two_clicks_at_once_open_one_account(fresh_database, cast):
    waiting_invitation(cast.panier, by=cast.owner, token="lien")
    form = SENT | {"key": str(uuid.uuid4())}
    statuses = together(*[lambda: Client().post(LINK, form).status_code] * 2)
    assert statuses == [302, 302]
    assert Membership.objects.filter(user__email="nouvelle@essai.test").count() == 1


def test_two_invitations_at_once_open_one_account(fresh_database, cast):
    for token, structure in (("a", cast.panier), ("b", cast.halte)):
        waiting_invitation(structure, by=cast.ccas, token=token)

    def enter(token):
        form = SENT | {"key": str(uuid.uuid4())}
        return Client().post(reverse("people:accept", args=[token]), form).status_code

    assert sorted(together(lambda: enter("a"), lambda: enter("b"))) == [302, 409]
    assert User.objects.filter(email="nouvelle@essai.test").count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "trop ancienne"),
        ({"cancelled_at": timezone.now()}, "a été annulée"),
    ],
)
def test_a_link_that_no_longer_serves_says_why(client, invitation, changes, told):
    AccountInvitation.objects.update(**changes)
    for answer in (client.get(LINK), client.post(LINK, SENT)):
        assert told in text_of(answer)
        assert "Odile Owner" in text_of(answer)
    assert not newcomer()


def test_a_structure_closed_meanwhile(client, invitation, cast):
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=timezone.localdate())
    assert "a fermé" in text_of(client.post(LINK, SENT))
    assert not newcomer()


def test_a_link_already_used_leads_its_owner_in_and_tells_nobody_s_name(client, invitation):
    client.post(LINK, SENT)
    assert client.get(LINK).url == "/mon-espace/"
    page = text_of(Client().get(LINK))
    assert "a déjà servi" in page
    assert "nouvelle@" not in page
    assert "Zoé" not in page


def test_an_unknown_link_is_counted_and_says_when_to_try_again(client, cast):
    wrong = reverse("people:accept", args=["inconnu"])
    assert [client.get(wrong).status_code for _ in range(6)] == [404] * 5 + [429]
    limited = client.get(wrong)
    assert limited["Retry-After"] == "3600"
    assert "recommencez après" in text_of(limited)
    waiting_invitation(cast.panier, by=cast.owner, token="lien")
    assert client.get(LINK).status_code == 200  # whoever has a real link is not kept out by others' tries


def test_who_has_an_account_signs_in_first_then_accepts(client, invitation, cast):
    given_to(cast.stranger)
    page = text_of(client.get(LINK))
    assert "a déjà un compte" in page
    assert client.post(LINK, SENT).status_code == 409
    signed = client.post(reverse("account_login"), {"login": cast.stranger.email, "password": PASSWORD, "next": LINK})
    assert signed.url == LINK
    assert "il suffit de dire oui" in text_of(client.get(LINK))
    assert not Membership.objects.filter(user=cast.stranger, structure=cast.panier).exists()
    assert client.post(LINK).url == "/mon-espace/"
    assert set(Membership.objects.current().filter(user=cast.stranger).values_list("structure", flat=True)) == {
        cast.panier.pk,
        cast.halte.pk,
    }


def test_an_invitation_never_lowers_a_role(as_user, invitation, cast):
    given_to(cast.owner)
    as_user(cast.owner).post(LINK)
    assert Membership.objects.get(user=cast.owner).role == "responsable"


def test_an_invitation_raises_a_role(as_user, invitation, cast):
    AccountInvitation.objects.update(email=cast.teammate.email, role="responsable")
    as_user(cast.teammate).post(LINK)
    assert Membership.objects.get(user=cast.teammate).role == "responsable"


def test_signed_in_as_somebody_else(as_user, invitation, cast):
    page = as_user(cast.teammate).get(LINK)
    assert "pour une autre adresse" in text_of(page)
    assert as_user(cast.teammate).post(LINK, SENT).status_code == 409
    assert not newcomer()


def test_a_closed_account_is_for_the_ccas_to_open(client, invitation, cast):
    given_to(cast.nobody)
    User.objects.filter(pk=cast.nobody.pk).update(is_active=False)
    assert "Seul le CCAS peut le rouvrir" in text_of(client.get(LINK))
    assert client.post(LINK, SENT).status_code == 409


def test_an_account_opened_meanwhile(client, invitation, monkeypatch):
    """Between the page and the click, the address got an account by another way."""
    from lemans_solidaire.network.people.views import accepting

    def opened_elsewhere(**kwargs):
        raise accepting.invitations.AccountExists

    monkeypatch.setattr(accepting.invitations, "open_account", opened_elsewhere)
    assert "a déjà un compte" in text_of(client.post(LINK, SENT))


def test_an_administrator_chooses_a_password_then_the_second_factor(client, cast):
    waiting_invitation(None, by=cast.ccas, token="lien", role="", status="")
    assert client.post(LINK, SENT).status_code == 422
    page = client.post(LINK, SENT | {"password": "girafe parapluie samedi buvard"}, follow=True)
    assert page.request["PATH_INFO"] == reverse("mfa_activate_totp")
    assert newcomer().is_ccas_admin
    assert client.get(reverse("people:structures")).status_code == 302


def test_an_account_becomes_an_administrator(as_user, cast):
    waiting_invitation(None, by=cast.ccas, token="lien", role="", status="", email=cast.nobody.email)
    as_user(cast.nobody).post(LINK)
    cast.nobody.refresh_from_db()
    assert cast.nobody.is_ccas_admin


def test_an_address_read_by_several_people_administers_nothing(as_user, cast):
    User.objects.filter(pk=cast.nobody.pk).update(is_shared=True)
    waiting_invitation(None, by=cast.ccas, token="lien", role="", status="", email=cast.nobody.email)
    page = as_user(cast.nobody).post(LINK)
    assert page.status_code == 409
    assert "lue par plusieurs personnes" in text_of(page)
    cast.nobody.refresh_from_db()
    assert not cast.nobody.is_ccas_admin


def test_a_password_alone_does_not_accept_for_an_account_with_two_steps(client, cast):
    waiting_invitation(cast.panier, by=cast.owner, token="lien", email=cast.ccas.email)
    client.force_login(cast.ccas)
    assert client.post(LINK).url.startswith(reverse("mfa_reauthenticate"))
    assert not cast.ccas.memberships.exists()
    sign_in(client, cast.ccas)
    client.post(LINK)
    assert cast.ccas.memberships.count() == 1


def test_a_generic_address_is_said_to_be_shared(client, cast):
    waiting_invitation(cast.panier, by=cast.owner, token="lien", email="contact@essai.test")
    assert "Plusieurs personnes lisent cette adresse" in text_of(client.get(LINK))
    client.post(LINK, {"name": "Accueil du Panier", "password": "", "is_shared": "on"})
    assert User.objects.get(email="contact@essai.test").is_shared
