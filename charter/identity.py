"""Which clause of a new text is which of those before: an identifier stays with what is most alike."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

LEVELS = (("preface", "chapter"), ("article", "section"), ("commitment", "value", "text"))  # headings lead the others
UNDER = re.compile(r"(.+)(-(?:partie|texte|engagement)-\d+)")  # the key of the heading above, in a key
SAME_PLACE, ELSEWHERE = 0.4, 0.6  # how alike two clauses must be to be the same one


@dataclass(eq=False)
class Known:
    """A clause as it is compared: its bag of words, and that of what stands under it."""

    clause: object
    words: str  # of an article without a title, those under it
    bag: frozenset
    body: frozenset
    is_current: bool = True

    @property
    def key(self):
        return self.clause.key

    @property
    def group(self):
        return self.clause.kind, self.words


def keep_keys(text, before, older=()):
    """Clauses that are still the same take the identifier that they had in `before`.

    Those said word for word in an `older` text (the latest first) take theirs; new ones take one that nobody had.
    """
    numbers = {}
    news, olds = known_in(text, numbers), known_in(before, numbers)
    used = {one.key for one in olds}
    for past in older:
        gone = [one for one in known_in(past, numbers, is_current=False) if one.key not in used]
        used |= {one.key for one in gone}
        olds += gone
    renamed = {}
    for kinds in LEVELS:
        here = [one for one in news if one.clause.kind in kinds]
        proposed = {one: under_its_heading(one.key, renamed) for one in here}
        found = pair_up(proposed, [one for one in olds if one.clause.kind in kinds])
        for new in here:
            key = found[new].key if new in found else fresh(proposed[new], used)
            used.add(key)
            renamed[new.key] = new.clause.key = key


def known_in(text, numbers, *, is_current=True):
    """[Known] of the clauses of a Text; `numbers`, {(word, which time it comes): number}, is shared by all of them."""
    bodies = bodies_of(text)
    found = []
    for clause in text.clauses:
        body = bodies.get(clause.key, "")
        words = clause.words or body
        found.append(Known(clause, words, bag_of(words, numbers), bag_of(body or words, numbers), is_current))
    return found


def bodies_of(text):
    """{key of a heading: all that stands under it, until the next one}."""
    found, key = defaultdict(str), None
    for clause in text.clauses:
        if clause.kind in LEVELS[2]:
            found[key] += f"\n{clause.text}"
        else:
            key = clause.key
    return found


def bag_of(words, numbers):
    """A word that comes back counts each time."""
    times, found = Counter(), []
    for word in words.split():
        times[word] += 1
        found.append(numbers.setdefault((word, times[word]), len(numbers)))
    return frozenset(found)


def under_its_heading(key, renamed):
    """The key as it is once the heading above has its own."""
    parts = UNDER.fullmatch(key)
    return renamed.get(parts[1], parts[1]) + parts[2] if parts else key


def pair_up(proposed, olds):
    """{new: old}: word for word first, then the most alike; `proposed` {new: the key that it would have}."""
    found, taken = {}, set()
    for pairs in (word_for_word, alike):
        news = {new: key for new, key in proposed.items() if new not in found}
        for new, old in pairs(news, [old for old in olds if old not in taken]):
            if new not in found and old not in taken:
                found[new] = old
                taken.add(old)
    return found


def word_for_word(proposed, olds):
    """[(new, old)], the version in force first, then those that kept their place."""
    groups = defaultdict(list)
    for old in olds:
        groups[old.group].append(old)
    pairs = [(new, old) for new in proposed for old in groups[new.group] if new.words or old.key == proposed[new]]
    return sorted(pairs, key=lambda pair: (not pair[1].is_current, *farness(proposed[pair[0]], pair[1].key)))


def alike(proposed, olds):
    """[(new, old)], the most alike first, then those that kept their place."""
    scored = []
    for old in (old for old in olds if old.is_current):
        for new, key in proposed.items():
            least = SAME_PLACE if key == old.key else ELSEWHERE
            score = likeness(new, old, least) if new.clause.kind == old.clause.kind else 0
            if score >= least:
                scored.append((-score, *farness(key, old.key), len(scored), new, old))
    return [(new, old) for *_, new, old in sorted(scored)]


def farness(key, other):
    """(whether the place differs, whether the heading above does), to sort by."""
    above, others = UNDER.fullmatch(key), UNDER.fullmatch(other)
    return key != other, (above and above[1]) != (others and others[1])


def likeness(new, old, least):
    """From 0 to 1, the words that both have; 0 when lengths alone say that it is less than `least`."""
    has_titles = bool(new.clause.words and old.clause.words)
    one, other = (new.bag, old.bag) if has_titles else (new.body, old.body)
    total = len(one) + len(other)
    if not total or 2 * min(len(one), len(other)) < least * total:
        return 0
    return 2 * len(one & other) / total


def fresh(key, used):
    """« article-3 » when nobody ever had it, otherwise « article-3-2 »."""
    number, name = 2, key
    while name in used:
        name, number = f"{key}-{number}", number + 1
    return name
