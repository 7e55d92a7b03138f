"""Groups, meetings, minutes, decisions, problems: what each person may do, said once, kept as it was."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network import registry
from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.models import (
    Correction,
    Decision,
    Event,
    Group,
    Invitation,
    Meeting,
    Problem,
    PublishedMinutes,
)
from lemans_solidaire.network.saving import mark_of
from lemans_solidaire.network.tasks import forget_addresses
from tests.at_once import together
from tests.network.meetings import (
    answer_problem,
    make_decision,
    make_group,
    make_meeting,
    make_problem,
    passed,
    publish,
    say,
    settle,
    take_attendance,
    text_of,
)

ON_SCREEN = {"hour": "14:30", "length": "90", "place": "Salle des Halles", "link": ""}


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def meeting(cast, group):
    return make_meeting(cast, group)


@pytest.fixture
def held(meeting):
    return passed(meeting)


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def verbs():
    return list(Event.objects.order_by("pk").exclude(verb="campaign_opened").values_list("verb", flat=True))


class TestGroups:
    def test_the_ccas_makes_one_and_a_double_click_does_not_make_two(self, cast, as_user):
        data = {"name": "Numérique", "purpose": "Les démarches.", "animator": cast.stranger.pk, "key": uuid.uuid4()}
        client = as_user(cast.ccas)
        first, second = client.post(url("add_group"), data), client.post(url("add_group"), data)
        assert first.url == second.url == Group.objects.get().get_absolute_url()
        assert verbs() == ["group_made"]
        assert list(Group.objects.get().members.all()) == [cast.stranger]

    def test_the_same_form_with_other_words_shows_both(self, cast, as_user):
        data = {"name": "Numérique", "purpose": "Les démarches.", "animator": cast.stranger.pk, "key": uuid.uuid4()}
        client = as_user(cast.ccas)
        client.post(url("add_group"), data)
        response = client.post(url("add_group"), data | {"name": "Informatique"})
        page = text_of(response)
        assert response.status_code == 409
        assert "« Numérique »" in page
        assert 'value="Informatique"' in page
        assert str(data["key"]) not in page  # sending again makes another

    def test_anyone_of_the_network_joins_and_leaves(self, cast, group, as_user):
        client = as_user(cast.teammate)
        for _ in range(2):
            client.post(url("group_members", group.pk), {"user": cast.teammate.pk})
        assert cast.teammate in group.members.all()
        client.post(url("group_members", group.pk), {"user": cast.teammate.pk, "leaves": "1"})
        assert cast.teammate not in group.members.all()
        assert verbs()[-2:] == ["group_joined", "group_left"]

    def test_one_adds_oneself_only_unless_one_animates(self, cast, group, as_user):
        as_user(cast.stranger).post(url("group_members", group.pk), {"user": cast.teammate.pk})
        assert cast.teammate not in group.members.all()
        as_user(cast.owner).post(url("group_members", group.pk), {"user": cast.teammate.pk})
        assert cast.teammate in group.members.all()

    @pytest.mark.parametrize("who", ["", "abc", "9" * 30, "0"])
    def test_nobody_known_changes_nothing(self, cast, group, as_user, who):
        assert as_user(cast.owner).post(url("group_members", group.pk), {"user": who}).status_code == 302
        assert group.members.count() == 2

    def test_an_account_outside_the_network_is_not_added(self, cast, group, as_user):
        as_user(cast.owner).post(url("group_members", group.pk), {"user": cast.nobody.pk})
        assert cast.nobody not in group.members.all()

    def test_who_animates_stays(self, cast, group, as_user):
        as_user(cast.owner).post(url("group_members", group.pk), {"user": cast.owner.pk, "leaves": "1"})
        assert cast.owner in group.members.all()

    def test_closed_it_is_read_and_no_longer_joined(self, cast, group, as_user):
        typed = {"name": group.name, "purpose": group.purpose, "animator": group.animator_id, "is_closed": "on"}
        seen = mark_of(group, ["name", "purpose", "animator", "closed_on"])
        as_user(cast.ccas).post(url("edit_group", group.pk), typed | {"seen": seen})
        as_user(cast.teammate).post(url("group_members", group.pk), {"user": cast.teammate.pk})
        assert cast.teammate not in group.members.all()
        assert "ne se réunit plus" in text_of(as_user(cast.teammate).get(group.get_absolute_url()))
        assert as_user(cast.owner).get(f"{url('add_meeting')}?groupe={group.pk}").status_code == 404

    def test_two_people_changing_it_both_see_both(self, cast, group, as_user):
        typed = {"name": "Autre nom", "purpose": "Autre chose", "animator": cast.stranger.pk, "seen": "avant"}
        response = as_user(cast.ccas).post(url("edit_group", group.pk), typed)
        page = text_of(response)
        assert response.status_code == 409
        assert "Manger à sa faim" in page
        assert 'value="Autre nom"' in page


class TestMeetings:
    def test_the_animator_prepares_one_of_the_group(self, cast, group, as_user):
        soon = timezone.localdate() + timedelta(days=3)
        data = ON_SCREEN | {"title": "Le printemps", "day": soon.isoformat(), "key": uuid.uuid4()}
        client = as_user(cast.owner)
        address = f"{url('add_meeting')}?groupe={group.pk}"
        first, second = client.post(address, data), client.post(address, data)
        meeting = Meeting.objects.get()
        assert first.url == second.url == url("agenda", meeting.pk)
        assert meeting.group == group
        assert f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}" == f"{data['day']} 14:30"

    def test_the_whole_network_s_are_the_ccas_s(self, cast, as_user):
        assert as_user(cast.owner).get(url("add_meeting")).status_code == 404
        assert as_user(cast.ccas).get(url("add_meeting")).status_code == 200

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"place": ""}, "Dites où elle se tient"),
            ({"day": "2090-01-01"}, "Vérifiez l’année"),
            ({"day": "demain"}, "Choisissez un jour"),
            ({"hour": "tôt"}, "Écrivez l’heure"),
            ({"title": ""}, "Il manque une réponse"),
            ({"link": "javascript:alert(1)"}, "Ce lien ne se lit pas"),
        ],
    )
    def test_what_cannot_be_read_is_said_and_stays(self, cast, as_user, typed, sentence):
        soon = timezone.localdate() + timedelta(days=3)
        data = ON_SCREEN | {"title": "Un titre gardé", "day": soon.isoformat(), "key": uuid.uuid4()} | typed
        response = as_user(cast.ccas).post(url("add_meeting"), data)
        assert response.status_code == 422
        assert sentence in text_of(response)
        assert not Meeting.objects.exists()

    def test_the_agenda_proposes_what_awaits(self, cast, group, as_user):
        before = passed(make_meeting(cast, group, title="Avant"), days=30)
        make_decision(cast, before, cast.panier)
        done = make_decision(cast, before, text="Déjà faite")
        settle(cast, done)
        problem = make_problem(cast)
        meeting = make_meeting(cast, group)
        client = as_user(cast.owner)
        page = text_of(client.get(url("agenda", meeting.pk)))
        line = "Où en est\u202f: Un calendrier commun (Le Panier d’essai)"
        assert line.replace("\u202f", " ") in page
        assert str(problem) in page
        assert "Déjà faite" not in page
        data = {"agenda": "Un tour de table", "added": [line], "seen": mark_of(meeting, ["agenda"])}
        assert client.post(url("agenda", meeting.pk), data).status_code == 302
        assert Meeting.objects.get(pk=meeting.pk).agenda_items == ["Un tour de table", line]

    def test_two_people_on_the_agenda_both_see_both(self, cast, meeting, as_user):
        seen = mark_of(meeting, ["agenda"])
        client = as_user(cast.owner)
        client.post(url("agenda", meeting.pk), {"agenda": "Le mien", "seen": seen})
        response = client.post(url("agenda", meeting.pk), {"agenda": "Le sien", "seen": seen})
        page = text_of(response)
        assert response.status_code == 409
        assert "<li>Le mien</li>" in page
        assert "Le sien</textarea>" in page
        assert Meeting.objects.get(pk=meeting.pk).agenda == "Le mien"

    def test_a_decision_is_carried_to_the_next_meeting_of_its_group_alone(self, cast, group, as_user):
        make_decision(cast, passed(make_meeting(cast, group)), cast.halte)
        there, elsewhere = make_meeting(cast, group, title="Suite"), make_meeting(cast, title="De tous")
        client = as_user(cast.teammate)
        assert "Un calendrier commun" in text_of(client.get(there.get_absolute_url()))
        assert "Un calendrier commun" not in text_of(client.get(elsewhere.get_absolute_url()))

    def test_cancelled_twice_is_cancelled_once(self, cast, meeting, as_user):
        client = as_user(cast.owner)
        for because in ("Il neige", "Encore"):
            client.post(url("cancel_meeting", meeting.pk), {"because": because})
        meeting.refresh_from_db()
        assert (meeting.cancelled_because, meeting.sequence) == ("Il neige", 1)
        assert verbs().count("meeting_cancelled") == 1

    def test_one_that_has_begun_is_not_cancelled(self, cast, held, as_user):
        as_user(cast.owner).post(url("cancel_meeting", held.pk), {"because": "Trop tard"})
        assert not Meeting.objects.get(pk=held.pk).is_cancelled


class TestInvitations:
    def test_the_group_and_addresses_each_once(self, cast, meeting, as_user):
        client = as_user(cast.owner)
        typed = "Amie@exemple.test, amie@exemple.test\n stranger@essai.test"
        for _ in range(2):
            client.post(url("invitations", meeting.pk), {"emails": typed})
        invited = dict(meeting.invitations.values_list("email", "user__full_name"))
        assert invited == {
            "amie@exemple.test": None,
            "owner@essai.test": "Odile Owner",
            "stranger@essai.test": "Nadia Stranger",
        }
        assert verbs().count("meeting_invited") == 1

    def test_the_whole_network_is_everybody_in_an_open_structure(self, cast):
        cast.halte.closed_on = timezone.localdate()
        cast.halte.save()
        meeting = make_meeting(cast)
        actions.invite(meeting=meeting, emails=[], by=cast.ccas)
        assert {one.user for one in meeting.invitations.all()} == {cast.owner, cast.teammate, cast.ccas}

    @pytest.mark.parametrize("typed", ["pas une adresse", "a@b", " ".join(f"a{n}@exemple.test" for n in range(70))])
    def test_a_wrong_address_stops_everything(self, cast, meeting, as_user, typed):
        response = as_user(cast.owner).post(url("invitations", meeting.pk), {"emails": typed})
        assert response.status_code == 422
        assert typed.split()[0] in text_of(response)
        assert not Invitation.objects.exists()

    def test_the_link_answers_without_account_until_the_meeting(self, cast, meeting, client):
        invitation = invited(cast, meeting)
        address = url("answer_by_link", invitation.token)
        assert "Préparer l’hiver" in text_of(client.get(address))
        seen = actions.day_mark(meeting)
        for answer in ("yes", "yes", "no"):
            client.post(address, {"answer": answer, "seen": seen})
        invitation.refresh_from_db()
        assert invitation.answer == "no"
        assert verbs().count("invitation_answered") == 2
        assert Event.objects.filter(verb="invitation_answered", actor="link").count() == 2
        passed(meeting)
        client.post(address, {"answer": "yes"})
        invitation.refresh_from_db()
        assert invitation.answer == "no"
        assert "ne se change plus" in text_of(client.get(address))

    def test_reading_the_link_answers_nothing(self, cast, meeting, client):
        invitation = invited(cast, meeting)
        client.get(f"{url('answer_by_link', invitation.token)}?answer=yes")
        invitation.refresh_from_db()
        assert invitation.answer == ""

    def test_the_link_is_nowhere_in_the_database(self, cast, meeting):
        invitation = invited(cast, meeting)
        assert invitation.token not in str(Invitation.objects.values())
        assert invitation.token != invitation.digest

    @pytest.mark.parametrize("token", ["x", "0" * 64])
    def test_another_link_is_nothing(self, cast, meeting, client, token):
        invited(cast, meeting)
        assert client.get(url("answer_by_link", token)).status_code == 404

    def test_a_wrong_answer_is_asked_again(self, cast, meeting, client):
        invitation = invited(cast, meeting)
        response = client.post(url("answer_by_link", invitation.token), {"answer": "maybe"})
        assert response.status_code == 422
        assert "Choisissez une des trois réponses" in text_of(response)

    def test_a_typed_address_is_forgotten_a_year_after(self, cast, meeting):
        invitation = invited(cast, meeting)
        say(invitation, "yes", by=cast.owner)
        recent = invited(cast, passed(make_meeting(cast), days=-3), "autre@exemple.test")
        passed(meeting, days=400)
        for _ in range(2):
            forget_addresses(timestamp=0)
        invitation.refresh_from_db()
        recent.refresh_from_db()
        assert (invitation.name, invitation.answer) == ("Une personne sans compte", "yes")
        assert "amie" not in str(Invitation.objects.values())
        assert recent.email == "autre@exemple.test"
        assert not meeting.invitations.filter(email="owner@essai.test").exists()
        assert meeting.invitations.get(user=cast.owner).name == "Odile Owner"

    def test_another_day_asks_again(self, cast, meeting):
        invitation = invited(cast, meeting)
        say(invitation, "yes", by=cast.owner)
        typed = {"starts_at": meeting.starts_at + timedelta(days=1)}
        actions.edit_meeting(meeting=meeting, typed=typed, seen=mark_of(meeting, typed), by=cast.owner)
        invitation.refresh_from_db()
        assert invitation.answer == ""

    def test_another_place_keeps_the_answers(self, cast, meeting):
        invitation = invited(cast, meeting)
        say(invitation, "yes", by=cast.owner)
        typed = {"place": "Ailleurs"}
        actions.edit_meeting(meeting=meeting, typed=typed, seen=mark_of(meeting, typed), by=cast.owner)
        invitation.refresh_from_db()
        assert invitation.answer == "yes"

    def test_addresses_are_read_by_who_runs_the_meeting_alone(self, cast, meeting, as_user):
        actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
        assert "amie@exemple.test" in text_of(as_user(cast.owner).get(url("invitations", meeting.pk)))
        assert as_user(cast.teammate).get(url("invitations", meeting.pk)).status_code == 404
        assert "amie@" not in text_of(as_user(cast.teammate).get(meeting.get_absolute_url()))


def invited(cast, meeting, email="amie@exemple.test"):
    """As once its mail has left."""
    actions.invite(meeting=meeting, emails=[email], by=cast.owner)
    invitation = meeting.invitations.get(email=email)
    invitation.digest = Invitation.digest_of(invitation.token)
    invitation.save()
    return invitation


class TestMinutes:
    def test_written_published_then_never_changed(self, cast, held, as_user):
        client = as_user(cast.owner)
        seen = mark_of(held, ["minutes"])
        client.post(url("minutes", held.pk), {"minutes": "Chacun a dit\r\nses jours.", "seen": seen})
        assert "Chacun a dit" not in text_of(as_user(cast.teammate).get(held.get_absolute_url()))
        held.refresh_from_db()
        client = as_user(cast.owner)
        for _ in range(2):
            client.post(url("publish_minutes", held.pk), {"seen": mark_of(held, ["minutes"])})
        assert PublishedMinutes.objects.get().text == "Chacun a dit\nses jours."
        response = client.post(url("minutes", held.pk), {"minutes": "Autre chose", "seen": mark_of(held, ["minutes"])})
        assert response.status_code == 422
        assert "Autre chose" in text_of(response)
        assert "Chacun a dit" in text_of(as_user(cast.teammate).get(held.get_absolute_url()))
        assert verbs().count("minutes_published") == 1

    def test_two_people_writing_both_see_both(self, cast, held, as_user):
        client = as_user(cast.owner)
        seen = mark_of(held, ["minutes"])
        client.post(url("minutes", held.pk), {"minutes": "Le premier", "seen": seen})
        response = client.post(url("minutes", held.pk), {"minutes": "Le second", "seen": seen})
        page = text_of(response)
        assert response.status_code == 409
        assert "<p>Le premier</p>" in page
        assert "Le second</textarea>" in page
        assert "Publier" not in page

    def test_what_is_published_is_what_was_read(self, cast, held, as_user):
        seen = mark_of(held, ["minutes"])
        actions.save_minutes(meeting=held, text="Plus récent", seen=seen, by=cast.ccas)
        as_user(cast.owner).post(url("publish_minutes", held.pk), {"seen": seen})
        assert not PublishedMinutes.objects.exists()

    def test_nothing_empty_is_published(self, cast, held, as_user):
        as_user(cast.owner).post(url("publish_minutes", held.pk), {"seen": mark_of(held, ["minutes"])})
        assert not PublishedMinutes.objects.exists()

    def test_a_correction_is_dated_and_added_once(self, cast, held, as_user):
        publish(cast, held)
        data = {"text": "Le mardi, non le jeudi.", "key": uuid.uuid4()}
        client = as_user(cast.owner)
        for _ in range(2):
            client.post(url("correct_minutes", held.pk), data)
        assert Correction.objects.get().text == data["text"]
        page = text_of(as_user(cast.teammate).get(held.get_absolute_url()))
        assert "Correction du" in page
        assert "Chacun a dit ses jours." in page
        response = as_user(cast.owner).post(url("correct_minutes", held.pk), data | {"text": "Autre mot"})
        assert response.status_code == 409
        assert "Autre mot" in text_of(response)

    @pytest.mark.parametrize("table", ["network_publishedminutes", "network_correction"])
    def test_the_database_refuses_to_change_them(self, cast, held, table):
        published = publish(cast, held)
        actions.correct_minutes(minutes=published, text="Mardi", key=uuid.uuid4(), by=cast.owner)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET text = 'autre'")

    def test_attendance_is_taken_and_shown_without_addresses(self, cast, meeting, as_user):
        actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
        held = passed(meeting)
        client = as_user(cast.owner)
        page = client.get(url("attendance", held.pk)).context
        present = [one.pk for one in held.invitations.exclude(email="stranger@essai.test")]
        data = {"present": present, "also_present": "Une voisine", "seen": page["seen"]}
        assert client.post(url("attendance", held.pk), data).status_code == 302
        shown = text_of(as_user(cast.teammate).get(held.get_absolute_url()))
        assert "<li>Odile Owner</li>" in " ".join(shown.split()).replace("<li> ", "<li>").replace(" </li>", "</li>")
        assert "Une voisine" in shown
        assert "Nadia Stranger" not in shown
        assert "amie@" not in shown

    def test_two_people_taking_it_both_see_both(self, cast, meeting, as_user):
        actions.invite(meeting=meeting, emails=[], by=cast.owner)
        held = passed(meeting)
        client = as_user(cast.owner)
        seen = client.get(url("attendance", held.pk)).context["seen"]
        take_attendance(cast, held, [held.invitations.first()], "Une voisine")
        response = client.post(url("attendance", held.pk), {"also_present": "Un voisin", "seen": seen})
        page = text_of(response)
        assert response.status_code == 409
        assert "Une voisine" in page
        assert "Un voisin</textarea>" in page


class TestDecisions:
    def typed(self, **typed):
        day = (timezone.localdate() + timedelta(days=9)).isoformat()
        return {"text": "Un calendrier", "owner": "Le groupe", "due_on": day, "key": uuid.uuid4()} | typed

    def settled(self, decision, **typed):
        shown = {"state": decision.state, "word": decision.word, "due_on": decision.due_on}
        return shown | typed | {"seen": mark_of(decision, shown)}

    def test_taken_once_with_one_owner(self, cast, held, as_user):
        client, data = as_user(cast.owner), self.typed()
        for _ in range(2):
            client.post(url("add_decision", held.pk), data)
        assert Decision.objects.get().owned_by == "Le groupe"
        both = self.typed(structure=cast.panier.pk)
        none = self.typed(owner="")
        for wrong in (both, none):
            response = client.post(url("add_decision", held.pk), wrong)
            assert response.status_code == 422
            assert "l’un ou l’autre" in text_of(response)
        assert Decision.objects.count() == 1

    def test_its_structure_says_that_it_is_done(self, cast, held, as_user):
        decision = make_decision(cast, held, cast.halte)
        assert as_user(cast.teammate).get(url("settle_decision", decision.pk)).status_code == 404
        client = as_user(cast.stranger)
        data = self.settled(decision, state="done", word="En mars")
        assert client.post(url("settle_decision", decision.pk), data | {"word": ""}).status_code == 422
        for _ in range(2):
            client.post(url("settle_decision", decision.pk), data)
        decision.refresh_from_db()
        assert (decision.state, decision.word, decision.settled_by) == ("done", "En mars", cast.stranger)
        assert verbs().count("decision_settled") == 1

    def test_said_otherwise_meanwhile_shows_both(self, cast, held, as_user):
        decision = make_decision(cast, held, cast.halte)
        late = self.settled(decision, state="abandoned", word="Faute de bras")
        settle(cast, decision, word="En mars")
        response = as_user(cast.stranger).post(url("settle_decision", decision.pk), late)
        page = text_of(response)
        assert response.status_code == 409
        assert "En mars" in page
        assert "Faute de bras</textarea>" in page

    def test_one_comes_back_on_it_and_it_is_open_again(self, cast, held, as_user):
        decision = settle(cast, make_decision(cast, held, cast.halte))
        later = (timezone.localdate() + timedelta(days=60)).isoformat()
        data = self.settled(decision, state="open", word="", due_on=later)
        assert "Revenir dessus" in text_of(as_user(cast.stranger).get(held.get_absolute_url()))
        as_user(cast.stranger).post(url("settle_decision", decision.pk), data)
        decision.refresh_from_db()
        assert (decision.state, decision.settled_by, str(decision.due_on)) == ("open", None, later)
        last = Event.objects.filter(verb="decision_settled").order_by("pk").last()
        assert last.changes["state"] == ["done", "open"]

    def test_nothing_is_decided_before_the_meeting(self, cast, meeting, as_user):
        response = as_user(cast.owner).post(url("add_decision", meeting.pk), self.typed())
        assert response.status_code == 422
        assert not Decision.objects.exists()


class TestProblems:
    def test_told_once_by_a_member_and_shared(self, cast, as_user):
        data = {"theme": "mobilite", "publics": "des étudiants", "text": "Le bus", "structure": cast.panier.pk}
        data["key"] = uuid.uuid4()
        client = as_user(cast.teammate)
        for _ in range(2):
            client.post(url("add_problem"), data)
        problem = Problem.objects.get()
        client = as_user(cast.stranger)
        for _ in range(2):
            client.post(url("meet_too", problem.pk), {"structure": cast.halte.pk})
        assert [str(one) for one in problem.structures.order_by("name")] == ["La Halte d’essai", "Le Panier d’essai"]
        client.post(url("meet_too", problem.pk), {"structure": cast.halte.pk, "no_more": "1"})
        assert problem.structures.count() == 1
        assert verbs() == ["problem_told", "problem_met", "problem_met_no_more"]

    def test_the_field_says_to_name_nobody(self, cast, as_user):
        assert "jamais une personne" in text_of(as_user(cast.owner).get(url("add_problem")))

    def test_one_speaks_for_one_s_own_structure(self, cast, as_user):
        data = {"theme": "mobilite", "publics": "x", "text": "y", "structure": cast.halte.pk, "key": uuid.uuid4()}
        assert as_user(cast.teammate).post(url("add_problem"), data).status_code == 422
        problem = make_problem(cast)
        as_user(cast.teammate).post(url("meet_too", problem.pk), {"structure": cast.halte.pk})
        assert not problem.structures.filter(pk=cast.halte.pk).exists()

    def test_followed_until_answered(self, cast, as_user):
        problem = make_problem(cast)
        client = as_user(cast.ccas)
        seen = mark_of(problem, ["state", "answer", "answered_on"])
        client.post(url("follow_problem", problem.pk), {"state": "studied", "answer": "On demande.", "seen": seen})
        problem.refresh_from_db()
        assert problem.state == "studied"
        seen = mark_of(problem, ["state", "answer", "answered_on"])
        empty = client.post(url("follow_problem", problem.pk), {"state": "answered", "answer": "", "seen": seen})
        assert empty.status_code == 422
        client.post(url("follow_problem", problem.pk), {"state": "answered", "answer": "Oui.", "seen": seen})
        problem.refresh_from_db()
        assert (problem.state, problem.answered_on) == ("answered", timezone.localdate())
        late = client.post(url("follow_problem", problem.pk), {"state": "asked", "answer": "Non.", "seen": seen})
        assert late.status_code == 409
        assert "Oui." in text_of(late)
        assert "Non." in text_of(late)

    def test_the_animator_follows_those_told_at_the_group_s_meetings(self, cast, held, as_user):
        there, elsewhere = make_problem(cast, held), make_problem(cast, text="Ailleurs")
        client = as_user(cast.owner)
        assert client.get(url("follow_problem", there.pk)).status_code == 200
        assert client.get(url("follow_problem", elsewhere.pk)).status_code == 404

    def test_the_list_is_narrowed(self, cast, as_user):
        answer_problem(cast, make_problem(cast, text="Réglée"))
        make_problem(cast, text="En attente")
        client = as_user(cast.stranger)
        page = text_of(client.get(f"{url('problems')}?etat=answered&theme=mobilite"))
        assert "Réglée" in page
        assert "En attente" not in page
        assert "Aucune difficulté ne correspond" in text_of(client.get(f"{url('problems')}?theme=sante"))


class TestWhatAwaits:
    def labels(self, user):
        return {item.label.split(" ")[0] for item in registry.awaiting.ask(user) if "/rencontres/" in item.url}

    def test_an_invitation_until_it_is_answered(self, cast, meeting):
        actions.invite(meeting=meeting, emails=["nobody@essai.test"], by=cast.owner)
        assert self.labels(cast.stranger) == {"Dire"}
        assert self.labels(cast.nobody) == set()
        say(meeting.invitations.get(user=cast.stranger), "no", by=cast.stranger)
        assert self.labels(cast.stranger) == set()

    def test_a_decision_due_for_its_structure(self, cast, held):
        publish(cast, held)
        make_decision(cast, held, cast.halte)
        make_decision(cast, held, cast.panier, days=90)
        assert self.labels(cast.stranger) == {"Une"}
        assert self.labels(cast.teammate) == set()

    def test_minutes_to_write_for_who_animates(self, cast, held):
        assert self.labels(cast.owner) == {"Écrire"}
        assert self.labels(cast.ccas) == set()
        passed(make_meeting(cast))
        assert self.labels(cast.ccas) == {"Écrire"}
        publish(cast, held)
        assert self.labels(cast.owner) == set()

    def test_their_space_offers_the_meetings(self, cast):
        told = [place.label for place in registry.places.ask(cast.stranger)]
        assert "Les rencontres du réseau" in told
        assert "Les rencontres du réseau" not in [place.label for place in registry.places.ask(cast.nobody)]


class TestSummary:
    def chapter(self, edition, year=None):
        year = year or timezone.localdate().year
        return [one for one in registry.chapters.ask(year) if one.title == "Les rencontres" and one.is_told_in(edition)]

    def test_the_year_is_told_and_words_are_the_network_s(self, cast, group):
        held = passed(make_meeting(cast, group), days=0)
        passed(make_meeting(cast), days=0)
        cancelled = make_meeting(cast, group)
        actions.cancel_meeting(meeting=cancelled, because="", by=cast.ccas)
        decision = make_decision(cast, held)
        make_decision(cast, held, text="Une autre")
        settle(cast, decision, word="Oui")
        answer_problem(cast, make_problem(cast, held))
        make_problem(cast, text="Sans réponse encore")
        [public], [network] = self.chapter("public"), self.chapter("network")
        assert public.paragraphs == [
            "Le réseau s’est réuni 2 fois, dans 1 groupe de travail.",
            "2 difficultés nouvelles posées\u202f; 1 a reçu une réponse.",
            "2 décisions prises, dont 1 faite.",
        ]
        assert public.rows == []
        assert network.paragraphs == public.paragraphs
        today = timezone.localdate()
        assert network.rows == [
            [
                "Se déplacer\u202f: Le dernier bus passe avant la fermeture.",
                "1",
                f"Répondue le {today:%d/%m/%Y}\u202f: Ouvrir plus tôt le mardi.",
            ],
            ["Se déplacer\u202f: Sans réponse encore", "1", "Posée"],
        ]

    def test_a_year_without_anything_has_no_chapter(self, cast):
        assert self.chapter("network", 2019) == []


@pytest.mark.parametrize(
    "name", ["meetings", "past_meetings", "groups", "problems", "group", "meeting", "problem", "invitations", "agenda"]
)
def test_the_queries_do_not_grow(cast, as_user, name, django_assert_max_num_queries):
    """The same with one of each thing and with three."""
    group = make_group(cast)
    held, coming = passed(make_meeting(cast, group)), make_meeting(cast, group)
    problem = make_problem(cast, held)
    of = {"group": group, "meeting": held, "problem": problem, "invitations": coming, "agenda": coming}
    address = url(name, of[name].pk) if name in of else url(name)
    fill(cast, group, held, coming, "un")
    publish(cast, held)
    client = as_user(cast.owner)
    client.get(address)
    with django_assert_max_num_queries(40) as first:
        client.get(address)
    for word in ("deux", "trois"):
        fill(cast, make_group(cast, name=word), held, coming, word)
        passed(make_meeting(cast, group, title=word))
        make_meeting(cast, group, title=f"{word} à venir")
    with django_assert_max_num_queries(len(first)) as second:
        assert client.get(address).status_code == 200
    assert len(second) == len(first)


def fill(cast, group, held, coming, word):
    make_decision(cast, held, cast.halte, text=f"Décision {word}")
    make_problem(cast, held, text=f"Difficulté {word}")
    actions.invite(meeting=coming, emails=[f"{word}@exemple.test"], by=cast.owner)
    Invitation.objects.create(meeting=held, email=f"{word}@exemple.test", is_present=True)


def test_long_lists_come_in_pages(cast, as_user):
    for number in range(35):
        make_problem(cast, text=f"Difficulté {number}")
    client = as_user(cast.owner)
    page = text_of(client.get(f"{url('problems')}?theme=mobilite"))
    assert "Page 1 sur 2" in page
    assert "theme=mobilite&amp;page=2" in page
    assert "Difficulté 0" not in page
    assert "Difficulté 0" in text_of(client.get(f"{url('problems')}?page=2"))
    assert client.get(f"{url('problems')}?page=abc").status_code == 200


@pytest.mark.parametrize("name", ["meetings", "past_meetings", "groups", "problems"])
def test_nothing_yet_says_what_to_do(cast, as_user, name):
    for user in (cast.teammate, cast.ccas):
        assert 'class="empty"' in as_user(user).get(url(name)).content.decode()


def test_an_account_outside_sees_nothing_of_the_network(cast, meeting, as_user):
    page = text_of(as_user(cast.nobody).get(url("meetings")))
    assert "n’est lié à aucune structure" in page
    assert "Préparer l’hiver" not in page


def test_at_the_same_moment_two_clicks_make_one(fresh_database, cast):
    group, key = make_group(cast), uuid.uuid4()
    meeting, held = make_meeting(cast, group), passed(make_meeting(cast, group))
    typed = {"text": "Une fois", "structure": None, "owner": "Le groupe", "due_on": timezone.localdate()}

    def decide():
        return actions.add_decision(meeting=held, typed=typed, key=key, by=cast.owner).pk

    def invite():
        return actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)

    assert len(set(together(decide, decide))) == 1
    assert sorted(together(invite, invite)) == [0, 3]
    assert verbs().count("decision_taken") == 1
    assert Invitation.objects.count() == 3


def test_at_the_same_moment_one_of_two_texts_is_kept_and_told(fresh_database, cast):
    held = passed(make_meeting(cast, make_group(cast)))
    seen = mark_of(held, ["minutes"])

    def write(text):
        try:
            return actions.save_minutes(meeting=held, text=text, seen=seen, by=cast.owner).minutes
        except actions.NewerSave as newer:
            return f"conflit avec {newer.now.minutes}"

    outcomes = together(lambda: write("Le mien"), lambda: write("Le sien"))
    kept = Meeting.objects.get().minutes
    assert sorted(outcomes) == sorted([kept, f"conflit avec {kept}"])
