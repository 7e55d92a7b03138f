"""Repères: what a structure looks at each year, for itself, and the picture that hides everybody."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from charter.models import Landmark, Level, Version

DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)
FEWEST = 3  # structures in any part of the picture
SHORT = {level.value: level.label[0].lower() + level.label[1:] for level in Level}


@dataclass(frozen=True)
class Said:
    """What a structure says of one commitment; all empty when it has not looked."""

    level: int | None = None
    note: str = ""
    action: str = ""
    action_on: str = ""  # 2026-06-30

    @property
    def level_in_words(self):
        return Level(self.level).label if self.level else ""

    @property
    def action_day(self):
        return date.fromisoformat(self.action_on) if DAY.fullmatch(self.action_on) else None

    def as_list(self):
        return [self.level, self.note, self.action, self.action_on]


def asked(version):
    """The clauses to look at: each commitment, and each article that says its own in its title."""
    found, article, has_its_own = [], None, False
    for clause in version.text.clauses if version else ():
        if clause.kind in ("article", "chapter"):
            if article and not has_its_own:
                found.append(article)
            article, has_its_own = (clause if clause.kind == "article" else None), False
        elif clause.kind == "commitment":
            found.append(clause)
            has_its_own = True
    return found + ([article] if article and not has_its_own else [])


def asked_in(year, answered=()):
    """What was looked at in a year that is over: the text in force at its end, then whatever else has an answer."""
    versions = list(Version.objects.order_by("number"))
    then = [version for version in versions if version.adopted_on.year <= year]
    found = asked(then[-1] if then else None)
    known = {clause.key: clause for version in versions for clause in version.text.clauses}
    mine = {clause.key for clause in found}
    return found + [known[key] for key in sorted(answered) if key not in mine and key in known]


def plain(clause):
    """Its words without the marks of Markdown."""
    return clause.plain or clause.heading


def said_by(structure):
    """{year: {key: Said}}."""
    found = defaultdict(dict)
    for one in Landmark.objects.filter(structure=structure):
        on = one.action_on.isoformat() if one.action_on else ""
        found[one.year][one.key] = Said(one.level, one.note, one.action, on)
    return found


def merge(*, stored, seen, typed):
    """({key: Said} to write, {key: stored} that somebody else changed meanwhile); what was left as shown is kept."""
    changes, conflicts, nothing = {}, {}, Said()
    for key, new in typed.items():
        now, shown = stored.get(key, nothing), seen.get(key, nothing)
        if new in (now, shown):
            continue
        if now == shown:
            changes[key] = new
        else:
            conflicts[key] = now
    return changes, conflicts


def picture(year):
    """[(words of the commitment, structures, [(levels in words, structures)])] of a year that is over.

    Every part holds FEWEST structures or more, and there are two at least, so that nobody's answer is told.
    """
    answers = defaultdict(Counter)
    for key, level in Landmark.objects.filter(year=year, level__isnull=False).order_by().values_list("key", "level"):
        answers[key][level] += 1
    if not answers:
        return []
    return [
        (plain(clause), answers[clause.key].total(), parts)
        for clause in asked(Version.objects.current())
        if (parts := parts_of(answers[clause.key]))
    ]


WAYS = [  # of putting neighbouring levels together, the finest first
    [(1, 1), (2, 2), (3, 3), (4, 4)],
    [(1, 2), (3, 3), (4, 4)],
    [(1, 1), (2, 3), (4, 4)],
    [(1, 1), (2, 2), (3, 4)],
    [(1, 2), (3, 4)],
    [(1, 1), (2, 4)],
    [(1, 3), (4, 4)],
]


def parts_of(counts):
    """[(levels in words, structures)] in the finest way whose parts are all large enough; None when there is none."""
    for spans in WAYS:
        if all(in_span(counts, span) >= FEWEST for span in spans):
            return [(in_words(span), in_span(counts, span)) for span in spans]
    return None


def in_span(counts, span):
    return sum(counts[level] for level in range(span[0], span[1] + 1))


def in_words(span):
    """« Nous n’y sommes pas encore, ou nous avons commencé »."""
    words = [SHORT[level] for level in range(span[0], span[1] + 1)]
    together = ", ou ".join(words)
    return together[0].upper() + together[1:]
