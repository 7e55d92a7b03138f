"""A meeting for people's own calendars (RFC 5545, 5546): invitation, update, cancellation, or a copy to take."""

import unicodedata
from datetime import UTC
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils import timezone
from icalendar import vCalAddress, vText

PARIS = ZoneInfo("Europe/Paris")
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
BY_THE_LINK = (
    "Pour dire si vous venez\u202f: le lien du courriel. Une réponse donnée dans l’agenda n’arrive pas au portail."
)
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
    is_off = meeting.is_cancelled
    return calendar(CANCEL if is_off else PUBLISH, event_of(meeting, url, is_off=is_off))


def invitation_to(invitation, url):
    """For one person: the others invited are nobody's affair. `url` is never their link: agendas are often shared."""
    method = method_for(invitation)
    event = event_of(invitation.meeting, url, is_off=method == CANCEL)
    event.add("attendee", attendee(invitation))
    event.add("x-microsoft-disallow-counter", "TRUE")
    return calendar(method, event)


def method_for(invitation):
    return CANCEL if invitation.meeting.is_cancelled or invitation.withdrawn_at else REQUEST


def calendar(method, event):
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Le Mans Solidaire//Rencontres du réseau//FR")
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add_component(icalendar.Timezone.from_ical(PARIS_TIME))
    whole.add_component(event)
    return whole.to_ical()


def event_of(meeting, url, *, is_off):
    event = icalendar.Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(PARIS))
    event.add("dtend", meeting.ends_at.astimezone(PARIS))
    event.add("summary", one_line(meeting.title))
    event.add("location", one_line(meeting.place or meeting.link))
    event.add("description", description(meeting, is_off))
    if meeting.is_cancelled and meeting.cancelled_because:
        event.add("comment", one_line(meeting.cancelled_because))
    if url:
        event.add("url", url)
    event.add("organizer", organizer())
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event


def description(meeting, is_off):
    lines = [f"{number}. {one_line(item)}" for number, item in enumerate(meeting.agenda_items, 1)]
    distant = [meeting.link] * bool(meeting.link and meeting.place)
    return "\n".join([*distant, *lines, *([] if is_off else [BY_THE_LINK])])


def one_line(text):
    """Without the control characters and odd ends of line that calendars refuse, whatever was pasted."""
    return "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text).strip()


def organizer():
    """The address that the portal's mails come from: whoever prepares a meeting does not give theirs to everybody."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return named(address, name or "Le Mans Solidaire")


def attendee(invitation):
    """One answers by the link, so that the calendar need not send anything."""
    person = named(invitation.address, invitation.name)
    person.params["role"] = vText("REQ-PARTICIPANT")
    person.params["partstat"] = vText(PARTSTAT[invitation.answer])
    person.params["rsvp"] = vText("FALSE")
    return person


def named(address, name):
    person = vCalAddress(f"mailto:{address}")
    person.params["cn"] = vText(one_line(name))
    return person
