"""What changes from one version to another, clause by clause, then word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"


@dataclass
class Change:
    """`before` and `after` are Clauses, None when there is none. `runs`: [(same, added or removed, words)]."""

    state: str
    before: object
    after: object

    @property
    def clause(self):
        return self.after or self.before

    @property
    def runs(self):
        return runs(self.before.words if self.before else "", self.after.words if self.after else "")

    @property
    def left(self):
        return [(state, words) for state, words in self.runs if state != ADDED]

    @property
    def right(self):
        return [(state, words) for state, words in self.runs if state != REMOVED]


def compare(before, after):
    """[Change] of every clause of two Texts, in the order of the new one; what was removed stands where it stood."""
    olds = {clause.key: clause for clause in before.clauses}
    news = {clause.key for clause in after.clauses}
    removed = removed_after(before, news)
    changes = [Change(REMOVED, clause, None) for clause in removed.get(None, ())]
    for clause in after.clauses:
        changes.append(change_of(olds.get(clause.key), clause))
        changes += [Change(REMOVED, gone, None) for gone in removed.get(clause.key, ())]
    return changes


def removed_after(before, news):
    """{key of the last clause kept before them: [clauses removed]}."""
    found, last = {}, None
    for clause in before.clauses:
        if clause.key in news:
            last = clause.key
        else:
            found.setdefault(last, []).append(clause)
    return found


def change_of(before, after):
    if before is None:
        return Change(ADDED, None, after)
    is_same = (before.words, before.number) == (after.words, after.number)
    return Change(SAME if is_same else CHANGED, before, after)


def runs(before, after):
    """[(same, added or removed, words)]: without the added ones they are `before`, without the removed `after`."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found = []
    for name, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if name == "equal":
            found.append((SAME, "".join(old[a:b])))
        else:
            found += [(REMOVED, "".join(old[a:b]))] * (b > a) + [(ADDED, "".join(new[c:d]))] * (d > c)
    return found
