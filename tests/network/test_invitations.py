"""Invitations once they have left: taken back, of somebody who has gone, answered for another day, and their mail."""

from datetime import timedelta

import icalendar
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from lemans_solidaire.network.meetings import actions, calendar
from lemans_solidaire.network.models import Event, Invitation, Meeting, User
from lemans_solidaire.network.saving import mark_of
from lemans_solidaire.network.tasks import send_invitation
from tests.network.calendars import plain, read, read_by_another
from tests.network.meetings import make_group, make_meeting, passed, say, text_of
from tests.smtp import words_of


@pytest.fixture
def meeting(cast):
    """The group's members and a friend without account are invited, their mails have left."""
    meeting = make_meeting(cast, make_group(cast))
    actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
    mails_leave(meeting)
    return meeting


def mails_leave(meeting):
    """What the worker would do: {address: message}."""
    mail.outbox = []
    for invitation in meeting.invitations.all():
        send_invitation(invitation_id=invitation.pk)
    return {message.to[0]: message for message in mail.outbox}


def url(name, *args):
    return reverse(f"network:{name}", args=args)


def leaves_the_network(user):
    day = timezone.localdate()
    user.memberships.update(since=day - timedelta(days=9), until=day - timedelta(days=1))


class TestTakenBack:
    def test_the_link_leads_nowhere_the_calendar_is_told_and_the_address_goes(self, cast, meeting, as_user):
        invitation = meeting.invitations.get(email="amie@exemple.test")
        link, client = url("answer_by_link", invitation.token), as_user(cast.owner)
        for _ in range(2):
            client.post(url("withdraw_invitation", meeting.pk), {"invitation": invitation.pk})
        assert client.get(link).status_code == 404
        assert client.post(link, {"answer": "yes", "seen": actions.day_mark(meeting)}).status_code == 404
        [message] = mails_leave(meeting).values()
        assert message.to == ["amie@exemple.test"]
        assert message.subject == "Invitation retirée\u202f: Préparer l’hiver"
        assert link not in message.body
        whole = read(message.attachments[0].content)
        assert whole.value("METHOD") == "CANCEL"
        assert whole.component("VEVENT").value("UID") == meeting.uid
        assert not Invitation.objects.filter(email__startswith="amie").exists()
        assert not Meeting.objects.get().is_cancelled
        assert Event.objects.filter(verb="invitation_withdrawn").count() == 1
        assert "amie@" not in str(list(Event.objects.values()))

    def test_refused_by_the_server_the_address_goes_all_the_same(self, cast, meeting, as_user, smtp):
        invitation = meeting.invitations.get(email="amie@exemple.test")
        as_user(cast.owner).post(url("withdraw_invitation", meeting.pk), {"invitation": invitation.pk})
        smtp.refuse("amie@exemple.test")
        send_invitation(invitation_id=invitation.pk)
        assert not Invitation.objects.filter(pk=invitation.pk).exists()

    def test_one_of_another_meeting_is_not_touched(self, cast, meeting, as_user):
        other = make_meeting(cast, make_group(cast, name="Numérique", animator=cast.stranger))
        actions.invite(meeting=other, emails=["voisine@exemple.test"], by=cast.stranger)
        forged = other.invitations.get(email="voisine@exemple.test")
        for number in (forged.pk, "", "9" * 30, "abc"):
            as_user(cast.owner).post(url("withdraw_invitation", meeting.pk), {"invitation": number})
        assert Invitation.objects.get(pk=forged.pk).withdrawn_at is None

    def test_nobody_waits_for_an_answer_any_more(self, cast, meeting, as_user):
        own = meeting.invitations.get(user=cast.stranger)
        actions.withdraw(invitation=own, by=cast.owner)
        client = as_user(cast.stranger)
        assert "Répondre" not in text_of(client.get("/mon-espace/"))
        assert client.post(url("answer", meeting.pk), {"answer": "yes"}).status_code == 404
        with pytest.raises(actions.NotPossible):
            say(own, "yes", by=cast.stranger)

    @pytest.mark.parametrize("told", [False, True], ids=["before the mail has left", "after it"])
    def test_invited_again_they_learn_it(self, cast, meeting, told):
        invitation = meeting.invitations.get(email="amie@exemple.test")
        actions.withdraw(invitation=invitation, by=cast.owner)
        if told:
            mails_leave(meeting)
        assert actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner) == 1
        messages = mails_leave(meeting)
        assert set(messages) == ({"amie@exemple.test"} if told else set())  # nothing was told, nothing to tell
        assert meeting.invitations.get(email="amie@exemple.test").withdrawn_at is None

    def test_a_meeting_that_has_begun_keeps_them(self, cast, meeting, as_user):
        invitation = meeting.invitations.first()
        passed(meeting)
        as_user(cast.owner).post(url("withdraw_invitation", meeting.pk), {"invitation": invitation.pk})
        assert Invitation.objects.get(pk=invitation.pk).withdrawn_at is None


class TestGone:
    def test_who_has_left_the_network_neither_reads_answers_nor_receives(self, cast, meeting, client):
        link = url("answer_by_link", meeting.invitations.get(user=cast.stranger).token)
        assert client.get(link).status_code == 200
        leaves_the_network(cast.stranger)
        assert client.get(link).status_code == 404
        assert client.post(link, {"answer": "yes", "seen": actions.day_mark(meeting)}).status_code == 404
        actions.cancel_meeting(meeting=meeting, because="", by=cast.owner)
        assert set(mails_leave(meeting)) == {"amie@exemple.test", "owner@essai.test"}

    def test_a_closed_account_is_gone_too(self, cast, meeting, client):
        link = url("answer_by_link", meeting.invitations.get(user=cast.stranger).token)
        User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
        assert client.get(link).status_code == 404

    def test_mails_follow_an_account_to_its_new_address(self, cast, meeting):
        User.objects.filter(pk=cast.stranger.pk).update(email="nouvelle@essai.test")
        assert actions.invite(meeting=meeting, emails=[], by=cast.owner) == 0
        actions.cancel_meeting(meeting=meeting, because="", by=cast.owner)
        messages = mails_leave(meeting)
        assert "nouvelle@essai.test" in messages
        assert "stranger@essai.test" not in messages
        event = read(messages["nouvelle@essai.test"].attachments[0].content).component("VEVENT")
        assert event.one("ATTENDEE")[1] == "mailto:nouvelle@essai.test"


class TestAnotherDay:
    def moved(self, cast, meeting):
        typed = {"starts_at": meeting.starts_at + timedelta(days=1)}
        return actions.edit_meeting(meeting=meeting, typed=typed, seen=mark_of(meeting, typed), by=cast.owner)

    def test_one_answers_for_the_day_that_the_page_had_shown(self, cast, meeting, client):
        invitation = meeting.invitations.get(email="amie@exemple.test")
        link, seen = url("answer_by_link", invitation.token), actions.day_mark(meeting)
        moved = self.moved(cast, meeting)
        response = client.post(link, {"answer": "yes", "seen": seen})
        assert response.status_code == 409
        assert "voyez le nouveau" in text_of(response)
        assert actions.day_mark(moved) in text_of(response)
        invitation.refresh_from_db()
        assert invitation.answer == ""
        client.post(link, {"answer": "yes", "seen": actions.day_mark(moved)})
        invitation.refresh_from_db()
        assert invitation.answer == "yes"

    def test_with_an_account_too(self, cast, meeting, as_user):
        seen = actions.day_mark(meeting)
        self.moved(cast, meeting)
        response = as_user(cast.stranger).post(url("answer", meeting.pk), {"answer": "yes", "seen": seen}, follow=True)
        assert "voyez le nouveau" in text_of(response)
        assert meeting.invitations.get(user=cast.stranger).answer == ""

    def test_an_answer_while_it_is_cancelled_is_not_noted(self, cast, meeting, client):
        invitation = meeting.invitations.get(email="amie@exemple.test")
        actions.cancel_meeting(meeting=meeting, because="Il neige", by=cast.owner)
        data = {"answer": "yes", "seen": actions.day_mark(meeting)}
        page = text_of(client.post(url("answer_by_link", invitation.token), data, follow=True))
        assert "est annulée" in page
        assert "Venez-vous" not in page


def test_a_changed_agenda_is_told_when_somebody_asks(cast, meeting, as_user):
    client = as_user(cast.owner)
    for text in ("Un point", "Un point\nUn autre"):
        client.post(url("agenda", meeting.pk), {"agenda": text, "seen": mark_of(Meeting.objects.get(), ["agenda"])})
    assert not mails_leave(meeting)
    assert "a changé depuis les invitations" in text_of(client.get(meeting.get_absolute_url()))
    for _ in range(2):
        client.post(url("tell_agenda", meeting.pk))
    messages = mails_leave(Meeting.objects.get())
    assert len(messages) == 3
    event = read(messages["amie@exemple.test"].attachments[0].content).component("VEVENT")
    assert "2. Un autre" in plain(event.value("DESCRIPTION"))
    assert event.value("SEQUENCE") == "1"
    assert "a changé depuis les invitations" not in text_of(client.get(meeting.get_absolute_url()))
    assert not mails_leave(Meeting.objects.get())


def test_three_hundred_invitations(cast, as_user, django_assert_max_num_queries):
    people = [User(email=f"p{number}@essai.test", full_name=f"Personne {number}") for number in range(300)]
    User.objects.bulk_create(people)
    cast.halte.memberships.model.objects.bulk_create(
        [cast.halte.memberships.model(user=user, structure=cast.halte, status="volunteer") for user in people]
    )
    meeting = make_meeting(cast)
    assert actions.invite(meeting=meeting, emails=[], by=cast.ccas) == 304
    client = as_user(cast.ccas)
    with django_assert_max_num_queries(40):
        for name in ("meeting", "invitations"):
            assert client.get(url(name, meeting.pk)).status_code == 200
    held = passed(meeting)
    with django_assert_max_num_queries(20):
        assert client.get(url("attendance", held.pk)).status_code == 200


class TestMail:
    def test_its_parts_are_those_that_outlook_and_gmail_read(self, cast, meeting, smtp):
        actions.invite(meeting=meeting, emails=["zoé.durand@exemple.test".replace("é", "e")], by=cast.owner)
        [invitation] = meeting.invitations.filter(email__startswith="zoe")
        send_invitation(invitation_id=invitation.pk)
        [message] = smtp.to("zoe.durand@exemple.test")
        assert message.get_content_type() == "multipart/mixed"
        alternatives, file = message.iter_parts()
        assert alternatives.get_content_type() == "multipart/alternative"
        kinds = [part.get_content_type() for part in alternatives.iter_parts()]
        assert (kinds[0], kinds[-1]) == ("text/plain", "text/calendar")
        part = list(alternatives.iter_parts())[-1]
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"
        assert part.get_content_disposition() is None
        assert (file.get_content_type(), file.get_filename()) == ("application/ics", "rencontre.ics")
        assert read(file.get_content()).value("METHOD") == "REQUEST"
        inline = part.get_payload(decode=True).replace(b"\r\n", b"\n").strip()
        assert inline == file.get_content().replace(b"\r\n", b"\n").strip()
        assert invitation.token in words_of(message)

    def test_nothing_typed_makes_another_header_or_another_recipient(self, cast, meeting, smtp):
        bad = "Salut\r\nBcc: autre@exemple.test\r\n\r\nBonjour"
        Meeting.objects.update(title=bad, cancelled_because=bad, place=bad)
        User.objects.filter(pk=cast.stranger.pk).update(full_name='Zoé "Zo"\r\nBcc: autre@exemple.test; d’Été, R')
        Invitation.objects.update(sent_sequence=None)
        for invitation in meeting.invitations.all():
            send_invitation(invitation_id=invitation.pk)
        assert {address for message in smtp.messages for address in message.rcpt} == {
            "amie@exemple.test",
            "owner@essai.test",
            "stranger@essai.test",
        }
        for message in smtp.messages:
            assert message["Bcc"] is None
            assert read(list(message.iter_attachments())[0].get_content())


anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=120)


@given(title=anything, place=anything, item=anything, name=anything)
@example(
    title="👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    place="اجتماع الشبكة؛ القاعة",
    item="\u202eenvers\u202c",
    name='"',
)
@example(title="\x85a\u2028b", place="a\\;,\\n", item="é" * 100, name="a\x1bb^n'\"")
def test_whatever_is_written_both_parsers_read_it(title, place, item, name):
    """No database: the meeting is never saved."""
    start, title = timezone.now() + timedelta(days=9), f"Rencontre {title}"
    meeting = Meeting(pk=1, title=title, place=place, starts_at=start, length=60, agenda=item)
    person = User(pk=1, full_name=name, email="amie@exemple.test")
    content = calendar.invitation_to(Invitation(pk=1, meeting=meeting, user=person, email=person.email), "")
    event = read(content).component("VEVENT")
    assert plain(event.value("SUMMARY")) == calendar.one_line(title)
    assert icalendar.Calendar.from_ical(content).events[0]["LOCATION"] == calendar.one_line(place)
    assert read_by_another(content).uid.value == meeting.uid
