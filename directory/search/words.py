"""From what is typed to what PostgreSQL looks for: known expressions, beginnings of words, typing errors."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db import connection

from directory.models import EmergencyCall, Synonym
from directory.plain import plain

MOST_WORDS, MOST_GROUPS, LONGEST_PHRASE = 30, 8, 4
ALIKE = 0.35  # of pg_trgm, from 0 to 1: « emaus » and « emmaus » are at 0.62, « vetment » and « vetements » at 0.38
ALIKE_SHORT = 0.43  # for six letters and fewer: « blesse » is not « ble »
NEARLY = 0.12  # how much less like it than the best a word may be
SMALL = {
    "a", "ai", "aller", "arrive", "as", "au", "aux", "avec", "avoir", "besoin", "bien", "bonjour", "c", "ca",
    "ce", "ces", "cet", "cette", "cherche", "chez", "comment", "d", "dans", "de", "demander", "des", "dois",
    "doit", "du", "elle", "en", "encore", "endroit", "est", "et", "etre", "faire", "fait", "faut", "il", "ils",
    "j", "je", "l", "la", "le", "les", "leur", "lui", "m", "ma", "me", "merci", "mes", "moi", "mon", "n", "ne",
    "nous", "obtenir", "on", "ou", "par", "pas", "personne", "personnes", "peut", "peux", "plus", "pour",
    "puis", "qu", "quand", "que", "quel", "quelle", "quelqu", "qui", "quoi", "refaire", "s", "sa", "savoir",
    "se", "ses", "si", "son", "sont", "suis", "sur", "svp", "t", "tres", "trop", "trouver", "tu", "un", "une",
    "va", "vais", "veut", "veux", "voudrais", "vous", "y",
}  # fmt: skip


def emergencies(text):
    """The numbers to call that these words ask for."""
    asked = f" {plain(text)} "
    calls = EmergencyCall.objects.all() if asked.strip() else []
    return [call for call in calls if any(f" {phrase} " in asked for phrase in lines(call.words))]


@lru_cache(maxsize=5000)
def lines(text):
    """The expressions of a field, one by line, in plain words."""
    return tuple(filter(None, map(plain, text.splitlines())))


@dataclass
class Group:
    """One word, or one known expression, in plain words."""

    typed: str
    own: set  # it, or the words that it begins, or that it looks like
    meanings: set  # what the CCAS says that it means

    @property
    def alternatives(self):
        return self.own | self.meanings


def read(text):
    """([Group], {typed word: the words looked for instead}).

    A word that is nowhere is taken for those that it begins, or else for those that look like it.
    """
    words = plain(text).split()[:MOST_WORDS]
    known = known_among(words)
    found = islice(phrases(words, known), MOST_GROUPS)
    groups = [Group(phrase, {phrase}, set(meanings(phrase, known))) for phrase in found]
    begun, corrected = other_words({group.typed for group in groups if not group.meanings})
    for group in groups:
        group.own.update(begun.get(group.typed, ()))
        for other, means in corrected.get(group.typed, {}).items():
            group.own.add(plain(other))
            group.meanings.update(lines(means))
    return groups, {word: list(others) for word, others in corrected.items()}


def known_among(words):
    """{bare expression: its meanings} of the expressions that these words hold."""
    if not words:
        return {}
    lengths = range(1, LONGEST_PHRASE + 1)
    parts = {bare(" ".join(words[start : start + length])) for start in range(len(words)) for length in lengths}
    return dict(Synonym.objects.filter(bare__in=parts).values_list("bare", "means"))


def phrases(words, known):
    """The longest known expressions, and the words between them that say something."""
    start = 0
    while start < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if bare(phrase) in known or (length == 1 and phrase not in SMALL):
                yield phrase
                break
        start += length


def meanings(phrase, known):
    return lines(known.get(bare(phrase), ""))


def bare(text):
    """« factures » and « facture » are one: plain words without the mark of the plural."""
    return " ".join(re.sub("[sx]$", "", word) if len(word) > 3 else word for word in plain(text).split())


def other_words(words):
    """({word: words that it begins}, {word: {word like it: its meanings}}), for what is no word of the directory."""
    if not words:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.word, ARRAY(SELECT k.word FROM directory_word k WHERE k.word LIKE q.word || '%%'"
            "                      ORDER BY length(k.word), k.word LIMIT 30)"
            " FROM unnest(%s::text[]) q(word)"
            " WHERE NOT EXISTS (SELECT 1 FROM directory_word k WHERE k.word = q.word)",
            [list(words)],
        )
        begun = {word: longer if len(word) > 1 else [] for word, longer in cursor.fetchall()}
        nowhere = [word for word, longer in begun.items() if not longer]
        return begun, like(nowhere, cursor) if nowhere else {}


def like(words, cursor):
    """{word: {one that looks like it: its meanings}}, of the directory and of the synonyms, the nearest first."""
    cursor.execute("SET LOCAL pg_trgm.similarity_threshold = %s", [ALIKE])
    cursor.execute(
        "SELECT q.word, w.word, w.alike, coalesce(m.means, '') FROM unnest(%s::text[]) q(word) CROSS JOIN LATERAL ("
        "    SELECT word, similarity(word, q.word) AS alike FROM ("
        "        SELECT word FROM directory_word WHERE word %% q.word"
        "        UNION SELECT typed FROM directory_synonym WHERE typed %% q.word AND typed NOT LIKE '%% %%') k"
        "    ORDER BY alike DESC, word LIMIT 4) w"
        " LEFT JOIN LATERAL (SELECT means FROM directory_synonym WHERE bare = directory_bare(w.word) LIMIT 1) m ON true"
        " WHERE length(q.word) > 6 OR w.alike >= %s ORDER BY w.alike DESC, w.word",
        [words, ALIKE_SHORT],
    )
    best, found = {}, {}
    for word, other, alike, means in cursor.fetchall():
        if alike >= best.setdefault(word, alike) - NEARLY:
            found.setdefault(word, {})[other] = means
    return found


def query_of(alternatives, weight=""):
    """Expressions as to_tsquery reads them, any of them; `weight` as « A »."""
    suffix = f":{weight}" if weight else ""
    return " | ".join(
        "(" + " & ".join(word + suffix for word in phrase.split()) + ")" for phrase in sorted(alternatives)
    )
