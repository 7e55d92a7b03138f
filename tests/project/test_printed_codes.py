"""A second factor for who has no smartphone."""

from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lemans_solidaire.network.mail.jobs import send_account_notice
from tests.cast import PASSWORD

URL = "/compte/codes-imprimes/"


def asked_for_a_second_factor(user):
    user.second_factor_asked = True
    user.save()


def signed_in_by_password(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def printed(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.post(URL)
    codes = page.context["codes"]
    assert all(code in page.content.decode() for code in codes)
    return codes


def test_a_printed_list_lets_in_one_sign_in_at_a_time(cast):
    asked_for_a_second_factor(cast.owner)
    client = signed_in_by_password(cast.owner)
    assert client.get("/mon-espace/").url.startswith(reverse("mfa_activate_totp"))
    codes = printed(client)
    assert len(codes) == 20
    assert client.get("/mon-espace/").status_code == 200  # setting it up counts as using it
    send_account_notice(**ProcrastinateJob.objects.get(task_name="network.send_account_notice").args)
    assert [sent.to for sent in mail.outbox] == [[cast.owner.email]]
    for code, enters in ((codes[0], True), (codes[0], False), (codes[1], True)):
        again = signed_in_by_password(cast.owner)
        assert again.get("/mon-espace/").status_code == 302
        again.post(reverse("mfa_reauthenticate"), {"code": code})
        assert (again.get("/mon-espace/").status_code == 200) is enters


def test_a_new_list_replaces_the_one_before(cast):
    asked_for_a_second_factor(cast.owner)
    client = signed_in_by_password(cast.owner)
    first, second = printed(client), printed(client)
    again = signed_in_by_password(cast.owner)
    again.post(reverse("mfa_reauthenticate"), {"code": first[0]})
    assert again.get("/mon-espace/").status_code == 302
    again.post(reverse("mfa_reauthenticate"), {"code": second[0]})
    assert again.get("/mon-espace/").status_code == 200


def test_the_password_alone_prints_nothing_once_there_is_a_factor(cast):
    asked_for_a_second_factor(cast.owner)
    printed(signed_in_by_password(cast.owner))
    before = Authenticator.objects.get(user=cast.owner).data
    stranger = signed_in_by_password(cast.owner)
    stranger.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert stranger.get(URL).status_code == 302
    stranger.post(URL)
    assert Authenticator.objects.get(user=cast.owner).data == before


def test_who_needs_none_prints_none(cast):
    client = signed_in_by_password(cast.teammate)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(URL).status_code == 404


def test_the_last_codes_are_announced(cast):
    asked_for_a_second_factor(cast.owner)
    client = signed_in_by_password(cast.owner)
    printed(client)
    assert "codes imprimés" not in client.get("/mon-espace/").content.decode()
    list_ = Authenticator.objects.get(user=cast.owner)
    list_.data["used_mask"] = 2**16 - 1
    list_.save()
    assert "Il vous reste 4 codes imprimés" in client.get("/mon-espace/").content.decode()
