"""What changes from one version to another, clause by clause, then word by word."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby

from charter.text import Clause

WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
NAMES = {
    "title": "Titre de la charte",
    "preface": "Titre",
    "chapter": "Titre du chapitre",
    "section": "Titre",
    "article": "Titre de l’article",
    "commitment": "Engagement",
    "value": "Valeur",
    "text": "Texte",
}
SMALL = 60_000  # pairs of words that are compared one by one; beyond, words that are there once are looked for first


@dataclass
class Change:
    """`before` and `after` are Clauses, None when there is none. `runs`: [(same, added or removed, words)]."""

    state: str
    before: object
    after: object
    is_moved: bool = False
    under: str = ""  # the heading under which a text or a commitment stands

    @property
    def what(self):
        """« Engagement », « Titre de l’article »."""
        return NAMES[self.clause.kind]

    @property
    def clause(self):
        return self.after or self.before

    @property
    def is_same(self):
        return self.state == SAME and not self.is_moved

    @cached_property
    def runs(self):
        return runs(told(self.before), told(self.after))

    @property
    def left(self):
        return [(state, words) for state, words in self.runs if state != ADDED]

    @property
    def right(self):
        return [(state, words) for state, words in self.runs if state != REMOVED]


@dataclass
class Stretch:
    """Changes that follow each other: all the same, or none."""

    is_same: bool
    changes: list


def compare(before, after):
    """[Change] of every clause of two Texts, in the order of the new one; what was removed stands where it stood."""
    olds = {clause.key: clause for clause in before.clauses}
    news = {clause.key for clause in after.clauses}
    removed, moved = removed_after(before, news), moved_keys(before, after)
    changes = [Change(REMOVED, clause, None) for clause in removed.get(None, ())]
    for clause in after.clauses:
        changes.append(change_of(olds.get(clause.key), clause, clause.key in moved))
        changes += [Change(REMOVED, gone, None) for gone in removed.get(clause.key, ())]
    heading = ""
    for change in changes:
        heading = change.clause.heading or heading
        change.under = "" if change.clause.heading else heading
    return title_change(before.title, after.title) + changes


def title_change(before, after):
    """[Change] of the title of the whole; none when it is the same."""
    old, new = (Clause("", "title", "", title, "") if title else None for title in (before, after))
    return [] if before == after else [change_of(old, new, is_moved=False) if new else Change(REMOVED, old, None)]


def stretches(changes):
    """[Stretch]: what did not change can be folded."""
    return [Stretch(is_same, list(some)) for is_same, some in groupby(changes, key=lambda change: change.is_same)]


def removed_after(before, news):
    """{key of the last clause kept before them: [clauses removed]}."""
    found, last = {}, None
    for clause in before.clauses:
        if clause.key in news:
            last = clause.key
        else:
            found.setdefault(last, []).append(clause)
    return found


def moved_keys(before, after):
    """Keys of the clauses that no longer stand in the same order: as few as explain it."""
    places = {clause.key: place for place, clause in enumerate(before.clauses)}
    kept = [clause.key for clause in after.clauses if clause.key in places]
    still = {kept[index] for index in rising([places[key] for key in kept])}
    return set(kept) - still


def change_of(before, after, is_moved):
    if before is None:
        return Change(ADDED, None, after)
    return Change(SAME if told(before) == told(after) else CHANGED, before, after, is_moved)


def told(clause):
    """As it is read: its number counts."""
    return "" if clause is None else clause.text or clause.heading


def runs(before, after):
    """[(same, added or removed, words)]: without the added ones they are `before`, without the removed `after`."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found = []
    for is_same, some in groupby(matched(old, new, 0, 0, len(old), len(new)), key=lambda part: part[0] == SAME):
        some = list(some)
        states = (SAME,) if is_same else (REMOVED, ADDED)
        told = [(state, "".join(words for one, words in some if one == state)) for state in states]
        found += [(state, words) for state, words in told if words]
    return found


def matched(old, new, a, c, b, d):
    """(state, words) of old[a:b] against new[c:d], in order; long passages never take longer than they are read."""
    start = 0
    while a + start < b and c + start < d and old[a + start] == new[c + start]:
        start += 1
    end = 0
    while b - end > a + start and d - end > c + start and old[b - end - 1] == new[d - end - 1]:
        end += 1
    yield SAME, "".join(old[a : a + start])
    yield from between(old, new, a + start, c + start, b - end, d - end)
    yield SAME, "".join(old[b - end : b])


def between(old, new, a, c, b, d):
    """As matched(), of passages that neither begin nor end alike."""
    is_small = (b - a) * (d - c) <= SMALL
    anchors = [] if is_small else once_in_both(old, new, a, c, b, d)
    if anchors:
        for i, j in [*anchors, (b, d)]:
            yield from matched(old, new, a, c, i, j)
            a, c = i, j
        yield from matched(old, new, a, c, b, d)
    elif is_small:
        yield from one_by_one(old[a:b], new[c:d])
    else:
        yield from ((REMOVED, "".join(old[a:b])), (ADDED, "".join(new[c:d])))


def one_by_one(old, new):
    for name, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if name == "equal":
            yield SAME, "".join(old[a:b])
        else:
            yield from ((REMOVED, "".join(old[a:b])), (ADDED, "".join(new[c:d])))


def once_in_both(old, new, a, c, b, d):
    """[(i, j)], rising, of the words that are once in each passage: a patience diff."""
    counts = Counter(old[a:b]), Counter(new[c:d])
    places = {new[j]: j for j in range(c, d)}
    pairs = [(i, places[old[i]]) for i in range(a, b) if counts[0][old[i]] == counts[1][old[i]] == 1]
    return [pairs[index] for index in rising([j for _, j in pairs])]


def rising(numbers):
    """Indexes of the longest rising part of a list of different numbers."""
    tails, ends, before = [], [], []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        tails[place : place + 1], ends[place : place + 1] = [number], [index]
        before.append(ends[place - 1] if place else None)
    found, index = [], ends[-1] if ends else None
    while index is not None:
        found.append(index)
        index = before[index]
    return found[::-1]
