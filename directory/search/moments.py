"""When: now, this evening, or one of the days to come."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from directory.hours import minute_of

FURTHEST = 13  # days ahead: openings are known no further
MOMENTS = {"maintenant": "maintenant", "soir": "ce soir"}
EVENING = 18  # o'clock
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def read_moment(text):
    """« maintenant », « soir », a day of the two weeks to come as YYYY-MM-DD, or nothing."""
    today = timezone.localdate()
    named = {"aujourdhui": today, "demain": today + timedelta(days=1)}
    if text in ("maintenant", "soir"):
        return text
    try:
        day = named.get(text) or date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if today <= day <= today + timedelta(days=FURTHEST) else ""


def moment_in_french(opened):
    if opened in MOMENTS:
        return f"ouvert {MOMENTS[opened]}"
    day, today = date.fromisoformat(opened), timezone.localdate()
    if day == today:
        return "ouvert aujourd’hui"
    return f"ouvert {'demain' if day == today + timedelta(days=1) else f'le {DAYS[day.weekday()]} {day.day}'}"


def days_to_choose():
    """[(value, label)] of the week to come."""
    today = timezone.localdate()
    days = [today + timedelta(days=number) for number in range(7)]
    return [*MOMENTS.items()] + [
        (day.isoformat(), ["aujourd’hui", "demain"][number] if number < 2 else f"{DAYS[day.weekday()]} {day.day}")
        for number, day in enumerate(days)
    ]


def day_named(text):
    if text in ("maintenant", "ce soir", "cette nuit"):
        return "maintenant" if text == "maintenant" else "soir"
    today = timezone.localdate()
    if text in ("aujourd hui", "ce matin", "cet apres midi"):
        return today.isoformat()
    if text.startswith("demain"):
        return (today + timedelta(days=1)).isoformat()
    ahead = (DAYS.index(text.split()[-1]) - today.weekday()) % 7
    return (today + timedelta(days=ahead)).isoformat()


def window_of(opened):
    """(day, (first minute, minute after the last one)) of what read_moment() gives."""
    moment = timezone.localtime()
    if opened == "maintenant":
        return moment.date(), (minute_of(moment), minute_of(moment) + 1)
    day = moment.date() if opened == "soir" else date.fromisoformat(opened)
    start = minute_of(datetime.combine(day, time()))
    return day, (start + (EVENING * 60 if opened == "soir" else 0), start + 24 * 60)
