"""In whose name one acts; devices that are trusted for a fortnight; a second factor that is lost."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.actions import give_right
from lemans_solidaire.network import acting
from lemans_solidaire.network.models import Event, User
from tests.cast import PASSWORD, belongs, sign_in
from tests.codes import code_for
from tests.network.comings import mails_leave
from tests.network.meetings import make_problem, text_of

ACT = "/personnes/agir-pour/"

# In whose name


@pytest.fixture
def both(cast, client):
    """The responsable of the Panier is in the Halte too."""
    belongs(cast.owner, cast.halte)
    client.force_login(cast.owner)
    return client


def test_who_has_one_structure_sees_nothing_of_it(cast, as_user):
    assert "Vous agissez pour" not in text_of(as_user(cast.teammate).get("/mon-espace/"))


def test_the_choice_is_in_the_header_of_every_page(cast, both):
    assert "Vous agissez pour…" in text_of(both.get("/mon-espace/"))
    page = both.post(ACT, {"structure": cast.halte.pk}, follow=True)
    assert "Vous agissez maintenant pour La Halte d’essai" in text_of(page)
    assert "pour La Halte d’essai" in text_of(both.get("/annuaire/"))


@pytest.mark.parametrize("wrong", ["", "x", "99999999999999999999", "-1"])
def test_only_ones_own_structures_are_taken(cast, both, wrong):
    both.post(ACT, {"structure": wrong})
    assert acting.CHOSEN not in both.session


def test_another_structure_is_refused(cast, as_user):
    client = as_user(cast.teammate)
    client.post(ACT, {"structure": cast.halte.pk})
    assert acting.CHOSEN not in client.session


def test_the_pages_that_ask_start_from_it(cast, both):
    for name, args in (("indicators:own_sheets", [2025]), ("charter:choose", [])):
        assert both.get(reverse(name, args=args)).status_code == 200
    both.post(ACT, {"structure": cast.halte.pk})
    assert both.get(reverse("indicators:own_sheets", args=[2025])).url.endswith(f"/{cast.halte.pk}/")
    assert both.get(reverse("charter:choose")).url == reverse("charter:sign", args=[cast.halte.pk])
    assert both.get(reverse("network:add_problem")).context["form"].initial["structure"] == cast.halte
    problem = make_problem(cast)
    assert [one for one, _ in both.get(problem.get_absolute_url()).context["own"]] == [cast.halte, cast.panier]
    assert both.get("/mon-espace/").context["first"].structure == cast.halte.pk
    both.post(ACT, {"structure": cast.panier.pk})
    assert both.get("/mon-espace/").context["first"].structure == cast.panier.pk


def test_a_structure_left_since_is_no_longer_acted_for(cast, both):
    both.post(ACT, {"structure": cast.halte.pk})
    cast.owner.memberships.filter(structure=cast.halte).delete()
    assert both.get(reverse("charter:choose")).url == reverse("charter:sign", args=[cast.panier.pk])


def test_the_header_costs_no_query(cast, both, django_assert_num_queries, as_user):
    with django_assert_num_queries(4):  # the session, the account, and the two ends of the request
        both.get(reverse("account_email"))


# A trusted device


@pytest.fixture
def secret(cast):
    cast.ccas.authenticator_set.all().delete()
    secret = generate_totp_secret()
    TOTP.activate(cast.ccas, secret)
    return secret


def with_password(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def signed_in_with_a_code(user, secret, *, action):
    cache.clear()  # a code serves once: this one is another's
    client = Client()
    assert with_password(client, user).url == reverse("mfa_authenticate")
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    if answer.url == reverse("mfa_trust"):
        assert "pendant 14 jours" in text_of(client.get(answer.url))
        client.post(answer.url, {"action": action})
    return client


def comes_back(client, user):
    """Where the same device lands with the password alone."""
    client.post(reverse("account_logout"))
    answer = with_password(client, user)
    return answer.url if answer.status_code == 302 else answer.status_code


def test_a_trusted_device_is_not_asked_for_a_code(cast, secret):
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    assert comes_back(client, cast.ccas) == "/mon-espace/"
    assert client.get("/mon-espace/").status_code == 200
    assert client.get("/gestion/").status_code == 200
    stranger = Client()
    assert with_password(stranger, cast.ccas).url == reverse("mfa_authenticate")


def test_without_trust_it_is_asked_each_time(cast, secret):
    client = signed_in_with_a_code(cast.ccas, secret, action="skip")
    assert client.get("/mon-espace/").status_code == 200
    assert comes_back(client, cast.ccas) == reverse("mfa_authenticate")


def test_a_fortnight_later_it_is_asked_again(cast, secret, monkeypatch):
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    now = time.time()
    monkeypatch.setattr("allauth.mfa.internal.flows.trust.time.time", lambda: now + 14 * 24 * 3600 + 1)
    assert comes_back(client, cast.ccas) == reverse("mfa_authenticate")


@pytest.mark.parametrize("how", ["button", "password"])
def test_devices_are_forgotten(cast, secret, how):
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    if how == "button":
        client.post(reverse("people:forget_devices"))
        assert client.get("/mon-espace/").status_code == 200  # this session goes on
        assert Event.objects.filter(verb="devices_forgotten", user=cast.ccas).exists()
    else:
        cast.ccas.set_password(PASSWORD)
        cast.ccas.save()
    assert comes_back(client, cast.ccas) == reverse("mfa_authenticate")
    assert signed_in_with_a_code(cast.ccas, secret, action="skip").get("/mon-espace/").status_code == 200


def test_who_opens_dossiers_gives_a_code_each_time(cast, secret):
    """The device was trusted before the right was given: it counts for nothing from then on."""
    user = cast.ccas
    client = signed_in_with_a_code(user, secret, action="trust")
    belongs(user, cast.panier)
    give_right(user=user, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    assert comes_back(client, user) == reverse("mfa_authenticate")
    cache.clear()
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert answer.url == "/mon-espace/"  # not even offered
    assert client.get("/mon-espace/").status_code == 200


def test_a_session_from_a_trusted_device_gives_a_code_once_dossiers_are_opened(cast, secret):
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    comes_back(client, cast.ccas)
    assert client.get("/mon-espace/").status_code == 200
    User.objects.filter(pk=cast.ccas.pk).update(second_factor_asked=True)
    assert client.get("/mon-espace/").url.startswith(reverse("mfa_reauthenticate"))


def test_a_trusted_cookie_serves_no_other_account(cast, secret):
    other = User.objects.create_user("autre@essai.test", PASSWORD, full_name="Autre", is_ccas_admin=True)
    TOTP.activate(other, generate_totp_secret())
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    assert comes_back(client, other) == reverse("mfa_authenticate")


# A lost telephone


@pytest.fixture
def other(cast):
    other = User.objects.create_user("autre@essai.test", PASSWORD, full_name="Autre", is_ccas_admin=True)
    TOTP.activate(other, generate_totp_secret())
    return other


def restore_url(user):
    return reverse("people:restore_second_factor", args=[user.pk])


def test_another_administrator_restores_a_lost_telephone(cast, client, other):
    sign_in(client, cast.ccas)
    lost = Client()
    sign_in(lost, other)
    assert lost.get("/mon-espace/").status_code == 200
    assert restore_url(other) in text_of(client.get(reverse("people:follow_up")))
    assert "Appelez d’abord la personne" in text_of(client.get(restore_url(other)))
    client.post(restore_url(other))
    assert not other.authenticator_set.exists()
    assert "double vérification de votre compte a été retirée" in mails_leave()[other.email]
    assert Event.objects.about(other).get().user == cast.ccas
    assert lost.get("/mon-espace/").url.startswith(reverse("account_login"))
    assert client.get("/mon-espace/").status_code == 200
    # The person then sets up another, before anything else.
    person = Client()
    with_password(person, other)
    assert person.get("/mon-espace/").url == reverse("mfa_activate_totp")
    assert Authenticator.objects.filter(user=cast.ccas).exists()


def test_it_takes_a_code_of_the_moment(cast, client, other):
    sign_in(client, cast.ccas)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 301, "id": 1}]
    session.save()
    for ask in (client.get, client.post):
        answer = ask(restore_url(other))
        assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert other.authenticator_set.exists()


def test_a_trusted_device_is_not_enough_for_it(cast, secret, other):
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    comes_back(client, cast.ccas)
    assert client.get(restore_url(other)).url.startswith(reverse("mfa_reauthenticate"))
    client.post(restore_url(other))
    assert other.authenticator_set.exists()


@pytest.mark.parametrize(
    "page", ["printed_codes", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"]
)
def test_a_trusted_device_and_the_password_give_no_codes(cast, secret, page):
    """Otherwise they would be a code of the moment."""
    RecoveryCodes.activate(cast.ccas)
    client = signed_in_with_a_code(cast.ccas, secret, action="trust")
    comes_back(client, cast.ccas)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    before = cast.ccas.authenticator_set.get(type="recovery_codes").data
    for ask in (client.get, client.post):
        assert ask(reverse(page)).url.startswith(reverse("mfa_reauthenticate"))
    assert cast.ccas.authenticator_set.get(type="recovery_codes").data == before
    cache.clear()
    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
    assert client.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "nobody"])
def test_nobody_else_does(cast, as_user, other, who):
    assert as_user(getattr(cast, who)).get(restore_url(other)).status_code == 404


def test_nobody_restores_their_own(cast, as_user):
    assert as_user(cast.ccas).get(restore_url(cast.ccas)).status_code == 404
    assert as_user(cast.ccas).post(restore_url(cast.ccas)).status_code == 404
