"""The pages of /gestion/: by what one comes to do, in words, and two officers at the same time."""

import html
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.gestion.keeping import KeepsHistory
from lemans_solidaire.network.models import Event, Structure, User
from tests.cast import PASSWORD, sign_in
from tests.directory.test_editing import Fields

OURS = {"Origin": "http://testserver"}


def text(response):
    return html.unescape(response.content.decode())


def address(obj, page="change"):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=[obj.pk])


def sent(client, obj, **changes):
    """What a browser would send of this page, but for these changes."""
    return Fields(client.get(address(obj)).content.decode()).forms[""] | changes


@pytest.fixture
def two(cast, as_user):
    """Two officers, each in their own browser."""
    other = User.objects.create_user("autre@essai.test", PASSWORD, full_name="Aline Autre", is_ccas_admin=True)
    other.authenticator_set.create(type="totp", data={"secret": "x"})
    second = Client()
    sign_in(second, other)
    return as_user(cast.ccas), second


def test_the_first_page_leads_to_every_task(cast, as_user):
    client = as_user(cast.ccas)
    page = client.get("/gestion/")
    rooms = [room.title for room, _ in page.context["rooms"]]
    assert rooms[:2] == ["Les structures et les personnes", "La campagne de l’année"]
    assert len(rooms) == 7
    doors = [door for _, found in page.context["rooms"] for door in found]
    assert len(doors) == len(registry.doors.ask(cast.ccas))
    for door in doors:
        assert client.get(door.url).status_code == 200, door
        assert door.detail.endswith("."), door


def test_every_list_says_what_it_is_for_and_what_to_do_when_empty(cast, as_user):
    client = as_user(cast.ccas)
    kept = {model: one for model, one in admin.site._registry.items() if isinstance(one, KeepsHistory)}
    assert len(kept) > 12
    for model, model_admin in kept.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = text(client.get(url))
        assert model_admin.about.endswith("."), model
        assert model_admin.about in page, model
        assert model_admin.empty in page or model_admin.get_queryset(None).exists(), model
        if model_admin.search_fields:
            assert "Rien ne correspond" in text(client.get(url, {"q": "zzzz introuvable"})), model


def test_nothing_is_in_english(cast, as_user):
    client = as_user(cast.ccas)
    pages = [reverse(name) for name in ("admin:network_structure_changelist", "admin:network_user_add")]
    for url in [*pages, address(cast.panier), address(cast.owner), address(cast.campaign)]:
        words = re.sub(r"<[^>]*>", " ", text(client.get(url)))
        assert not re.search(
            r"\b(add|change|search|save|history|delete|select|filter|true|false|none)\b", words, re.I
        ), url


def test_what_is_missing_or_not_read_is_said_plainly(cast, as_user):
    client = as_user(cast.ccas)
    page = text(client.post(address(cast.panier), {"name": "", "email": "nulle part", "kind": "x"}))
    assert "Il manque quelque chose ici" in page
    assert "par exemple nom@exemple.fr" in page
    assert "Choisissez dans la liste" in page
    form = sent(client, cast.campaign, opens_on="demain")
    assert "Cette date ne se lit pas" in text(client.post(address(cast.campaign), form))
    page = text(client.post(reverse("admin:network_user_add"), {"full_name": "X", "email": cast.owner.email}))
    assert "Cette adresse a déjà un compte" in page
    assert not re.search("obligatoire|valide", page)


def test_days_are_written_as_people_say_them(cast, as_user):
    type(cast.campaign).objects.update(opens_on="2025-10-01")
    page = text(as_user(cast.ccas).get(reverse("admin:indicators_campaign_changelist")))
    assert "1er octobre 2025" in page


def test_accents_do_not_count_in_searches(cast, as_user):
    Structure.objects.create(name="L’Épicerie d’à côté")
    page = as_user(cast.ccas).get(reverse("admin:network_structure_changelist"), {"q": "epicerie"})
    assert "L’Épicerie d’à côté" in text(page)


def test_a_list_of_more_asks_no_more(cast, as_user):
    client, url = as_user(cast.ccas), reverse("admin:network_structure_changelist")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    before = queries()
    for number in range(3):
        Structure.objects.create(name=f"Structure {number}")
    assert queries() == before


# Two officers.


def test_two_who_change_different_things_both_keep_them(cast, two):
    first, second = two
    one, other = sent(first, cast.panier, phone="02 43 11 11 01"), sent(second, cast.panier, mission="Nourrir.")
    assert first.post(address(cast.panier), one).status_code == 302
    assert second.post(address(cast.panier), other).status_code == 302
    cast.panier.refresh_from_db()
    assert (cast.panier.phone, cast.panier.mission) == ("02 43 11 11 01", "Nourrir.")
    assert Event.objects.about(cast.panier).first().changes.keys() == {"mission"}


def test_two_who_change_the_same_thing_see_both(cast, two):
    first, second = two
    one, other = sent(first, cast.panier, phone="02 43 11 11 01"), sent(second, cast.panier, phone="02 43 11 11 02")
    first.post(address(cast.panier), one)
    response = second.post(address(cast.panier), other)
    page = text(response)
    assert response.status_code == 409
    assert "Rien n’est perdu" in page
    assert "02 43 11 11 01" in page
    assert f"{cast.ccas} a écrit ici" in page
    cast.panier.refresh_from_db()
    assert cast.panier.phone == "02 43 11 11 01"
    again = Fields(response.content.decode()).forms[""]
    assert again["phone"] == "02 43 11 11 02"
    assert second.post(address(cast.panier), again).status_code == 302
    cast.panier.refresh_from_db()
    assert cast.panier.phone == "02 43 11 11 02"


def test_a_box_unticked_meanwhile_stays_so(cast, two):
    """One closes the account, the other mends the name on a page opened before."""
    first, second = two
    closing, naming = sent(first, cast.owner), sent(second, cast.owner, full_name="Nouveau Nom")
    closing.pop("is_active")
    assert first.post(address(cast.owner), closing).status_code == 302
    assert second.post(address(cast.owner), naming).status_code == 302
    cast.owner.refresh_from_db()
    assert (cast.owner.is_active, cast.owner.full_name) == (False, "Nouveau Nom")


def test_a_page_left_as_it_was_writes_nothing(cast, as_user):
    client = as_user(cast.ccas)
    for obj in (cast.panier, cast.owner, cast.campaign, cast.indicator("passages"), cast.owner.memberships.get()):
        before = Event.objects.count()
        assert client.post(address(obj), sent(client, obj)).status_code == 302, obj
        assert Event.objects.count() == before, obj


# History.


def test_the_history_is_told_in_sentences(cast, as_user):
    client = as_user(cast.ccas)
    client.post(address(cast.panier), sent(client, cast.panier, kind="centre_social", address="1 rue Haute"))
    membership = cast.owner.memberships.get()
    client.post(address(membership), sent(client, membership, role="member", until="2099-03-01"))
    page = text(client.get(address(cast.panier, "history")))
    assert f"{cast.ccas} a changé" in page
    assert "centre social" in page
    assert "centre_social" not in page
    assert "1 rue Haute" not in page
    assert "A changé aussi, sans être écrit ici" in page
    page = text(client.get(address(cast.owner, "history")))
    assert "membre" in page
    assert "1er mars 2099" in page
    assert str(cast.panier) in page


def test_old_lines_of_history_are_told_too(cast, as_user):
    membership = cast.owner.memberships.get()
    told = {
        "structure": cast.halte.pk,
        "role": "responsable",
        "since": "2026-01-01",
        "inconnu": {"a": 1},
        "user_set": 3,
    }
    record(by=Event.Actor.JOB, verb="changed_in_admin", about=membership, changes=told)
    record(by=Event.Actor.JOB, verb="un_verbe_inconnu", about=membership)
    page = text(as_user(cast.ccas).get(address(membership, "history")))
    assert "Le portail a changé" in page
    assert str(cast.halte) in page
    assert "1er janvier 2026" in page
    assert "inconnu" not in page


def test_the_history_of_a_campaign_has_words_of_its_own(cast, as_user):
    told = {"indicators": 140, "text": "Un mot."}
    record(by=cast.ccas, verb="campaign_opened", about=cast.campaign, structure=cast.halte, changes=told)
    page = text(as_user(cast.ccas).get(address(cast.campaign, "history")))
    assert f"a ouvert la campagne et copié la liste des questions\u202f: {cast.halte}" in page
    assert "140" not in page


def test_every_verb_about_what_is_kept_here_has_its_sentence():
    """Those written of a campaign, a structure or an account, wherever their action is."""
    sources = "\n".join(path.read_text() for path in Path().glob("*/**/actions*/**/*.py")) + "\n".join(
        path.read_text() for path in [*Path().glob("*/actions.py"), *Path().glob("lemans_solidaire/*/actions.py")]
    )
    calls = re.findall(r"record\(([^()]*(?:\([^()]*\)[^()]*)*)\)", sources)
    about = [
        call
        for call in calls
        if re.search(r"about=(campaign|structure|user|waiting\.campaign|indicator\.campaign)\b", call)
    ]
    verbs = {found.group(1) for call in about if (found := re.search(r'verb="(\w+)"', call))}
    assert len(verbs) > 8
    assert not verbs - set(registry.verbs)


# A session that ends.


def test_what_was_typed_goes_back_in_its_form_and_is_not_saved_before_it_is_read(cast, as_user):
    client, url = as_user(cast.ccas), address(cast.panier)
    typed = sent(client, cast.panier, mission="Nourrir et écouter.", phone="02 43 11 11 01")
    refused = Client().post(url, typed, headers=OURS)
    page = text(refused)
    assert refused.status_code == 403
    assert "Nourrir et écouter." in page
    assert "Le remettre dans le formulaire" in page
    assert "Envoyer de nouveau" not in page
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    back = client.post(url, kept)
    assert "relisez, puis enregistrez" in text(back)
    cast.panier.refresh_from_db()
    assert cast.panier.mission != "Nourrir et écouter."
    assert client.post(url, Fields(back.content.decode()).forms[""]).status_code == 302
    cast.panier.refresh_from_db()
    assert (cast.panier.mission, cast.panier.phone) == ("Nourrir et écouter.", "02 43 11 11 01")


def test_a_gesture_of_power_is_not_offered_again(cast):
    for url in (reverse("people:restore_second_factor", args=[cast.owner.pk]), reverse("admin:state_job", args=[1])):
        page = text(Client().post(url, {"geste": "abandonner-tout"}, headers=OURS))
        assert "abandonner-tout" not in page, url


def test_the_week_of_an_officer(cast, as_user, client):
    """A structure, an account, its place there, its new address, its end: each by hand, none by a developer."""
    ccas = as_user(cast.ccas)
    ccas.post(reverse("admin:network_structure_add"), {"name": "La Marmite", "kind": "association"})
    structure = Structure.objects.get(name="La Marmite")
    ccas.post(reverse("admin:network_user_add"), {"full_name": "Zoé", "email": "zoe@essai.test", "is_active": "on"})
    user = User.objects.get(email="zoe@essai.test")
    add = f"{reverse('admin:network_membership_add')}?structure={structure.pk}&user={user.pk}"
    form = Fields(ccas.get(add).content.decode()).forms[""]
    assert (form["structure"], form["user"]) == (str(structure.pk), str(user.pk))
    assert ccas.post(add, form | {"status": "volunteer", "role": "member"}).status_code == 302
    assert "Zoé" in text(ccas.get(address(structure)))
    assert "Zoé" not in str(list(Event.objects.values_list("changes", flat=True)))
    assert "Zoé" in text(ccas.get(address(user.memberships.get(), "history")))
    assert (
        ccas.post(address(structure), sent(ccas, structure, address="2 rue Basse", city="Le Mans")).status_code == 302
    )
    membership = user.memberships.get()
    assert ccas.post(address(membership), sent(ccas, membership, until="2099-01-01")).status_code == 302
    closing = sent(ccas, user)
    closing.pop("is_active")
    ccas.post(address(user), closing)
    user.refresh_from_db()
    assert not user.is_active
