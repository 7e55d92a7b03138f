"""One box for structures and services: stems, accents, typing errors, beginnings of words, the words people use."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from directory.models import EmergencyCall, Service, Synonym
from lemans_solidaire.network.models import Structure

PAGE = 20
LONGEST, MOST_WORDS, LONGEST_PHRASE = 200, 10, 4
ALIKE = 0.4  # of pg_trgm, from 0 to 1: « emaus » and « emmaus » are at 0.62
SMALL = {
    "a", "au", "aux", "avec", "ce", "ces", "cet", "d", "dans", "de", "des", "du", "en", "et", "est", "il", "j", "je",
    "l", "la", "le", "les", "ma", "me", "mes", "mon", "ne", "ou", "par", "pas", "pour", "qu", "que", "qui", "s", "sa",
    "se", "ses", "son", "sur", "un", "une", "y",
}  # fmt: skip


@dataclass
class Found:
    services: list  # with their structure
    structures: list  # found by their own name or mission
    total: int
    is_loose: bool  # not every word was found together
    corrected: dict  # typed word: the words looked for instead
    cities: list  # [(plain city, city, count)] of the whole answer
    themes: list  # [(code, count)]
    page: int = 1
    is_unreadable: bool = False  # nothing of what was typed is a word to look for


LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss"})


def plain(text):
    """Lower case, without accents, words alone: as the database keeps them."""
    decomposed = unicodedata.normalize("NFD", text[:LONGEST].lower().translate(LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def emergencies(text):
    """The numbers to call that these words ask for."""
    asked = f" {plain(text)} "
    return [
        call
        for call in EmergencyCall.objects.all()
        if any(f" {phrase} " in asked for phrase in map(plain, call.words.splitlines()) if phrase)
    ]


def groups_of(text):
    """[set of alternatives] for each word or known expression; an alternative is one or several plain words."""
    words = plain(text).split()[:MOST_WORDS]
    known = {plain(typed): means for typed, means in Synonym.objects.values_list("typed", "means")}
    groups, start = [], 0
    while start < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if phrase in known:
                groups.append({phrase, *(plain(line) for line in known[phrase].splitlines())} - {""})
                break
        else:
            length = 1
            if words[start] not in SMALL:
                groups.append({words[start]})
        start += length
    return groups


def other_words(words):
    """({word: words that begin so}, {word: words like it}): for a beginning, and for what is nowhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.word, ARRAY(SELECT k.word FROM directory_word k WHERE k.word LIKE q.word || '%%'"
            "                      AND k.word <> q.word ORDER BY length(k.word), k.word LIMIT 12),"
            " EXISTS (SELECT 1 FROM directory_word k WHERE k.word = q.word)"
            " FROM unnest(%s::text[]) q(word)",
            [list(words)],
        )
        rows = cursor.fetchall()
        begun = {word: longer for word, longer, _ in rows if longer and len(word) > 2}
        nowhere = [word for word, longer, is_known in rows if not longer and not is_known]
        if not nowhere:
            return begun, {}
        cursor.execute(
            "SELECT q.word, array_agg(w.word ORDER BY similarity(w.word, q.word) DESC) FROM unnest(%s::text[]) q(word)"
            " CROSS JOIN LATERAL (SELECT word FROM directory_word"
            " WHERE word %% q.word AND similarity(word, q.word) >= %s"
            " ORDER BY similarity(word, q.word) DESC, word LIMIT 3) w GROUP BY q.word",
            [nowhere, ALIKE],
        )
        return begun, dict(cursor.fetchall())


def query_of(group):
    """One group as to_tsquery reads it: every word of an alternative, each as a beginning."""
    alternatives = [" & ".join(f"{word}:*" if len(word) > 2 else word for word in phrase.split()) for phrase in group]
    return " | ".join(f"({alternative})" for alternative in sorted(alternatives))


def search(text, *, theme="", public="", city="", page=1):
    """The page of what answers, best first; when no line holds every word, those that hold some."""
    groups = groups_of(text)
    if text.strip() and not groups:
        return Found([], [], 0, is_loose=False, corrected={}, cities=[], themes=[], is_unreadable=True)
    typed = {phrase for group in groups for phrase in group if " " not in phrase and len(group) == 1}
    begun, corrected = other_words(typed) if typed else ({}, {})
    more = begun | corrected
    groups = [group | {other for word in group for other in more.get(word, ())} for group in groups]
    every = " & ".join(f"({query_of(group)})" for group in groups)
    filters = {"theme": theme, "public": public, "city": directory_city(city), "today": timezone.localdate()}
    query, total, is_loose = every, count(every, filters), False
    if not total and len(groups) > 1 and not count(every, filters | dict.fromkeys(("theme", "public", "city"), "")):
        query, is_loose = " | ".join(query_of(group) for group in groups), True
        total = count(query, filters)
    page = max(1, min(page, -(-total // PAGE)))
    rows = page_of(query, filters, page)
    services = Service.objects.select_related("structure").in_bulk([key for key, _ in rows if key])
    structures = Structure.objects.in_bulk([key for service, key in rows if not service])
    return Found(
        services=[services[key] for key, _ in rows if key in services],
        structures=[structures[key] for service, key in rows if not service and key in structures],
        total=total,
        page=page,
        is_loose=is_loose,
        corrected=corrected,
        cities=cities(query, filters),
        themes=themes(query, filters),
    )


def directory_city(text):
    """« Le Mans Cedex 2 » as « le mans »: the database does the same."""
    return re.sub(r"\bcedex\b.*$", "", plain(text)).strip()


# What is not known is never taken for a no: a service without known publics answers to each.
OPEN = """
    FROM directory_document d
    JOIN network_structure o ON o.id = d.structure_id AND (o.closed_on IS NULL OR o.closed_on > %(today)s)
    LEFT JOIN directory_service s ON s.id = d.service_id
   WHERE (s.id IS NULL OR s.closed_on IS NULL OR s.closed_on > %(today)s)
     AND (%(query)s = '' OR d.words @@ to_tsquery('directory_fr', %(query)s))
     AND (%(theme)s = '' OR s.themes @> ARRAY[%(theme)s]::varchar[])
     AND (%(public)s = '' OR s.publics = '{}' OR s.publics && ARRAY[%(public)s, 'tous-publics']::varchar[])
     AND (%(city)s = '' OR d.city = %(city)s)
     AND (s.id IS NOT NULL OR %(query)s <> '' OR NOT EXISTS (
            SELECT 1 FROM directory_service t
             WHERE t.structure_id = o.id AND (t.closed_on IS NULL OR t.closed_on > %(today)s)))
"""


def asked(query, filters, **more):
    return {"query": query, **filters, **more}


def count(query, filters):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OPEN}", asked(query, filters))
        return cursor.fetchone()[0]


def page_of(query, filters, page):
    """[(service, structure)] of one page. A name that answers comes first, then what was confirmed lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT d.service_id, d.structure_id {OPEN}
                ORDER BY CASE WHEN %(query)s = '' THEN 0 ELSE
                           ts_rank('{{0.05, 0.2, 0.5, 1}}', d.words, to_tsquery('directory_fr', %(query)s), 1) END DESC,
                         s.updated_on DESC NULLS LAST, d.name, d.id
                LIMIT %(limit)s OFFSET %(offset)s""",
            asked(query, filters, limit=PAGE, offset=(page - 1) * PAGE),
        )
        return cursor.fetchall()


def cities(query, filters):
    """[(plain name, name, how many answers)], the commonest first; the filter on the town is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.city, mode() WITHIN GROUP (ORDER BY d.city_label), count(*) {OPEN}"
            " AND d.city <> '' GROUP BY d.city ORDER BY count(*) DESC, d.city LIMIT 200",
            asked(query, filters | {"city": ""}),
        )
        return cursor.fetchall()


def themes(query, filters):
    """[(code, how many answers)], the commonest first; the filter on the theme is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, count(*) FROM (SELECT unnest(s.themes) AS code {OPEN}) x"  # noqa: S608
            " GROUP BY code ORDER BY count(*) DESC, code LIMIT 15",
            asked(query, filters | {"theme": ""}),
        )
        return cursor.fetchall()
