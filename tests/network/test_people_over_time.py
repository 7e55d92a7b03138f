"""Who answers for a structure when its responsable has left, and who is still there."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network import registry, tasks
from lemans_solidaire.network.models import Event, Membership, RollCall, Succession
from lemans_solidaire.network.people import leaving
from lemans_solidaire.network.people.over_time import roll_call, succession
from lemans_solidaire.network.people.over_time.permissions import people_of
from lemans_solidaire.network.permissions import is_member, is_responsable
from lemans_solidaire.network.saving import AlreadyMade, NewerSave, NotPossible
from tests.at_once import together
from tests.cast import account, belongs
from tests.network.comings import days_later, mails_leave, named, proposed, third_member, years_ago
from tests.network.meetings import text_of


@pytest.fixture
def helper(cast):
    return third_member(cast)


def labels(user):
    return [item.label for item in registry.awaiting.ask(user)]


# Two members together


def test_two_members_replace_a_responsable_who_left(cast, helper):
    change = proposed(cast, by=cast.teammate)
    assert mails_leave().keys() == {helper.email}
    assert any("Confirmer que Marcel Teammate" in label for label in labels(helper))
    change = succession.confirm(succession=change, by=helper)
    told = mails_leave()
    assert told.keys() == {cast.owner.email, cast.teammate.email, helper.email}
    assert "Vous êtes toujours là" in told[cast.owner.email]
    assert any("toujours là" in label for label in labels(cast.owner))
    assert days_later(change, 13).state == "announced"
    assert is_responsable(cast.owner, cast.panier)
    assert days_later(change, 1).state == "done"
    assert is_responsable(cast.teammate, cast.panier)
    assert cast.owner.memberships.get().until < timezone.localdate()
    assert "Vous êtes maintenant responsable" in mails_leave()[cast.teammate.email]
    verbs = Event.objects.filter(structure=cast.panier).order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if "succ" in verb] == [
        "succession_proposed",
        "succession_confirmed",
        "succession_done",
    ]


def test_the_responsable_is_still_there(cast, helper, as_user):
    change = succession.confirm(succession=proposed(cast, by=cast.teammate), by=helper)
    mails_leave()
    page = as_user(cast.owner).get(change.get_absolute_url())
    assert "Je suis toujours là" in text_of(page)
    url = reverse("people:stop_succession", args=[cast.panier.pk])
    for _ in range(2):  # a double click
        as_user(cast.owner).post(url, {"change": change.pk})
    change.refresh_from_db()
    assert (change.state, change.ended_by) == ("stopped", cast.owner)
    assert "toujours là" in mails_leave()[cast.teammate.email]
    assert days_later_of_a_stopped(change).state == "stopped"
    assert is_responsable(cast.owner, cast.panier)
    assert Event.objects.filter(verb="succession_stopped").count() == 1


def days_later_of_a_stopped(change):
    return days_later(change, 30)


@pytest.mark.parametrize("who", ["teammate", "owner", "stranger", "nobody", "ccas"])
def test_nobody_else_confirms(cast, helper, who):
    """Neither the one who asks, nor the one replaced, nor anybody of elsewhere."""
    change = proposed(cast, by=cast.teammate)
    with pytest.raises(NotPossible):
        succession.confirm(succession=change, by=getattr(cast, who))
    change.refresh_from_db()
    assert change.state == "proposed"


def test_the_database_itself_refuses_one_person_alone(cast, helper):
    change = proposed(cast, by=cast.teammate)
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.filter(pk=change.pk).update(confirmed_by=cast.teammate, state="announced")
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.filter(pk=change.pk).update(state="announced", effective_on=timezone.localdate())


def test_with_one_other_member_only_the_ccas_can(cast, as_user):
    with pytest.raises(NotPossible):
        proposed(cast, by=cast.teammate)
    page = text_of(as_user(cast.teammate).get(reverse("people:succession", args=[cast.panier.pk])))
    assert "Il faut deux autres membres" in page
    assert "Nommer quelqu’un" in text_of(as_user(cast.ccas).get(reverse("people:succession", args=[cast.panier.pk])))


def test_a_closed_account_is_no_second_person(cast, helper):
    helper.is_active = False
    helper.save()
    with pytest.raises(NotPossible):
        proposed(cast, by=cast.teammate)


def test_the_form_proposes_and_gives_back_what_was_typed(cast, helper, as_user):
    url = reverse("people:succession", args=[cast.panier.pk])
    form = {"key": str(uuid.uuid4()), "person": helper.pk, "then": "", "word": "Elle a déménagé."}
    page = as_user(cast.teammate).post(url, form)
    assert page.status_code == 422
    assert "Elle a déménagé." in text_of(page)
    assert "fait encore partie" in text_of(page)
    form["then"] = "left"
    assert as_user(cast.teammate).post(url, form).status_code == 302
    assert as_user(cast.teammate).post(url, form).status_code == 302  # twice: one
    assert as_user(cast.teammate).post(url, form | {"word": "Autre"}).status_code == 409
    assert as_user(helper).post(url, form | {"key": str(uuid.uuid4())}).status_code == 409
    assert Succession.objects.get().person == helper


def test_the_same_key_with_other_words_shows_both(cast, helper):
    key = uuid.uuid4()
    proposed(cast, by=cast.teammate, key=key)
    with pytest.raises(AlreadyMade):
        proposed(cast, by=cast.teammate, person=helper, key=key)


def test_the_responsable_is_not_proposed_in_their_own_place(cast, helper, as_user):
    page = as_user(cast.teammate).get(reverse("people:succession", args=[cast.panier.pk]))
    assert cast.owner not in page.context["form"].fields["person"].queryset
    with pytest.raises(NotPossible):
        proposed(cast, by=cast.teammate, person=cast.owner)
    with pytest.raises(NotPossible):
        proposed(cast, by=cast.owner, person=helper)


def test_what_nobody_confirms_is_dropped(cast, helper):
    change = proposed(cast, by=cast.teammate)
    Succession.objects.filter(pk=change.pk).update(made_at=timezone.now() - timedelta(days=31))
    tasks.people_day_by_day(0)
    change.refresh_from_db()
    assert (change.state, change.ended_by) == ("stopped", None)


def test_nobody_is_raised_whose_account_has_closed(cast, helper):
    change = succession.confirm(succession=proposed(cast, by=cast.teammate), by=helper)
    cast.teammate.is_active = False
    cast.teammate.save()
    assert days_later(change, 14).state == "stopped"
    assert is_responsable(cast.owner, cast.panier)


def test_nobody_comes_back_as_responsable_once_removed(cast, helper):
    change = proposed(cast, by=helper)
    leaving.end_membership(membership=cast.teammate.memberships.get(), by=cast.owner)
    belongs(cast.nobody, cast.panier)
    with pytest.raises(NotPossible, match="ne fait plus partie"):
        succession.confirm(succession=change, by=cast.nobody)


def test_a_removal_during_the_notice_stops_the_change(cast, helper):
    change = succession.confirm(succession=proposed(cast, by=cast.teammate), by=helper)
    leaving.end_membership(membership=cast.teammate.memberships.get(), by=cast.owner)
    change = days_later(change, 14)
    assert (change.state, change.ended_why) == ("stopped", "La personne proposée ne fait plus partie de la structure.")
    assert not is_member(cast.teammate, cast.panier)
    assert is_responsable(cast.owner, cast.panier)


def test_a_responsable_who_left_meanwhile_is_left_alone(cast, helper):
    change = succession.confirm(succession=proposed(cast, by=cast.teammate), by=helper)
    cast.owner.memberships.update(until=timezone.localdate() - timedelta(days=0), role="member")
    assert days_later(change, 14).state == "done"
    assert cast.owner.memberships.get().role == "member"


def test_with_two_responsables_the_form_asks_which(cast, helper, as_user):
    second = account("second@essai.test", "Sonia Second")
    belongs(second, cast.panier, role="responsable")
    url = reverse("people:succession", args=[cast.panier.pk])
    form = {"key": str(uuid.uuid4()), "person": helper.pk, "then": "left", "word": ""}
    assert as_user(cast.teammate).post(url, form).status_code == 422
    former = cast.owner.memberships.get()
    assert as_user(cast.teammate).post(url, form | {"former": former.pk}).status_code == 302
    change = succession.confirm(succession=Succession.objects.get(), by=helper)
    days_later(change, 14)
    assert {one.user for one in people_of(cast.panier).responsable()} == {second, helper}


def test_two_members_at_once_make_one_proposal(fresh_database, cast):
    helper = third_member(cast)

    def propose(by):
        try:
            return proposed(cast, by=by, person=helper)
        except NotPossible:
            return None

    made = together(lambda: propose(cast.teammate), lambda: propose(helper))
    assert sum(one is not None for one in made) == 1
    assert Succession.objects.count() == 1


# The CCAS


def test_the_ccas_names_with_notice(cast, helper):
    change = named(cast)
    cast.panier.email = "bonjour@panier.test"
    cast.panier.save()
    change = succession.stop(succession=change, by=cast.ccas)
    mails_leave()
    change = named(cast)
    told = mails_leave()
    assert {cast.owner.email, "bonjour@panier.test", cast.nobody.email} <= told.keys()
    assert "Le CCAS le décide" in told[cast.owner.email]
    assert not is_member(cast.nobody, cast.panier)
    assert days_later(change, 6).state == "announced"
    assert days_later(change, 1).state == "done"
    assert is_responsable(cast.nobody, cast.panier)
    assert cast.owner.memberships.get().role == "member"


def test_at_once_for_a_reason_that_is_kept(cast):
    change = named(cast, at_once="died", then="left")
    assert (change.state, change.at_once) == ("done", "died")
    assert is_responsable(cast.nobody, cast.panier)
    assert cast.owner.email not in mails_leave()  # no mail to somebody who died


def test_another_reason_is_said(cast, as_user):
    url = reverse("people:name_responsable", args=[cast.panier.pk])
    form = {"key": str(uuid.uuid4()), "person": "NOBODY@essai.test", "status": "volunteer", "then": "left"}
    assert as_user(cast.ccas).post(url, form | {"at_once": "other", "word": ""}).status_code == 422
    assert as_user(cast.ccas).post(url, form | {"person": "personne@ailleurs.test"}).status_code == 422
    assert as_user(cast.ccas).post(url, form | {"at_once": "other", "word": "Décidé en assemblée."}).status_code == 302
    assert is_responsable(cast.nobody, cast.panier)


def test_the_responsable_answers_the_ccas_too(cast):
    change = named(cast)
    succession.stop(succession=change, by=cast.owner)
    assert days_later(change, 10).state == "stopped"


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "nobody"])
def test_nobody_else_names(cast, as_user, who):
    url = reverse("people:name_responsable", args=[cast.panier.pk])
    assert as_user(getattr(cast, who)).get(url).status_code == 404
    assert as_user(getattr(cast, who)).post(url, {}).status_code == 404


def test_another_structure_sees_nothing(cast, helper, as_user):
    change = proposed(cast, by=cast.teammate)
    for who in (cast.stranger, cast.nobody):
        assert as_user(who).get(change.get_absolute_url()).status_code == 404
        for name in ("people:stop_succession", "people:confirm_succession"):
            url = reverse(name, args=[cast.panier.pk])
            assert as_user(who).post(url, {"change": change.pk}).status_code == 404
    url = reverse("people:stop_succession", args=[cast.halte.pk])
    assert as_user(cast.stranger).post(url, {"change": change.pk}).status_code == 404
    change.refresh_from_db()
    assert change.state == "proposed"


# « Qui est encore là ? »


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        (date(2025, 2, 10), date(2025, 9, 1)),  # six months before September, or more
        (date(2025, 6, 1), date(2026, 6, 1)),  # too near to September: a year later
        (date(2025, 10, 15), date(2026, 9, 1)),
        (date(2025, 9, 1), date(2026, 9, 1)),
    ],
)
def test_when_it_is_asked(since, asked):
    assert roll_call.asked_on(since) == asked


@pytest.fixture
def asked(cast, helper):
    Membership.objects.filter(structure=cast.panier).update(since=years_ago(2))
    return cast.panier


def answers(cast, **given):
    people = [one for one in people_of(cast.panier) if one.user != cast.owner]
    told = {f"person-{one.pk}": given[one.user.email.split("@")[0]] for one in people if one.user.email[:2] != "xx"}
    return told | {"key": str(uuid.uuid4()), "seen": roll_call.mark_of_people(people)}


def test_a_responsable_says_who_is_still_there(cast, helper, asked, as_user):
    assert "Dire qui est encore là" in labels(cast.owner)
    assert "Dire qui est encore là" not in labels(cast.teammate)
    url = reverse("people:roll_call", args=[cast.panier.pk])
    page = text_of(as_user(cast.owner).get(url))
    assert "checked" not in page  # nothing is said beforehand
    form = answers(cast, teammate="here", helper="gone")
    for _ in range(2):
        assert as_user(cast.owner).post(url, form).status_code == 302
    said = RollCall.objects.get()
    assert (said.stayed, said.left) == (1, 1)
    assert helper.memberships.get().until < timezone.localdate()
    assert cast.teammate.memberships.get().until is None
    assert "Dire qui est encore là" not in labels(cast.owner)


def test_an_answer_that_misses_saves_nothing(cast, helper, asked, as_user):
    url = reverse("people:roll_call", args=[cast.panier.pk])
    form = answers(cast, teammate="here", helper="gone")
    form.pop(f"person-{cast.teammate.memberships.get().pk}")
    page = as_user(cast.owner).post(url, form)
    assert page.status_code == 422
    assert "Dites si Marcel Teammate est encore là" in text_of(page)
    assert text_of(page).count("checked") == 1
    assert helper.memberships.get().until is None


def test_a_list_that_changed_meanwhile_is_shown(cast, helper, asked, as_user):
    url = reverse("people:roll_call", args=[cast.panier.pk])
    form = answers(cast, teammate="here", helper="gone")
    belongs(cast.nobody, cast.panier)
    page = as_user(cast.owner).post(url, form)
    assert page.status_code == 422  # the new one has no answer yet
    form |= {f"person-{cast.nobody.memberships.get().pk}": "here"}
    page = as_user(cast.owner).post(url, form)
    assert page.status_code == 409
    assert "La liste a changé" in text_of(page)
    assert text_of(page).count("checked") == 3
    assert helper.memberships.get().until is None
    with pytest.raises(NewerSave):
        roll_call.answer(structure=cast.panier, left=set(), seen="", key=uuid.uuid4(), by=cast.owner)


def test_who_is_no_longer_responsable_ends_nobody(cast):
    seen = roll_call.mark_of_people([cast.teammate.memberships.get()])
    cast.owner.memberships.update(role="member")
    gone = {cast.teammate.memberships.get().pk}
    with pytest.raises(NotPossible, match="plus responsable"):
        roll_call.answer(structure=cast.panier, left=gone, seen=seen, key=uuid.uuid4(), by=cast.owner)
    assert is_member(cast.teammate, cast.panier)


def test_a_structure_without_answer_is_seen_by_the_ccas_alone(cast, asked, as_user):
    url = reverse("people:follow_up")
    page = text_of(as_user(cast.ccas).get(url))
    silent = page.split("N’ont pas dit qui est encore là")[1]
    assert "Le Panier d’essai" in silent
    assert "02 43 00 00 01" in silent
    for who in (cast.owner, cast.stranger, cast.nobody):
        assert as_user(who).get(url).status_code == 404
    roll_call.answer(structure=cast.panier, left=set(), seen=mark(cast), key=uuid.uuid4(), by=cast.owner)
    assert "Le Panier d’essai" not in text_of(as_user(cast.ccas).get(url)).split("N’ont pas dit")[1]


def test_a_structure_whose_only_account_has_closed_is_seen_by_the_ccas(cast, as_user):
    assert "La Halte d’essai" not in text_of(as_user(cast.ccas).get(reverse("people:follow_up")))
    cast.stranger.is_active = False
    cast.stranger.save()
    page = text_of(as_user(cast.ccas).get(reverse("people:follow_up")))
    assert "La Halte d’essai" in page.split("Sans personne responsable")[1].split("N’ont pas dit")[0]
    assert "Voir 1 structure à joindre" in labels(cast.ccas)


def mark(cast):
    return roll_call.mark_of_people([one for one in people_of(cast.panier) if one.user != cast.owner])


def test_who_left_opens_dossiers_no_more(cast, helper, asked):
    from consent.actions import give_right

    right = give_right(user=helper, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    left = {helper.memberships.get().pk}
    roll_call.answer(structure=cast.panier, left=left, seen=mark(cast), key=uuid.uuid4(), by=cast.owner)
    right.refresh_from_db()
    assert (right.ended_by, right.ended_at is not None) == (cast.owner, True)


def test_contacts_of_the_directory_are_gone_through(cast, asked, as_user):
    from directory.models import Service

    Service.objects.create(structure=cast.panier, name="Repas", contact_name="Madame Essai", phone="02 43 00 00 09")
    page = text_of(as_user(cast.owner).get(reverse("people:roll_call", args=[cast.panier.pk])))
    assert "Madame Essai, 02 43 00 00 09" in page


def test_the_queries_do_not_grow(cast, as_user, django_assert_max_num_queries):
    def pages():
        as_user(cast.ccas).get(reverse("people:follow_up"))
        as_user(cast.owner).get(reverse("people:roll_call", args=[cast.panier.pk]))
        as_user(cast.owner).get(reverse("people:succession", args=[cast.panier.pk]))

    Membership.objects.update(since=years_ago(2))
    with django_assert_max_num_queries(110) as first:
        pages()
    for number in range(3):
        other = type(cast.panier).objects.create(name=f"Structure {number}")
        user = account(f"autre{number}@essai.test", f"Autre {number}")
        belongs(user, other, role="responsable")
        belongs(account(f"membre{number}@essai.test", f"Membre {number}"), cast.panier)
        belongs(
            account(f"sans{number}@essai.test", f"Sans {number}"), type(other).objects.create(name=f"Sans {number}")
        )
    Membership.objects.update(since=years_ago(2))
    with django_assert_max_num_queries(len(first)):
        pages()
