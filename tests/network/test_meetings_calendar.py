"""The calendar part of a meeting, read by a strict reader of ours and by another library."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from lemans_solidaire.network.meetings import actions, calendar
from lemans_solidaire.network.meetings.forms import MeetingForm
from lemans_solidaire.network.models import Invitation, Meeting
from lemans_solidaire.network.saving import mark_of
from lemans_solidaire.network.tasks import send_invitation
from tests.network.calendars import plain, read, read_by_another
from tests.network.meetings import make_group, make_meeting

HARD = "Manger, boire ; et « dormir » : à l’abri\\"
LONG = "Un point très long, avec des accents éèêàç et des virgules, " * 6


@pytest.fixture
def meeting(cast):
    meeting = make_meeting(cast, make_group(cast), title=HARD, link="https://visio.example.org/a?b=1;c=2")
    return actions.save_agenda(
        meeting=meeting, agenda=f"Premier point\n{LONG}", seen=mark_of(meeting, ["agenda"]), by=cast.owner
    )


def send_all(meeting):
    """The mails that the worker would send now."""
    mail.outbox.clear()
    for invitation in meeting.invitations.all():
        send_invitation(invitation_id=invitation.pk)
    return {message.to[0]: message for message in mail.outbox}


def attached(message):
    """The file, which is also the last of the mail's alternatives."""
    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("rencontre.ics", "application/ics")
    assert message.alternatives[-1].content.encode() == content
    return content


def edit(cast, meeting, **typed):
    typed = {name: getattr(meeting, name) for name in MeetingForm.FIELDS} | typed
    return actions.edit_meeting(meeting=meeting, typed=typed, seen=mark_of(meeting, typed), by=cast.owner)


def test_an_invitation_is_read_by_both(cast, meeting):
    actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
    messages = send_all(meeting)
    assert set(messages) == {"owner@essai.test", "stranger@essai.test", "amie@exemple.test"}
    message = messages["stranger@essai.test"]
    assert message.alternatives[-1].mimetype == "text/calendar; method=REQUEST"
    whole = read(attached(message))
    event = whole.component("VEVENT")
    assert whole.value("METHOD") == "REQUEST"
    assert plain(event.value("SUMMARY")) == HARD
    assert LONG.strip() in plain(event.value("DESCRIPTION"))
    assert event.one("ATTENDEE")[1] == "mailto:stranger@essai.test"
    assert event.one("ORGANIZER")[1].startswith("mailto:")
    other = read_by_another(attached(message))
    assert other.summary.value == HARD
    assert other.dtstart.value == meeting.starts_at
    assert other.dtend.value == meeting.ends_at


def test_each_person_gets_their_own_and_nobody_else_s(cast, meeting):
    actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
    for address, message in send_all(meeting).items():
        everything = f"{message.body} {attached(message).decode()}".replace("\r\n ", "")
        others = {one.email for one in meeting.invitations.all()} - {address}
        assert not [other for other in others if other in everything]


def test_a_shared_agenda_does_not_give_the_link_away(cast, meeting):
    actions.invite(meeting=meeting, emails=["amie@exemple.test"], by=cast.owner)
    for address, message in send_all(meeting).items():
        token = meeting.invitations.get(email=address).token
        assert token in message.body
        assert token not in attached(message).decode().replace("\r\n ", "")


def test_update_then_cancellation_keep_the_uid_and_count(cast, meeting):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    first = read(attached(send_all(meeting)["owner@essai.test"])).component("VEVENT")
    meeting = edit(cast, meeting, place="Le Panier d’essai", starts_at=meeting.starts_at + timedelta(days=1))
    message = send_all(meeting)["owner@essai.test"]
    assert message.subject.startswith("Changement")
    changed = read(attached(message))
    second = changed.component("VEVENT")
    meeting = actions.cancel_meeting(meeting=meeting, because="Il neige", by=cast.owner)
    message = send_all(meeting)["owner@essai.test"]
    assert "Il neige" in message.body
    cancelled = read(attached(message))
    third = cancelled.component("VEVENT")
    assert first.value("UID") == second.value("UID") == third.value("UID")
    assert [one.value("SEQUENCE") for one in (first, second, third)] == ["0", "1", "2"]
    assert (changed.value("METHOD"), cancelled.value("METHOD")) == ("REQUEST", "CANCEL")
    assert read_by_another(attached(message)).status.value == "CANCELLED"
    assert read_by_another(attached(message)).sequence.value == "2"


def test_a_mail_leaves_once_for_each_change(cast, meeting):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    assert len(send_all(meeting)) == 2
    assert not send_all(meeting)
    edit(cast, meeting)  # nothing changed
    assert not send_all(meeting)


def test_a_cancellation_is_not_told_to_who_never_knew(cast, meeting):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    actions.cancel_meeting(meeting=meeting, because="", by=cast.owner)
    assert not send_all(meeting)


def test_nothing_leaves_once_it_has_begun(cast, meeting):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    assert not send_all(meeting)


def test_a_title_on_two_lines_does_not_stop_the_mail(cast, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(title="Deux\r\nBcc: autre@exemple.test")
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    message = send_all(meeting)["owner@essai.test"]
    assert message.recipients() == ["owner@essai.test"]
    assert "\n" not in message.subject
    assert read(attached(message))


def test_a_mail_server_away_is_told_and_tried_again(cast, meeting, monkeypatch):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    invitation = meeting.invitations.first()

    def away(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
        with pytest.raises(ConnectionRefusedError):
            send_invitation(invitation_id=invitation.pk)
    assert "essaie de nouveau" in Invitation.objects.get(pk=invitation.pk).problem
    send_invitation(invitation_id=invitation.pk)
    assert Invitation.objects.get(pk=invitation.pk).problem == ""


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (7, 2)])
def test_winter_and_summer_are_told(cast, month, offset):
    start = datetime(2030, month, 15, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
    meeting = make_meeting(cast, starts_at=start)
    content = calendar.copy_of(meeting, "https://example.org/")
    event = read(content).component("VEVENT")
    assert event.value("DTSTART") == f"2030{month:02}15T143000"
    assert event.one("DTSTART")[0]["TZID"] == "Europe/Paris"
    moment = read_by_another(content).dtstart.value
    assert moment.astimezone(UTC).hour == 14 - offset


def test_the_copy_of_the_page_names_nobody(cast, meeting, as_user):
    actions.invite(meeting=meeting, emails=[], by=cast.owner)
    response = as_user(cast.teammate).get(f"/rencontres/{meeting.pk}/rencontre.ics")
    assert response["Content-Type"].startswith("text/calendar")
    whole = read(response.content)
    assert whole.value("METHOD") == "PUBLISH"
    assert not [line for line in whole.component("VEVENT").lines if line[0] == "ATTENDEE"]
    assert b"essai.test" not in response.content
