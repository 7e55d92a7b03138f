"""What the CCAS does in /gestion/, and what stays of it in the history."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.models import Service
from indicators.models import Indicator
from lemans_solidaire.network import registry
from lemans_solidaire.network.mail.jobs import send_address_changed
from lemans_solidaire.network.models import Event, Structure, User
from tests.cast import PASSWORD


def user_form(user, **changes):
    return {"full_name": user.full_name, "email": user.email, "is_active": "on"} | changes


def membership_form(membership, **changes):
    told = {"status": membership.status, "role": membership.role, "since": membership.since.isoformat(), "until": ""}
    return told | changes


def test_a_new_account_has_no_password_until_its_owner_chooses_one(cast, as_user, client):
    form = {"full_name": "Nouvelle", "email": "nouvelle@essai.test", "is_active": "on"}
    as_user(cast.ccas).post(reverse("admin:network_user_add"), form)
    user = User.objects.get(email="nouvelle@essai.test")
    assert not user.has_usable_password()
    client.logout()
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert "Choisir votre mot de passe" in mail.outbox[0].subject
    assert "testserver !" not in mail.outbox[0].body
    link = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    form_page = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form_page, {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_former_address_learns_that_it_opens_nothing_any_more(cast, as_user):
    former, mail.outbox[:] = cast.teammate.email, []
    url = reverse("admin:network_user_change", args=[cast.teammate.pk])
    as_user(cast.ccas).post(url, user_form(cast.teammate, email="marcel@ailleurs.test"))
    job = ProcrastinateJob.objects.get(task_name="network.send_address_changed")
    send_address_changed(**job.args)
    assert mail.outbox[0].to == [former]
    assert "marcel@ailleurs.test" not in mail.outbox[0].body


def test_the_history_says_what_was_and_what_is(cast, as_user):
    client = as_user(cast.ccas)
    url = reverse("admin:network_user_change", args=[cast.teammate.pk])
    assert client.post(url, user_form(cast.teammate, full_name="Autre Nom")).status_code == 302
    # That the name changed is told, not the name: an account may be erased, a line of history may not.
    assert Event.objects.about(cast.teammate).first().changes == {"full_name": ["…", "…"]}
    membership = cast.teammate.memberships.get()
    url = reverse("admin:network_membership_change", args=[membership.pk])
    assert client.post(url, membership_form(membership, role="responsable")).status_code == 302
    event = Event.objects.about(membership).get()
    assert (event.verb, event.changes) == ("changed_in_admin", {"role": ["member", "responsable"]})
    assert event.structure == cast.panier


def test_nobody_closes_or_lowers_their_own_account(cast, as_user):
    url = reverse("admin:network_user_change", args=[cast.ccas.pk])
    form = user_form(cast.ccas)
    form.pop("is_active")
    as_user(cast.ccas).post(url, form)
    cast.ccas.refresh_from_db()
    assert cast.ccas.is_active
    assert cast.ccas.is_ccas_admin


def test_a_lost_telephone_is_mended_by_another_administrator(cast, as_user):
    other = User.objects.create_user("autre@essai.test", PASSWORD, full_name="Autre", is_ccas_admin=True)
    other.authenticator_set.create(type="totp", data={"secret": "x"})
    client = as_user(cast.ccas)
    page = client.get(reverse("admin:network_user_change", args=[other.pk])).content.decode()
    url = reverse("people:restore_second_factor", args=[other.pk])
    assert url in page
    client.post(url)
    assert not other.authenticator_set.exists()
    assert cast.ccas.authenticator_set.exists()
    assert Event.objects.about(other).get().verb == "second_factor_taken_away"


def test_the_last_administrator_is_helped_from_the_terminal(cast):
    call_command("take_second_factor_away", "CCAS@essai.test")
    assert not cast.ccas.authenticator_set.exists()
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("take_second_factor_away", "personne@essai.test")


def fields_in_gestion(client, obj):
    page = client.get(reverse(f"admin:indicators_{obj._meta.model_name}_change", args=[obj.pk]))
    return set(page.context["adminform"].form.fields)


def test_once_answered_a_campaign_is_frozen_but_for_its_words(cast, as_user):
    client, passages = as_user(cast.ccas), cast.indicator("passages")
    assert {"section", "unit", "label"} <= fields_in_gestion(client, passages)
    cast.sheet(passages=5)
    assert "year" not in fields_in_gestion(client, cast.campaign)
    assert fields_in_gestion(client, passages) == {
        "label",
        "definition",
        "excluded",
        "low",
        "high",
        "synonyms",
        "is_key",
    }
    assert fields_in_gestion(client, cast.campaign.blocks.first()) == {"label", "does"}


def test_the_ccas_changes_a_question_and_refuses_none_of_its_words(cast, as_user):
    cast.sheet(passages=5)
    passages = cast.indicator("passages")
    url = reverse("admin:indicators_indicator_change", args=[passages.pk])
    form = {
        "label": "Venues",
        "definition": "Chaque venue.",
        "excluded": "",
        "low": "",
        "high": "9",
        "synonyms": "visites",
    }
    assert as_user(cast.ccas).post(url, form).status_code == 302
    assert cast.indicator("passages").label == "Venues"
    assert Event.objects.about(passages).get().changes["label"] == ["Passages", "Venues"]


def test_a_thirteenth_essential_figure_is_refused_in_gestion(cast, as_user):
    block = cast.campaign.blocks.get(code="repas")
    form = {
        "campaign": cast.campaign.pk,
        "section": "services",
        "block": "",
        "position": 999,
        "code": "cafes",
        "label": "Cafés",
        "unit": "cafés",
        "definition": "Chaque café.",
        "total": "sum",
    }
    url = reverse("admin:indicators_indicator_add")
    page = as_user(cast.ccas).post(url, form)
    assert "tient en 12 chiffres" in page.content.decode()
    assert as_user(cast.ccas).post(url, form | {"block": block.pk}).status_code == 302


def test_a_new_campaign_takes_the_list_of_an_earlier_one(cast, as_user):
    cast.campaign.indicators.filter(code="passages").update(label="Venues")
    today = timezone.localdate().isoformat()
    form = {"opens_on": today, "due_on": today, "closes_on": today}
    form |= {"territory": "commune", "threshold": 11, "reading_days": 15}
    url = reverse("admin:indicators_campaign_add")
    as_user(cast.ccas).post(url, form | {"year": 2026, "like": cast.campaign.pk})
    as_user(cast.ccas).post(url, form | {"year": 2027, "like": ""})
    labels = dict(Indicator.objects.filter(code="passages").values_list("campaign__year", "label"))
    assert labels == {2025: "Venues", 2026: "Venues", 2027: "Passages"}


def test_the_address_of_an_account_follows_the_account(cast, as_user):
    form = user_form(cast.owner, email="Nouvelle.Adresse@essai.test")
    as_user(cast.ccas).post(reverse("admin:network_user_change", args=[cast.owner.pk]), form)
    address = cast.owner.emailaddress_set.get()
    assert (address.email, address.verified, address.primary) == ("nouvelle.adresse@essai.test", True, True)


def test_nobody_changes_their_own_address(cast, as_user):
    assert as_user(cast.owner).post(reverse("account_email"), {"email": "a@essai.test"}).status_code == 405
    assert cast.owner.email in as_user(cast.owner).get(reverse("account_email")).content.decode()


def test_a_double_click_adds_one_structure(cast, as_user):
    client, url = as_user(cast.ccas), reverse("admin:network_structure_add")
    form = {"name": "La Marmite", "kind": "association", "key": client.get(url).context["creation_key"]}
    first, second = client.post(url, form), client.post(url, form)
    assert first.url == second.url
    assert Structure.objects.filter(name="La Marmite").count() == 1


def test_coming_back_to_add_another_loses_nothing_of_it(cast, as_user):
    client, url = as_user(cast.ccas), reverse("admin:network_structure_add")
    form = {"name": "La Marmite", "kind": "association", "key": client.get(url).context["creation_key"]}
    client.post(url, form)
    again = client.post(url, form | {"name": "La Louche"})
    page = again.content.decode()
    assert "La Louche" in page
    assert "avait déjà ajouté\u202f: La Marmite" in page
    assert not Structure.objects.filter(name="La Louche").exists()
    client.post(url, form | {"name": "La Louche", "key": again.context["creation_key"]})
    assert Structure.objects.filter(name="La Louche").count() == 1


def test_a_list_tells_nothing_of_a_password(cast, as_user):
    """Letter by letter, in the address of the page."""
    url = reverse("admin:network_user_changelist")
    assert as_user(cast.ccas).get(url, {"password__startswith": "md5"}).status_code == 400


@pytest.mark.parametrize("number", ["²", "abc", "-1", "99999999999999999999"])
@pytest.mark.parametrize("model", ["network_structure", "directory_service", "indicators_indicator", "consent_term"])
def test_a_made_up_number_is_nobody(cast, as_user, model, number):
    client = as_user(cast.ccas)
    for page in ("change", "history"):
        url = reverse(f"admin:{model}_{page}", args=[number])
        assert client.get(url).status_code == 404, url
    assert client.post(reverse(f"admin:{model}_change", args=[number])).status_code == 404


def test_numbers_are_shown_as_one_writes_them(cast, as_user):
    passages = cast.indicator("passages")
    Indicator.objects.filter(pk=passages.pk).update(low="1", high="6000.50")
    url = reverse("admin:indicators_indicator_change", args=[passages.pk])
    page = as_user(cast.ccas).get(url).content.decode()
    assert 'value="1"' in page
    assert 'value="6000.5"' in page
    assert "6000.50" not in page


def test_the_page_nobody_read_for_longest_comes_first(cast, as_user):
    today = timezone.localdate()
    for name, days in (("Repas", 30), ("Colis", 300), ("Douches", 3)):
        day = today - timedelta(days=days)
        Service.objects.create(structure=cast.panier, name=name, updated_on=day, confirmed_on=None)
    client = as_user(cast.ccas)
    [door] = [one for one in registry.doors.ask(cast.ccas) if "du plus ancien" in one.label]
    assert [one.name for one in client.get(door.url).context["cl"].result_list] == ["Colis", "Repas", "Douches"]
