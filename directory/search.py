"""One box for structures and services: stems, accents, typing errors, beginnings of words, the words people use."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection

from directory.models import EmergencyCall, Service, Synonym
from lemans_solidaire.network.models import Structure

PAGE = 20
LONGEST, MOST_WORDS, LONGEST_PHRASE = 200, 10, 4
ALIKE = 0.4  # of pg_trgm, from 0 to 1: « emaus » and « emmaus » are at 0.62
SMALL = frozenset(
    [
        "a",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cet",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "et",
        "est",
        "il",
        "j",
        "je",
        "l",
        "la",
        "le",
        "les",
        "ma",
        "me",
        "mes",
        "mon",
        "ne",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "un",
        "une",
        "y",
    ]
)


@dataclass
class Found:
    services: list  # with their structure
    structures: list  # found by their own name or mission
    total: int
    is_loose: bool  # not every word was found together
    corrected: dict  # typed word: the words looked for instead
    cities: list  # [(city, count)] of the whole answer
    themes: list  # [(code, count)]


def plain(text):
    """Lower case, without accents, words alone: as the database keeps them."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFD", text[:LONGEST].lower())
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
    known = dict(Synonym.objects.values_list("typed", "means"))
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


def corrections(words):
    """{word: words like it} for those that no document holds, nor begins with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.word, array_agg(w.word ORDER BY similarity(w.word, q.word) DESC) FROM unnest(%s::text[]) q(word)"
            " CROSS JOIN LATERAL (SELECT word FROM directory_word"
            " WHERE word %% q.word AND similarity(word, q.word) >= %s"
            " ORDER BY similarity(word, q.word) DESC, word LIMIT 3) w"
            " WHERE NOT EXISTS (SELECT 1 FROM directory_word k WHERE k.word LIKE q.word || '%%') GROUP BY q.word",
            [list(words), ALIKE],
        )
        return dict(cursor.fetchall())


def query_of(group):
    """One group as to_tsquery reads it: every word of an alternative, each as a beginning."""
    alternatives = [" & ".join(f"{word}:*" if len(word) > 2 else word for word in phrase.split()) for phrase in group]
    return " | ".join(f"({alternative})" for alternative in sorted(alternatives))


def search(text, *, theme="", public="", city="", page=1):
    """The page of what answers, best first; when no line holds every word, those that hold some."""
    groups = groups_of(text)
    typed = {phrase for group in groups for phrase in group if " " not in phrase and len(group) == 1}
    corrected = corrections(typed) if typed else {}
    groups = [group | {other for word in group for other in corrected.get(word, ())} for group in groups]
    every = " & ".join(f"({query_of(group)})" for group in groups)
    some = " | ".join(query_of(group) for group in groups)
    filters = {"theme": theme, "public": public, "city": city}
    total = count(every, filters)
    is_loose = not total and len(groups) > 1
    query = some if is_loose else every
    rows = page_of(query, filters, page)
    services = Service.objects.select_related("structure").in_bulk([key for key, _ in rows if key])
    structures = Structure.objects.in_bulk([key for service, key in rows if not service])
    return Found(
        services=[services[key] for key, _ in rows if key in services],
        structures=[structures[key] for service, key in rows if not service and key in structures],
        total=count(query, filters) if is_loose else total,
        is_loose=is_loose,
        corrected={word: others for word, others in corrected.items() if word in typed},
        cities=facet("city", query, filters),
        themes=facet("theme", query, filters),
    )


OPEN = """
    FROM directory_document d
    JOIN network_structure o ON o.id = d.structure_id AND (o.closed_on IS NULL OR o.closed_on > current_date)
    LEFT JOIN directory_service s ON s.id = d.service_id
   WHERE (s.id IS NULL OR s.closed_on IS NULL OR s.closed_on > current_date)
     AND (%(query)s = '' OR d.words @@ to_tsquery('directory_fr', %(query)s))
     AND (%(theme)s = '' OR s.themes @> ARRAY[%(theme)s]::varchar[])
     AND (%(public)s = '' OR s.publics && ARRAY[%(public)s, 'tous-publics']::varchar[])
     AND (%(city)s = '' OR d.city = %(city)s)
     AND (s.id IS NOT NULL OR %(query)s <> '' OR NOT EXISTS (
            SELECT 1 FROM directory_service t WHERE t.structure_id = o.id))
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


FACETS = {
    "city": "d.city",
    "theme": "unnest(s.themes)",
}


def facet(name, query, filters):
    """[(value, how many answers)], the commonest first; the filter on this very list is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, count(*) FROM (SELECT {FACETS[name]} AS value {OPEN}) x"  # noqa: S608
            " WHERE value <> '' GROUP BY value ORDER BY count(*) DESC, value LIMIT 15",
            asked(query, filters | {name: ""}),
        )
        return cursor.fetchall()
