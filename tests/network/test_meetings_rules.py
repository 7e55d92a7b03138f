"""What the rules of meetings and problems hold against: late changes, those who have left, names that should not be."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Campaign
from lemans_solidaire.network import registry
from lemans_solidaire.network.meetings import actions
from lemans_solidaire.network.meetings.forms import MeetingForm
from lemans_solidaire.network.meetings.naming import told_of_somebody
from lemans_solidaire.network.models import Decision, Event, Meeting, Problem
from lemans_solidaire.network.saving import mark_of
from tests.indicators.publishing import fake_files, published, reviewed_network, write_text
from tests.network.meetings import (
    answer_problem,
    make_decision,
    make_group,
    make_meeting,
    make_problem,
    passed,
    publish,
    text_of,
)
from tests.network.test_invitations import leaves_the_network


@pytest.fixture
def group(cast):
    return make_group(cast)


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def edit(cast, meeting, **typed):
    typed = {name: getattr(meeting, name) for name in MeetingForm.FIELDS} | typed
    return actions.edit_meeting(meeting=meeting, typed=typed, seen=mark_of(meeting, typed), by=cast.owner)


class TestLateChanges:
    def test_one_that_was_held_does_not_come_back(self, cast, group):
        held = passed(make_meeting(cast, group))
        with pytest.raises(actions.NotPossible, match="préparez-en une autre"):
            edit(cast, held, starts_at=timezone.now() + timedelta(days=3))
        assert edit(cast, held, place="Ailleurs").sequence == 0  # nobody is told of what is over

    def test_people_are_not_invited_to_the_past(self, cast, group, as_user):
        meeting = make_meeting(cast, group)
        actions.invite(meeting=meeting, emails=[], by=cast.owner)
        day = (timezone.localdate() - timedelta(days=1)).isoformat()
        typed = {"title": meeting.title, "day": day, "hour": "14:30", "length": 90, "place": "Ici"}
        seen = mark_of(meeting, MeetingForm.FIELDS)
        response = as_user(cast.owner).post(url("edit_meeting", meeting.pk), typed | {"seen": seen})
        assert response.status_code == 422
        assert "déjà passé" in text_of(response)
        assert 'value="Ici"' in text_of(response)
        assert Meeting.objects.get().starts_at == meeting.starts_at

    def test_once_published_its_day_and_agenda_stay(self, cast, group):
        held = passed(make_meeting(cast, group))
        publish(cast, held)
        held = Meeting.objects.get()
        with pytest.raises(actions.NotPossible):
            edit(cast, held, title="Autre titre")
        with pytest.raises(actions.NotPossible):
            actions.save_agenda(meeting=held, agenda="Autre", seen=mark_of(held, ["agenda"]), by=cast.owner)

    def test_nothing_is_said_to_have_left_when_nobody_is_invited(self, cast, group, as_user):
        meeting = make_meeting(cast, group)
        response = as_user(cast.owner).post(url("cancel_meeting", meeting.pk), {"because": ""}, follow=True)
        assert "Aucun courriel ne part" in text_of(response)

    def test_a_group_that_is_about_to_meet_is_not_closed(self, cast, group, as_user):
        make_meeting(cast, group)
        typed = {"name": group.name, "purpose": group.purpose, "animator": group.animator_id, "is_closed": "on"}
        seen = mark_of(group, ["name", "purpose", "animator", "closed_on"])
        response = as_user(cast.ccas).post(url("edit_group", group.pk), typed | {"seen": seen})
        assert response.status_code == 422
        assert "Annulez-la avant" in text_of(response)

    def test_an_agenda_that_grows_too_long_is_said(self, cast, group, as_user):
        meeting = make_meeting(cast, group)
        typed = {"agenda": "x" * 4990, "added": ["Un point de plus"], "seen": mark_of(meeting, ["agenda"])}
        response = as_user(cast.owner).post(url("agenda", meeting.pk), typed)
        assert response.status_code == 422
        assert "raccourcissez" in text_of(response)

    def test_a_line_no_longer_proposed_is_still_taken(self, cast, group, as_user):
        before = passed(make_meeting(cast, group))
        decision = make_decision(cast, before)
        meeting = make_meeting(cast, group)
        line = f"Où en est\u202f: {decision} (Le groupe)"
        Decision.objects.filter(pk=decision.pk).update(text="Dit autrement")
        typed = {"agenda": "", "added": [line], "seen": mark_of(meeting, ["agenda"])}
        as_user(cast.owner).post(url("agenda", meeting.pk), typed)
        assert Meeting.objects.get(pk=meeting.pk).agenda == line

    def test_what_is_pasted_unseen_does_not_stay(self, cast, as_user):
        soon = (timezone.localdate() + timedelta(days=3)).isoformat()
        typed = {"day": soon, "hour": "14:30", "length": "90", "place": "Salle\x0bbleue", "key": uuid.uuid4()}
        as_user(cast.ccas).post(url("add_meeting"), typed | {"title": "Été\u2028comme\x1b hiver 👩‍👩‍👧 اجتماع"})
        meeting = Meeting.objects.get()
        assert (meeting.title, meeting.place) == ("Été comme  hiver 👩‍👩‍👧 اجتماع", "Salle bleue")
        refused = as_user(cast.ccas).post(url("add_meeting"), typed | {"title": "a\x00b", "key": uuid.uuid4()})
        assert refused.status_code == 400


class TestWhoHasLeft:
    def test_an_animator_who_left_runs_nothing_and_the_ccas_is_told(self, cast, group, as_user):
        held = passed(make_meeting(cast, group))
        leaves_the_network(cast.owner)
        assert as_user(cast.owner).get(url("minutes", held.pk)).status_code == 404
        asked = {item.url for item in registry.awaiting.ask(cast.ccas)}
        assert {url("minutes", held.pk), url("edit_group", group.pk)} <= asked
        assert "Odile Owner" not in text_of(as_user(cast.stranger).get(group.get_absolute_url()))

    def test_the_minutes_of_a_closed_group_are_the_ccas_s(self, cast, group):
        held = passed(make_meeting(cast, group))
        seen = mark_of(group, ["name", "purpose", "animator", "closed_on"])
        typed = {"name": group.name, "purpose": group.purpose, "animator": group.animator}
        actions.edit_group(group=group, typed=typed, is_closed=True, seen=seen, by=cast.ccas)
        assert url("minutes", held.pk) in {item.url for item in registry.awaiting.ask(cast.ccas)}
        assert url("minutes", held.pk) not in {item.url for item in registry.awaiting.ask(cast.owner)}

    def test_a_group_is_closed_even_if_its_animator_has_left(self, cast, group, as_user):
        leaves_the_network(cast.owner)
        typed = {"name": group.name, "purpose": group.purpose, "animator": cast.owner.pk, "is_closed": "on"}
        seen = mark_of(group, ["name", "purpose", "animator", "closed_on"])
        assert as_user(cast.ccas).post(url("edit_group", group.pk), typed | {"seen": seen}).status_code == 302


class TestNoNames:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Mme Durand attend depuis mars.", ["un nom\u202f: Mme Durand"]),
            ("Monsieur Öz, M. Li", ["un nom\u202f: Monsieur Öz,", "un nom\u202f: M. Li"]),
            ("Au 06 12 34 56 78", ["un numéro de téléphone\u202f: 06 12 34 56 78"]),
            ("zoe@exemple.test", ["une adresse électronique\u202f: zoe@exemple.test"]),
            ("1 85 05 78 006 084 36", ["un long numéro\u202f: 1 85 05 78 006 084 36"]),
            ("M. le maire ; 72 000 familles en 2025-2026", []),
            ("Des mères seules, à l’Hôtel de la Gare", []),
        ],
    )
    def test_what_may_tell_of_somebody(self, text, found):
        assert told_of_somebody(text) == found

    def test_it_is_shown_once_more_then_taken_as_it_is(self, cast, as_user):
        data = {"theme": "mobilite", "publics": "des étudiants", "text": "Mme Durand attend.", "key": uuid.uuid4()}
        data["structure"] = cast.panier.pk
        client = as_user(cast.owner)
        response = client.post(url("add_problem"), data)
        page = text_of(response)
        assert response.status_code == 422
        assert "un nom : Mme Durand" in page
        assert "Mme Durand attend.</textarea>" in page
        mark = response.context["form"].words_mark
        assert client.post(url("add_problem"), data | {"text": "M. Li", "read_again": mark}).status_code == 422
        assert client.post(url("add_problem"), data | {"read_again": mark}).status_code == 302

    def test_a_name_that_slipped_in_is_taken_away_for_good(self, cast, as_user):
        problem = make_problem(cast, text="Zoé dort dehors.")
        typed = {"theme": "logement", "publics": "des jeunes", "text": "Des jeunes dorment dehors."}
        typed["seen"] = mark_of(problem, ["theme", "publics", "text"])
        assert as_user(cast.stranger).get(url("edit_problem", problem.pk)).status_code == 404
        client = as_user(cast.owner)
        client.post(url("edit_problem", problem.pk), typed)
        problem.refresh_from_db()
        assert problem.text == "Des jeunes dorment dehors."
        assert "Zoé" not in str(list(Event.objects.values()))
        late = client.post(url("edit_problem", problem.pk), typed | {"text": "Autrement"})
        assert late.status_code == 409
        assert "Des jeunes dorment dehors." in text_of(late)
        assert "Autrement</textarea>" in text_of(late)


class TestProblems:
    def test_who_follows_it_says_which_structures_met_it(self, cast, as_user):
        problem = make_problem(cast)
        for user in (cast.teammate, cast.ccas):
            as_user(user).post(url("meet_too", problem.pk), {"structure": cast.halte.pk})
            assert problem.structures.filter(pk=cast.halte.pk).exists() == (user == cast.ccas)

    def test_those_without_answer_await_the_ccas_and_the_animator(self, cast, group, as_user):
        make_problem(cast, passed(make_meeting(cast, group)), text="Dite au groupe")
        make_problem(cast, text="Dite entre deux")
        answer_problem(cast, make_problem(cast, text="Déjà répondue"))

        def asked(user):
            return [item.label for item in registry.awaiting.ask(user) if "/difficultes/" in item.url]

        assert asked(cast.ccas) == ["2 difficultés attendent une réponse"]
        assert asked(cast.owner) == ["1 difficulté attend une réponse"]
        assert asked(cast.stranger) == []
        page = text_of(as_user(cast.ccas).get(f"{url('problems')}?etat={Problem.UNANSWERED}"))
        assert "Dite au groupe" in page
        assert "Déjà répondue" not in page

    def test_it_was_not_told_at_a_meeting_that_is_still_to_come(self, cast, group, as_user):
        meeting = make_meeting(cast, group)
        data = {"theme": "mobilite", "publics": "x", "text": "y", "structure": cast.panier.pk, "key": uuid.uuid4()}
        as_user(cast.owner).post(f"{url('add_problem')}?rencontre={meeting.pk}", data)
        assert Problem.objects.get().meeting is None

    def test_one_of_another_year_is_in_the_summary_of_its_answer(self, cast):
        year = timezone.localdate().year
        problem = make_problem(cast)
        Problem.objects.update(made_at=timezone.now().replace(year=year - 1, day=1))
        answer_problem(cast, Problem.objects.get(pk=problem.pk))
        [chapter] = [
            one for one in registry.chapters.ask(year) if one.title == "Les rencontres" and one.is_told_in("network")
        ]
        assert chapter.paragraphs == ["1 a reçu une réponse, posée une autre année."]
        assert "Ouvrir plus tôt" in chapter.rows[0][2]


def test_the_whole_network_s_agenda_proposes_the_campaign_and_the_summary(cast, group, as_user):
    today = timezone.localdate()
    Campaign.objects.update(
        opens_on=today - timedelta(days=9), due_on=today + timedelta(days=9), closes_on=today + timedelta(days=20)
    )
    [line] = registry.agenda.ask(None)
    assert line.startswith("Fiches d’indicateurs 2025\u202f: réponses attendues le ")
    assert registry.agenda.ask(group) == []
    meeting = make_meeting(cast)
    assert line in as_user(cast.ccas).get(url("agenda", meeting.pk)).content.decode()


def test_a_summary_just_published_is_to_be_spoken_of(cast, monkeypatch):
    fake_files(monkeypatch)
    reviewed_network(cast, passages=120, personnes=100)
    write_text(cast)
    published(cast)
    assert "Synthèse 2025\u202f: ce que le réseau en retient" in registry.agenda.ask(None)
