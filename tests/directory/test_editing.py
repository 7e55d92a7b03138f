"""A structure writes its own pages: nothing typed is lost, no save is written over, a hidden place is told nowhere."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory import actions
from directory.editing import values
from directory.editing.forms import ServiceForm
from directory.models import Closure, Presentation, Service
from lemans_solidaire.network.models import Event
from tests.cast import account, belongs

EVENING = "Mo-Fr 18:30-20:00"
HARD = 'Mo[1] 09:00-12:00; Sa "sur rendez-vous"'
SECRET = "12 impasse du Secret"
KEY = "3f2b8a52-6f0e-4c1f-9a4e-0f0d1c2b3a49"


class Fields(HTMLParser):
    """What a browser would send of each form of a page, by the address it goes to."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.form, self.select, self.textarea, self.option = {}, None, None, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.form = self.forms.setdefault(told.get("action", ""), {})
        elif self.form is None:
            return
        elif tag == "textarea":
            self.textarea, self.form[told["name"]] = told["name"], ""
        elif tag == "select":
            self.select, self.form[told["name"]] = told["name"], ""
        elif tag == "option" and "selected" in told:
            self.form[self.select] = told["value"]
        elif tag == "input" and "name" in told:
            self.input(told)

    def input(self, told):
        if told.get("type") == "checkbox" and "checked" in told:
            kept = self.form.get(told["name"], [])
            self.form[told["name"]] = [*kept, told.get("value", "on")]
        elif (told.get("type") == "radio" and "checked" in told) or told.get("type") not in ("radio", "checkbox"):
            self.form[told["name"]] = told.get("value", "").replace("\r\n", "\n").replace("\n", "\r\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.form[self.textarea] += (
                data.replace("\n", "\r\n")
                if self.form[self.textarea]
                else data.removeprefix("\n").replace("\n", "\r\n")
            )


def text(response):
    return response.content.decode()


def shown(client, url, action=None):
    """The form of a page, as it would be sent without a touch."""
    response = client.get(url)
    assert response.status_code == 200, url
    forms = Fields(text(response)).forms
    return forms[url if action is None and url in forms else action or ""]


def url_of(name, *args):
    return reverse(f"directory:{name}", args=args)


def events_about(obj):
    return Event.objects.about(obj)


@pytest.fixture
def service(cast):
    found = Service.objects.create(
        structure=cast.panier,
        name="Repas chauds",
        description="Le soir.\nServis à table.",
        themes=["equipement-et-alimentation--alimentation", "un-mot-d-hier"],
        publics=["familles"],
        fees="gratuit",
        hours=EVENING,
        phone="02 43 00 00 09",
        address="3 rue Haute",
        postcode="72000",
        city="Le Mans",
        latitude=48.0,
        longitude=0.2,
        without_papers=True,
        welcomes_dogs=False,
        languages=["fr", "ar"],
        papers=[{"what": "Un justificatif", "why": "pour le tarif"}],
        capacity="attente",
        capacity_since="2026-01-02",
    )
    found.refresh_from_db()
    return found


def save(client, service, **changes):
    url = url_of("edit_service", service.pk)
    return client.post(url, shown(client, url) | changes)


# Who comes in.


@pytest.mark.parametrize("name", ["teammate", "owner", "ccas"])
def test_members_and_the_ccas_write(cast, as_user, service, name):
    user = getattr(cast, name)
    response = save(as_user(user), service, name="Repas du soir", welcomes_dogs="oui")
    assert response.url == url_of("service", service.pk)
    service.refresh_from_db()
    assert (service.name, service.welcomes_dogs) == ("Repas du soir", True)
    assert (service.confirmed_by, service.confirmed_on, service.updated_on) == (user, *[timezone.localdate()] * 2)
    event = events_about(service).get()
    assert (event.user, event.verb, event.structure) == (user, "service_changed", cast.panier)
    assert event.changes == {"name": ["Repas chauds", "Repas du soir"], "welcomes_dogs": [False, True]}


@pytest.mark.parametrize("name", ["stranger", "nobody", None])
def test_others_find_nothing_to_write(cast, as_user, service, name):
    client = as_user(name and getattr(cast, name))
    page = text(client.get(url_of("service", service.pk)))
    assert "Modifier" not in page
    assert "Ajouter un service" not in text(client.get(url_of("structure", cast.panier.pk)))
    assert client.get(url_of("edit_service", service.pk)).status_code == (404 if name else 302)


def test_members_are_offered_what_they_may_do(cast, as_user, service):
    page = text(as_user(cast.teammate).get(url_of("service", service.pk)))
    assert all(label in page for label in ("Modifier", "Tout est encore exact", "Son histoire"))
    page = text(as_user(cast.teammate).get(url_of("structure", cast.panier.pk)))
    assert all(label in page for label in ("Ajouter un service", "Fermetures", "Modifier la page"))


def test_a_former_member_writes_no_more(cast, as_user, service):
    cast.teammate.memberships.update(since="2020-01-01", until="2020-12-31")
    assert as_user(cast.teammate).get(url_of("edit_service", service.pk)).status_code == 404


# What is left as it was shown stays as it was.

AS_THEY_COME = [
    {},
    {"hours": HARD},
    {"hours": "24/7"},
    {"hours": "Nov 01-Mar 31 Mo-Sa 09:00-12:00,14:00-17:30; PH off"},
    {"hours": "Mo-Fr 9:00-12:00"},
    {"hours": ""},
    {"hours": "le soir, quand on peut"},
    {"papers": None},
    {"papers": []},
    {"papers": [{"what": f"Papier {n}", "why": ""} for n in range(7)]},
    {"papers": [{"what": "Sans raison"}]},
    {"description": "Une ligne.\r\n\r\nUne autre.  \n", "conditions": "  habiter   Le Mans "},
    {"description": "\nCommence par une ligne vide."},
    {"mobilisation_url": "http://exemple.fr/a b", "email": "pas une adresse"},
    {"type": "d-autrefois", "fees": "pass-numerique", "themes": [], "publics": ["un-autre"], "languages": ["xx"]},
    {"themes": ["sante--addictions", "famille--garde-denfants"]},
    {"name": "Repas & « soupe » <b>", "publics_details": "<script>"},
    {"address": "", "postcode": "", "city": "Le Mans"},
    {"address": "1 rue du Panier", "postcode": "72100", "city": "Le Mans"},
    {"postcode": "720", "address": SECRET, "is_address_hidden": True},
    {"without_papers": None, "is_for_professionals": True, "capacity": "", "capacity_since": None},
]


@pytest.mark.parametrize("told", AS_THEY_COME, ids=lambda told: ",".join(told))
def test_a_page_sent_without_a_touch_changes_nothing(cast, as_user, service, told):
    type(cast.panier).objects.update(address="1 rue du Panier", postcode="72100", city="Le Mans")
    Service.objects.filter(pk=service.pk).update(**told)
    before = Service.objects.filter(pk=service.pk).values().get()
    response = save(as_user(cast.owner), service)
    assert response.url == url_of("edit_service", service.pk)
    assert Service.objects.filter(pk=service.pk).values().get() == before
    assert not events_about(service).exists()


@pytest.mark.parametrize("told", AS_THEY_COME, ids=lambda told: ",".join(told))
def test_one_change_leaves_the_rest(cast, as_user, service, told):
    Service.objects.filter(pk=service.pk).update(**told)
    before = Service.objects.filter(pk=service.pk).values().get()
    save(as_user(cast.owner), service, first_visit="Sonnez.")
    after = Service.objects.filter(pk=service.pk).values().get()
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"first_visit", "updated_on", "confirmed_on", "confirmed_by_id"} - (
        {"updated_on"} if before["updated_on"] == after["updated_on"] else set()
    )
    assert set(events_about(service).get().changes) == {"first_visit"}


# Each sort of field.


def test_hours_are_typed_by_day(cast, as_user, service):
    save(as_user(cast.teammate), service, hours_Mo="de 9h à midi", hours_Sa="14-17h30", holidays="closed")
    service.refresh_from_db()
    assert service.hours == "Mo 09:00-12:00; Tu-Fr 18:30-20:00; Sa 14:00-17:30; PH off"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_opening WHERE service_id = %s", [service.pk])
        assert cursor.fetchone() == (1,)


def test_hours_that_cannot_be_read_are_given_back_with_a_sentence(cast, as_user, service):
    response = save(as_user(cast.teammate), service, hours_Mo="9h-25h", season_from="le 40 mai", name="Autre")
    page = text(response)
    assert response.status_code == 422
    assert "n’est pas une heure" in page
    assert all(f'value="{typed}"' in page for typed in ("9h-25h", "le 40 mai", "Autre"))
    service.refresh_from_db()
    assert (service.hours, service.name) == (EVENING, "Repas chauds")


def test_hours_written_otherwise_stay_until_they_are_written_again(cast, as_user, service):
    Service.objects.update(hours=HARD)
    client = as_user(cast.teammate)
    assert save(client, service, hours_Mo="9h-12h").status_code == 422
    service.refresh_from_db()
    assert service.hours == HARD
    save(client, service, written="Mo[2] 09:00-12:00")
    service.refresh_from_db()
    assert service.hours == "Mo[2] 09:00-12:00"
    assert save(client, service, rewrite="on").status_code == 422
    save(client, service, rewrite="on", hours_Mo="9h-12h")
    service.refresh_from_db()
    assert service.hours == "Mo 09:00-12:00"


def test_a_season_or_holidays_without_hours_are_not_lost_in_silence(cast, as_user, service):
    Service.objects.update(hours="")
    assert save(as_user(cast.teammate), service, season_from="1er mai", season_to="31 mai").status_code == 422
    assert save(as_user(cast.teammate), service, holidays="closed").status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"papers_needed": "rien", "paper_what_0": "", "paper_why_0": ""}, []),
        ({"papers_needed": "", "paper_what_0": "", "paper_why_0": ""}, None),
        ({"paper_what_1": "Une photo", "paper_why_1": "pour la carte"}, 2),
        ({"papers_needed": "rien"}, 422),
        ({"papers_needed": ""}, 422),
        ({"paper_what_0": ""}, 422),
        ({"paper_what_0": "", "paper_why_0": ""}, 422),
        ({"paper_what_0": "x" * 151}, 422),
    ],
)
def test_papers_to_bring(cast, as_user, service, sent, kept):
    response = save(as_user(cast.teammate), service, **sent)
    assert response.status_code == (422 if kept == 422 else 302)
    service.refresh_from_db()
    if kept == 2:
        kept = [{"what": "Un justificatif", "why": "pour le tarif"}, {"what": "Une photo", "why": "pour la carte"}]
    assert service.papers == ([{"what": "Un justificatif", "why": "pour le tarif"}] if kept == 422 else kept)


def test_papers_written_where_nothing_was_known_are_kept(cast, as_user, service):
    Service.objects.update(papers=None)
    save(as_user(cast.teammate), service, paper_what_0="Une photo")
    service.refresh_from_db()
    assert service.papers == [{"what": "Une photo", "why": ""}]


def test_room_says_since_when(cast, as_user, service):
    save(as_user(cast.teammate), service, capacity="places")
    service.refresh_from_db()
    assert service.capacity_since == timezone.localdate()
    save(as_user(cast.teammate), service, capacity="")
    service.refresh_from_db()
    assert (service.capacity, service.capacity_since) == ("", None)


def test_a_point_on_the_map_goes_with_its_address(cast, as_user, service):
    save(as_user(cast.teammate), service, address_more="Au fond")
    service.refresh_from_db()
    assert (service.latitude, service.longitude) == (48.0, 0.2)
    save(as_user(cast.teammate), service, address="4 rue Basse")
    service.refresh_from_db()
    assert (service.address, service.latitude, service.longitude) == ("4 rue Basse", None, None)


def test_the_same_address_as_the_structure(cast, as_user, service):
    type(cast.panier).objects.update(address="1 rue du Panier", postcode="72100", city="Le Mans")
    nothing = {"address": "", "postcode": "", "city": ""}
    assert save(as_user(cast.teammate), service, same_address="on").status_code == 422
    save(as_user(cast.teammate), service, same_address="on", **nothing)
    service.refresh_from_db()
    assert (service.address, service.postcode) == ("1 rue du Panier", "72100")
    assert save(as_user(cast.teammate), service, address="Ailleurs").status_code == 422


BAD = {
    "name": "",
    "email": "pas une adresse",
    "mobilisation_url": "javascript:alert(1)",
    "postcode": "72 00",
    "phone": "0" * 31,
    "description": "x" * 10_001,
    "type": "pas-un-type",
    "themes": ["pas-un-theme"],
    "without_papers": "peut-etre",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_keeps_what_was_typed(cast, as_user, service, name):
    response = save(as_user(cast.teammate), service, **{"conditions": "Écrit avec soin", name: BAD[name]})
    assert response.status_code == 422
    page = text(response)
    assert "Écrit avec soin" in page
    assert "Rien n’est encore enregistré" in page
    assert not events_about(service).exists()


def test_a_known_page_cannot_smuggle_what_is_refused(cast, as_user, service):
    """« It was so » is believed of nothing: it is written nowhere."""
    url = url_of("edit_service", service.pk)
    client = as_user(cast.teammate)
    sent = shown(client, url)
    sent["seen"] = json.dumps(json.loads(sent["seen"]) | {"mobilisation_url": "javascript:alert(1)"})
    client.post(url, sent | {"mobilisation_url": "javascript:alert(1)", "first_visit": "Sonnez."})
    service.refresh_from_db()
    assert service.mobilisation_url == ""
    url = url_of("add_service", cast.panier.pk)
    sent = shown(client, url) | {"name": "Neuf", "mobilisation_url": "javascript:alert(1)"}
    sent["seen"] = json.dumps({"mobilisation_url": "javascript:alert(1)", "name": ["Neuf"]})
    assert client.post(url, sent).status_code == 422


@pytest.mark.parametrize(
    "seen",
    [
        *["", "[]", "{", "[" * 5000, '{"themes": {"a": 1}}', '{"themes": [[1]]}', '{"hours": 3}', '{"papers": 7}'],
        *['{"themes": ["\\ud800"]}', '{"\\udfff": ""}'],
    ],
)
def test_a_page_that_forgot_what_it_had_shown_writes_over_nothing(cast, as_user, service, seen):
    response = save(as_user(cast.teammate), service, seen=seen, name="Autre")
    assert response.status_code == 409
    service.refresh_from_db()
    assert service.name == "Repas chauds"


# Two people on one service.


def test_a_newer_save_is_not_written_over_and_both_are_shown(cast, as_user, service):
    url = url_of("edit_service", service.pk)
    mine = shown(as_user(cast.teammate), url) | {
        "hours_Mo": "8h-9h",
        "phone": "02 43 11 11 11",
        "first_visit": "Sonnez.",
    }
    save(as_user(cast.owner), service, hours_Mo="10h-11h", phone="02 43 22 22 22", conditions="Adhérer.")
    response = as_user(cast.teammate).post(url, mine)
    page = text(response)
    assert response.status_code == 409
    assert page.count("Odile Owner a enregistré") == 2
    assert "02 43 22 22 22" in page
    assert "le lundi, de 10" in page
    service.refresh_from_db()
    assert service.phone == "02 43 22 22 22"
    # Sent again as it is, mine is kept, and what the other alone had changed stays.
    again = Fields(page).forms[url]
    assert (again["hours_Mo"], again["phone"], again["conditions"]) == ("8h-9h", "02 43 11 11 11", "Adhérer.")
    assert as_user(cast.teammate).post(url, again).status_code == 302
    service.refresh_from_db()
    assert (service.phone, service.conditions, service.first_visit) == ("02 43 11 11 11", "Adhérer.", "Sonnez.")
    assert service.hours.startswith("Mo 08:00-09:00")


def test_two_people_on_different_things_both_keep_theirs(cast, as_user, service):
    url = url_of("edit_service", service.pk)
    mine = shown(as_user(cast.teammate), url) | {"first_visit": "Sonnez."}
    save(as_user(cast.owner), service, conditions="Adhérer.")
    assert as_user(cast.teammate).post(url, mine).status_code == 302
    service.refresh_from_db()
    assert (service.first_visit, service.conditions) == ("Sonnez.", "Adhérer.")


def test_an_address_is_not_made_of_two_halves(cast, as_user, service):
    url = url_of("edit_service", service.pk)
    mine = shown(as_user(cast.teammate), url) | {"city": "Allonnes"}
    save(as_user(cast.owner), service, address="4 rue Basse")
    assert as_user(cast.teammate).post(url, mine).status_code == 409


# Adding.


def test_a_name_is_enough_and_a_second_click_adds_nothing(cast, as_user):
    client, url = as_user(cast.teammate), url_of("add_service", cast.panier.pk)
    sent = shown(client, url) | {"name": "Douches"}
    first, second = client.post(url, sent), client.post(url, sent)
    service = Service.objects.get()
    assert first.url == second.url == url_of("service", service.pk)
    assert (service.structure, service.papers, service.without_papers) == (cast.panier, None, None)
    assert events_about(service).get().verb == "service_added"


def test_the_same_key_with_another_text_shows_both(cast, as_user):
    client, url = as_user(cast.teammate), url_of("add_service", cast.panier.pk)
    sent = shown(client, url) | {"name": "Douches"}
    client.post(url, sent)
    response = client.post(url, sent | {"name": "Douches du matin", "hours_Mo": "9h-10h"})
    page = text(response)
    assert response.status_code == 409
    assert "Douches</a>" in page
    again = Fields(page).forms[""]
    assert (again["name"], again["hours_Mo"]) == ("Douches du matin", "9h-10h")
    client.post(url, again)
    assert set(Service.objects.values_list("name", flat=True)) == {"Douches", "Douches du matin"}


def test_a_new_service_without_a_name_is_given_back(cast, as_user):
    url = url_of("add_service", cast.panier.pk)
    response = as_user(cast.teammate).post(
        url, {"name": " ", "description": "Chaud", "key": "x", "paper_what_0": "CAF"}
    )
    assert response.status_code == 422
    assert "Chaud" in text(response)
    assert 'value="CAF"' in text(response)
    assert not Service.objects.exists()


# Confirming, closing.


def test_everything_is_still_right(cast, as_user, service):
    client, url = as_user(cast.teammate), url_of("confirm_service", service.pk)
    assert "Tout est encore exact" in text(client.get(url))
    client.post(url)
    client.post(url)
    service.refresh_from_db()
    assert (service.confirmed_on, service.confirmed_by) == (timezone.localdate(), cast.teammate)
    assert events_about(service).get().verb == "service_confirmed"
    assert "Confirmé par Marcel Teammate" in text(client.get(url_of("service", service.pk)))


def test_a_closed_service_is_found_again_by_those_who_closed_it(cast, as_user, service):
    client = as_user(cast.owner)
    client.post(url_of("close_service", service.pk))
    assert client.get(url_of("service", service.pk)).status_code == 404
    assert "Repas chauds" in text(client.get(url_of("edit_structure", cast.panier.pk)))
    assert "Rouvrir ce service" in text(client.get(url_of("edit_service", service.pk)))
    client.post(url_of("reopen_service", service.pk))
    assert client.get(url_of("service", service.pk)).status_code == 200
    assert [event.verb for event in events_about(service)] == ["service_reopened", "service_closed"]


# The life of a structure.


def test_the_life_of_a_structure(cast, as_user):
    client, url = as_user(cast.teammate), url_of("edit_structure", cast.panier.pk)
    client.post(url, shown(client, url) | {"aims": "Accueillir.", "website": "panier.example", "phone": "02 43 9"})
    cast.panier.refresh_from_db()
    assert (cast.panier.website, cast.panier.phone) == ("https://panier.example", "02 43 9")
    assert Presentation.objects.get().aims == "Accueillir."
    assert set(events_about(cast.panier).get().changes) == {"aims", "website", "phone"}
    client.post(url, shown(client, url))
    assert events_about(cast.panier).count() == 1


def test_two_people_on_the_life_of_a_structure(cast, as_user):
    url = url_of("edit_structure", cast.panier.pk)
    mine = shown(as_user(cast.teammate), url) | {"aims": "Les miens", "rules": "Sans bruit"}
    client = as_user(cast.owner)
    client.post(url, shown(client, url) | {"aims": "Les siens", "limits": "Pas de prêt"})
    response = as_user(cast.teammate).post(url, mine)
    assert response.status_code == 409
    assert all(words in text(response) for words in ("Les miens", "Les siens", "Odile Owner", "Sans bruit"))
    as_user(cast.teammate).post(url, Fields(text(response)).forms[""])
    told = Presentation.objects.get()
    assert (told.aims, told.limits, told.rules) == ("Les miens", "Pas de prêt", "Sans bruit")


@pytest.mark.parametrize("sent", [{"website": "javascript:alert(1)"}, {"phone": "0" * 31}, {"rules": "x" * 3001}])
def test_a_bad_word_of_a_structure_is_given_back(cast, as_user, sent):
    client, url = as_user(cast.teammate), url_of("edit_structure", cast.panier.pk)
    response = client.post(url, shown(client, url) | {"aims": "Accueillir"} | sent)
    assert response.status_code == 422
    assert "Accueillir" in text(response)
    assert not Presentation.objects.exists()


# Closures.


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


HOLIDAYS = {"service": "", "first_day": in_days(3), "last_day": in_days(9), "reason": "congés", "key": KEY}


def opened_days(service):
    with connection.cursor() as cursor:
        cursor.execute("SELECT minutes::text FROM directory_opening WHERE service_id = %s", [service.pk])
        return cursor.fetchone()[0].count("[")


def test_a_closure_is_noted_once_changed_and_taken_away(cast, as_user, service):
    client, url = as_user(cast.teammate), url_of("closures", cast.panier.pk)
    other = Service.objects.create(structure=cast.panier, name="Douches", hours="Mo-Su 09:00-12:00")
    actions.write_openings([service, other])
    usual = opened_days(service), opened_days(other)
    for _ in range(2):
        assert client.post(url, HOLIDAYS | {"service": str(service.pk)}).status_code == 302
    closure = Closure.objects.get()
    assert closure.service == service
    assert opened_days(service) < usual[0]
    assert opened_days(other) == usual[1]
    edit = url_of("edit_closure", cast.panier.pk, closure.pk)
    client.post(edit, shown(client, edit) | {"last_day": "", "service": ""})
    closure.refresh_from_db()
    assert (closure.last_day, closure.service) == (None, None)
    assert opened_days(other) < usual[1]
    for _ in range(2):
        assert client.post(url_of("remove_closure", cast.panier.pk, closure.pk)).url == url
    assert (opened_days(service), opened_days(other)) == usual
    verbs = Event.objects.filter(object_type="directory.closure").values_list("verb", flat=True)
    assert sorted(verbs) == ["closure_added", "closure_changed", "closure_removed"]


def test_the_same_key_with_another_closure_shows_both(cast, as_user):
    client, url = as_user(cast.teammate), url_of("closures", cast.panier.pk)
    client.post(url, HOLIDAYS)
    response = client.post(url, HOLIDAYS | {"reason": "travaux"})
    assert response.status_code == 409
    assert "congés" in text(response)
    assert 'value="travaux"' in text(response)


@pytest.mark.parametrize(
    "sent",
    [
        {"first_day": ""},
        {"first_day": "demain"},
        {"first_day": in_days(9), "last_day": in_days(3)},
        {"first_day": in_days(-9), "last_day": in_days(-3)},
        {"first_day": "0001-01-01"},
        {"last_day": "9999-12-31"},
        {"reason": " "},
        {"reason": "x" * 151},
        {"service": "999999999"},
        {"service": "x"},
    ],
)
def test_a_bad_closure_is_given_back(cast, as_user, sent):
    response = as_user(cast.teammate).post(url_of("closures", cast.panier.pk), HOLIDAYS | sent)
    assert response.status_code == 422
    assert not Closure.objects.exists()


def test_a_date_is_also_typed_as_people_write_it(cast, as_user):
    day = timezone.localdate() + timedelta(days=3)
    as_user(cast.teammate).post(url_of("closures", cast.panier.pk), HOLIDAYS | {"first_day": f"{day:%d/%m/%Y}"})
    assert Closure.objects.get().first_day == day


def test_a_past_closure_is_neither_changed_nor_taken_away(cast, as_user):
    closure = Closure.objects.create(
        structure=cast.panier, first_day="2020-01-01", last_day="2020-01-03", reason="congés"
    )
    client = as_user(cast.teammate)
    client.post(url_of("remove_closure", cast.panier.pk, closure.pk))
    edit = url_of("edit_closure", cast.panier.pk, closure.pk)
    assert client.get(edit).status_code == client.post(edit, HOLIDAYS).status_code == 302
    closure.refresh_from_db()
    assert (str(closure.last_day), closure.reason) == ("2020-01-03", "congés")
    assert "2020" in text(client.get(url_of("closures", cast.panier.pk)))


def test_two_people_on_one_closure(cast, as_user):
    closure = Closure.objects.create(structure=cast.panier, first_day=in_days(3), reason="congés")
    edit = url_of("edit_closure", cast.panier.pk, closure.pk)
    mine = shown(as_user(cast.teammate), edit) | {"reason": "travaux", "last_day": in_days(5)}
    client = as_user(cast.owner)
    client.post(edit, shown(client, edit) | {"reason": "inventaire"})
    response = as_user(cast.teammate).post(edit, mine)
    assert response.status_code == 409
    assert "inventaire" in text(response)
    as_user(cast.teammate).post(edit, Fields(text(response)).forms[""])
    closure.refresh_from_db()
    assert (closure.reason, closure.last_day.isoformat()) == ("travaux", in_days(5))


# Forged numbers.


def test_numbers_of_others_are_as_numbers_of_nothing(cast, as_user, service):
    theirs = Service.objects.create(structure=cast.halte, name="Bagagerie")
    closure = Closure.objects.create(structure=cast.halte, first_day=in_days(3), reason="congés")
    actions.save_service(service=theirs, typed={"name": "Consigne"}, seen={"name": "Bagagerie"}, by=cast.stranger)
    event = events_about(theirs).get()
    client, panier = as_user(cast.owner), cast.panier.pk
    for number in (theirs.pk, 10**9, 10**30):
        for name in ("edit_service", "confirm_service", "close_service", "reopen_service"):
            assert client.post(url_of(name, number), {"name": "x"}).status_code == 404
        assert client.get(url_of("service_history", number)).status_code == 404
    for number in (closure.pk, 10**9, 10**30):
        assert client.post(url_of("edit_closure", panier, number), HOLIDAYS).status_code == 404
        assert client.post(url_of("remove_closure", panier, number)).status_code == 404
        assert client.post(url_of("remove_closure", cast.halte.pk, number)).status_code == 404
    for number in (event.pk, 10**9, 10**30):
        assert client.post(url_of("undo_change", service.pk, number)).status_code == 404
        assert client.post(url_of("undo_change", theirs.pk, number)).status_code == 404
    assert client.post(url_of("closures", panier), HOLIDAYS | {"service": str(theirs.pk)}).status_code == 422
    theirs.refresh_from_db()
    assert (theirs.name, theirs.closed_on, theirs.confirmed_by) == ("Consigne", None, cast.stranger)
    assert Closure.objects.get() == closure


# History, and undoing.


def undo(client, service, event=None):
    event = event or events_about(service).first()
    return client.post(url_of("undo_change", service.pk, event.pk))


def test_a_change_is_told_in_words_and_undone(cast, as_user, service):
    client = as_user(cast.teammate)
    before = Service.objects.filter(pk=service.pk).values().get()
    save(
        client, service, hours_Mo="fermé", fees="payant", without_papers="", languages=["fr"],
        themes=["sante--addictions"], papers_needed="rien", paper_what_0="", paper_why_0="", capacity="complet",
        address="4 rue Basse", publics=[],
    )  # fmt: skip
    page = text(client.get(url_of("service_history", service.pk)))
    told = ["du mardi au vendredi", "Gratuit", "Payant", "on ne sait pas", "arabe", "Addictions", "rien à apporter",
            "liste d’attente", "complet", "3 rue Haute", "4 rue Basse", "Marcel Teammate"]  # fmt: skip
    assert [words for words in told if words not in page] == []
    assert undo(client, service).url == url_of("service_history", service.pk)
    after = Service.objects.filter(pk=service.pk).values().get()
    vouched = {"updated_on", "confirmed_on", "confirmed_by_id"}
    assert {name for name in before if before[name] != after[name]} <= vouched
    assert events_about(service).first().verb == "service_undone"
    undo(client, service)  # the undo is itself a change
    service.refresh_from_db()
    assert (service.fees, service.address, service.publics) == ("payant", "4 rue Basse", [])


def test_what_was_changed_since_is_not_undone(cast, as_user, service):
    save(as_user(cast.teammate), service, phone="02 43 11 11 11", conditions="Adhérer.")
    event = events_about(service).get()
    save(as_user(cast.owner), service, phone="02 43 22 22 22")
    response = undo(as_user(cast.teammate), service, event)
    page = text(response)
    assert response.status_code == 409
    assert all(phone in page for phone in ("02 43 00 00 09", "02 43 11 11 11", "02 43 22 22 22"))
    assert "Odile Owner" in page
    service.refresh_from_db()
    assert (service.phone, service.conditions) == ("02 43 22 22 22", "Adhérer.")
    assert events_about(service).count() == 2


def test_undoing_twice_undoes_once(cast, as_user, service):
    client = as_user(cast.teammate)
    save(client, service, phone="02 43 11 11 11")
    event = events_about(service).get()
    undo(client, service, event)
    undo(client, service, event)
    assert events_about(service).count() == 2


@pytest.mark.parametrize("verb", sorted(actions.NOT_UNDONE))
def test_what_is_no_change_is_not_undone(cast, as_user, service, verb):
    changes = {"name": ["", service.name]}
    event = Event.objects.create(
        actor="user", user=cast.owner, verb=verb, object_type="directory.service", object_id=service.pk, changes=changes
    )
    assert "Annuler" not in re.sub(
        "<p class=.lede.*?</p>", "", text(as_user(cast.teammate).get(url_of("service_history", service.pk))), flags=re.S
    )
    undo(as_user(cast.teammate), service, event)
    service.refresh_from_db()
    assert service.name == "Repas chauds"


def test_what_a_file_changed_is_undone(cast, as_user, service):
    """Events of imports hold texts, whatever the field."""
    changes = {
        "themes": ["", "equipement-et-alimentation--alimentation, un-mot-d-hier"],
        "latitude": ["47.5", "48.0"],
        "updated_on": ["2020-01-01", "2026-01-01"],
        "name": ["Repas", "Repas chauds"],
        "unheard": ["a", "b"],
    }
    event = Event.objects.create(
        actor="job", verb="service_import_changed", object_type="directory.service", object_id=service.pk,
        structure=cast.panier, changes=changes,
    )  # fmt: skip
    undo(as_user(cast.teammate), service, event)
    service.refresh_from_db()
    assert (service.name, service.themes, service.latitude) == ("Repas", [], 47.5)
    assert service.updated_on == timezone.localdate()


def test_a_closing_is_undone(cast, as_user, service):
    client = as_user(cast.owner)
    client.post(url_of("close_service", service.pk))
    undo(client, service)
    service.refresh_from_db()
    assert service.closed_on is None


# A confidential address.


def told_in_events():
    return json.dumps(list(Event.objects.values_list("changes", flat=True)), ensure_ascii=False)


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ({"address": SECRET, "is_address_hidden": True}, {"address": "ailleurs"}),
        ({"address": "ailleurs", "is_address_hidden": True}, {"address": SECRET, "address_more": SECRET}),
        ({}, {"address": SECRET, "city": "Secretville", "is_address_hidden": "on"}),
        ({"address": SECRET, "is_address_hidden": True}, {"is_address_hidden": [], "address": "3 rue Haute"}),
    ],
)
def test_a_confidential_address_is_in_no_event(cast, as_user, service, before, sent):
    Service.objects.filter(pk=service.pk).update(**before)
    client = as_user(cast.owner)
    assert save(client, service, **sent, conditions="Appeler.").status_code == 302
    assert "Appeler." in told_in_events()
    assert not re.search("(?i)secret|48.0|ailleurs", told_in_events())
    page = text(client.get(url_of("service_history", service.pk)))
    assert "elle n’est pas écrite ici" in page
    assert not re.search("(?i)impasse", page)
    undo(client, service)
    kept = Service.objects.get(pk=service.pk)
    assert kept.conditions == ""
    assert kept.address == (sent.get("address") or before["address"])
    assert not re.search("(?i)secret|48.0|ailleurs", told_in_events())


def test_a_neighbour_at_a_confidential_address_tells_it_no_more(cast, as_user, service):
    Service.objects.create(structure=cast.panier, name="Abri", address=SECRET, is_address_hidden=True)
    client = as_user(cast.owner)
    save(client, service, address=SECRET)
    assert "ecret" not in told_in_events()
    save(client, service, address="3 rue Haute")
    assert "ecret" not in told_in_events()


def test_what_was_told_before_it_became_confidential_is_shown_no_more(cast, as_user, service):
    client = as_user(cast.owner)
    save(client, service, address=SECRET, conditions="Appeler.")
    event = events_about(service).get()
    save(client, service, is_address_hidden="on")
    assert "impasse" not in text(client.get(url_of("service_history", service.pk)))
    undo(client, service, event)
    service.refresh_from_db()
    assert (service.address, service.conditions) == (SECRET, "")


def test_a_new_confidential_service_is_told_by_its_name_alone(cast, as_user):
    client, url = as_user(cast.owner), url_of("add_service", cast.panier.pk)
    client.post(url, shown(client, url) | {"name": "Abri", "address": SECRET, "is_address_hidden": "on"})
    assert Service.objects.get().address == SECRET
    assert "ecret" not in told_in_events()


@pytest.mark.parametrize("is_hidden", [True, False])
def test_the_ccas_writes_without_telling_a_confidential_place(cast, as_user, service, is_hidden):
    Service.objects.filter(pk=service.pk).update(is_address_hidden=is_hidden)
    client, url = as_user(cast.ccas), reverse("admin:directory_service_change", args=[service.pk])
    sent = Fields(text(client.get(url))).forms[""] | {"latitude": "48.123456", "to_check": SECRET}
    assert client.post(url, sent).status_code == 302
    service.refresh_from_db()
    assert (service.latitude, service.to_check) == (48.123456, SECRET)
    assert ("48.123456" in told_in_events()) is not is_hidden
    assert ("ecret" in told_in_events()) is not is_hidden
    assert opened_days(service) > 10
    assert events_about(service).get().verb == "changed_in_admin"


def test_gestion_keeps_what_a_structure_wrote_meanwhile(cast, as_user, service):
    client, url = as_user(cast.ccas), reverse("admin:directory_service_change", args=[service.pk])
    sent = Fields(text(client.get(url))).forms[""]
    changed = {"description": "Le midi.", "languages": ["fr"], "welcomes_dogs": None, "fees": "payant"}
    actions.save_service(
        service=service, typed=changed, seen={name: getattr(service, name) for name in changed}, by=cast.owner
    )
    assert client.post(url, sent | {"to_check": "Le numéro ?"}).status_code == 302
    service.refresh_from_db()
    assert {name: getattr(service, name) for name in changed} == changed
    assert events_about(service).first().changes == {"to_check": ["", "Le numéro ?"]}
    before = events_about(service).count()
    assert client.post(url, Fields(text(client.get(url))).forms[""]).status_code == 302
    assert events_about(service).count() == before


# The work of the database.


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["edit_service", "service_history", "closures", "edit_structure", "add_service"])
def test_more_of_everything_asks_no_more(cast, as_user, service, name):
    client = as_user(cast.teammate)
    of_service = name in ("edit_service", "service_history")
    url = url_of(name, service.pk if of_service else cast.panier.pk)

    def add(number):
        writer = account(f"{number}@essai.test", f"Personne {number}")
        belongs(writer, cast.panier)
        save_as = {"conditions": f"{number}"}
        stored = {"conditions": Service.objects.get(pk=service.pk).conditions}
        actions.save_service(service=service, typed=save_as, seen=stored, by=writer)
        more = Service.objects.create(structure=cast.panier, name=f"Service {number}", closed_on="2026-01-01")
        Closure.objects.create(structure=cast.panier, service=more, first_day=in_days(number), reason="congés")

    add(1)
    one = queries(client, url)
    add(2)
    add(3)
    assert queries(client, url) == one


def test_every_field_that_people_change_has_its_words(cast, service):
    """No code and no name of a column reaches the history; nothing that the form writes is left out of it."""
    form = ServiceForm(structure=cast.panier, shown=values.values_of(service))
    assert {*form.PLAIN, "hours", "papers", "address", "postcode", "city"} <= set(values.LABELS)
    assert all(values.in_words(name, getattr(service, name)) for name in values.LABELS)
