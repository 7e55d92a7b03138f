"""A meeting for people's own calendars (RFC 5545, 5546): invitation, update, cancellation, or a copy to take."""

from datetime import UTC
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils import timezone
from icalendar import vCalAddress, vText

PARIS = ZoneInfo("Europe/Paris")
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
# The rule itself: calendars read it better than the list of dates that the library would write.
PARIS_TIME = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
PARTSTAT = {"": "NEEDS-ACTION", "yes": "ACCEPTED", "no": "DECLINED", "perhaps": "TENTATIVE"}


def copy_of(meeting, url):
    """To download from the page: nobody is named in it."""
    return calendar(CANCEL if meeting.is_cancelled else PUBLISH, event_of(meeting, url))


def invitation_to(invitation, url):
    """For one person: the others invited are nobody's affair. `url` is never their link: agendas are often shared."""
    event = event_of(invitation.meeting, url)
    event.add("attendee", attendee(invitation))
    return calendar(CANCEL if invitation.meeting.is_cancelled else REQUEST, event)


def calendar(method, event):
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Le Mans Solidaire//Rencontres du réseau//FR")
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add_component(icalendar.Timezone.from_ical(PARIS_TIME))
    whole.add_component(event)
    return whole.to_ical()


def event_of(meeting, url):
    event = icalendar.Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(PARIS))
    event.add("dtend", meeting.ends_at.astimezone(PARIS))
    event.add("summary", meeting.title)
    event.add("location", meeting.place or meeting.link)
    event.add("description", description(meeting))
    if url:
        event.add("url", url)
    event.add("organizer", organizer())
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    return event


def description(meeting):
    lines = [f"{number}. {item}" for number, item in enumerate(meeting.agenda_items, 1)]
    return "\n".join([meeting.link] * bool(meeting.link and meeting.place) + lines)


def organizer():
    """The portal's own address: whoever prepares a meeting does not give theirs to everybody."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return named(address, name or "Le Mans Solidaire")


def attendee(invitation):
    """One answers by the link, so that the calendar need not send anything."""
    person = named(invitation.email, invitation.name)
    person.params["role"] = vText("REQ-PARTICIPANT")
    person.params["partstat"] = vText(PARTSTAT[invitation.answer])
    person.params["rsvp"] = vText("FALSE")
    return person


def named(address, name):
    person = vCalAddress(f"mailto:{address}")
    person.params["cn"] = vText(name)
    return person
