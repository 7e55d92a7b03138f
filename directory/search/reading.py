"""One question as SQL. The exact way up to MOST answers; beyond, the best of them (docs/performance.md).

Text of ours alone goes into a statement; what was typed is in its parameters.
"""

import math
from dataclasses import replace

from django.db import connection
from django.utils import timezone

from directory.search.moments import window_of
from directory.search.words import query_of

PAGE = 20
MOST = 500  # answers that are counted and put in order
NAMED = 150  # of them, those whose very name answers, once there are more than MOST
UNPLACED = 100  # answers without a place, after those that are near
ENOUGH_NEAR = 200
BOXES = [1.5, 6, 25, 100]  # km on each side: the first one that holds enough answers
KM_OF_A_DEGREE = 111.2


class Reading:
    """One question as SQL: its conditions, its order, and what it counts."""

    def __init__(self, asked, groups, point, for_member=False, size=PAGE, kind=""):
        self.asked, self.groups, self.point, self.for_member, self.size = asked, groups, point, for_member, size
        self.kind = kind
        self.is_loose = False
        self.box = None

    @property
    def words(self):
        together = " | " if self.is_loose else " & "
        return together.join(f"({query_of(group.alternatives)})" for group in self.groups)

    def without_filters(self):
        asked = replace(self.asked, answers={}, opened="", near="")
        return Reading(asked, self.groups, None, self.for_member, self.size, self.kind)

    def read(self):
        """{"total", "opened", "page", "rows", "facets", "towns"}."""
        if self.point:
            self.box = self.box_that_holds_enough()
            return self.run(NEAREST)
        return self.run(SHARED if self.is_loose else BEST)

    def box_that_holds_enough(self):
        """Km from the point, or None: anywhere."""
        counts = [COUNT.format(source=self.within(box), most=ENOUGH_NEAR) for box in BOXES]
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(counts), self.parameters)
            return next((box for box, n in zip(BOXES, cursor.fetchone(), strict=True) if n >= ENOUGH_NEAR), None)

    def count(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + COUNT.format(source=self.source, most="%(most)s"), self.parameters)
            return cursor.fetchone()[0]

    def run(self, candidates):
        statement = WHOLE.format(
            candidates=candidates.format(
                source=self.source,
                named=self.named,
                each=self.each,
                distance=self.distance,
                near=self.within(self.box),
                nowhere=f"{self.source} AND d.latitude IS NULL",
            ),
            distance=self.distance,
            opened=self.opened,
            known=self.known,
            reasons=self.reasons,
            openings=self.openings,
            relevance=self.relevance,
            matched=self.matched,
            worth=WORTH if self.is_loose else "1",
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, self.parameters)
            names = [column.name for column in cursor.description]
            return dict(zip(names, cursor.fetchone(), strict=True))

    @property
    def source(self):
        return f"FROM directory_document d {self.openings} WHERE {' AND '.join(self.conditions)}"

    @property
    def openings(self):
        return "LEFT JOIN directory_opening o ON o.service_id = d.service_id" if self.asked.opened else ""

    @property
    def conditions(self):
        yield "(d.closed_on IS NULL OR d.closed_on > %(today)s)"
        if not self.for_member:
            yield "NOT d.is_for_professionals"
        if self.kind:
            yield f"d.service_id IS {'NOT ' if self.kind == 'services' else ''}NULL"
        if self.words:
            yield "d.words @@ to_tsquery('directory_fr', %(words)s)"
        elif not self.kind:
            # Without words, a structure stands by itself only when none of its services is told.
            reserved = "" if self.for_member else "AND NOT t.is_for_professionals"
            yield (
                "(d.service_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM directory_document t"
                f" WHERE t.structure_id = d.structure_id AND t.service_id IS NOT NULL {reserved}"
                " AND (t.closed_on IS NULL OR t.closed_on > %(today)s)))"
            )
        for number, _ in enumerate(self.asked.codes):
            yield f"d.codes && %(codes_{number})s"
        if self.asked.opened:
            yield f"({MAYBE_OPEN} OR o.minutes && %(window)s::int4range)"

    def within(self, kilometres):
        """Those whose place is known, no further than that from the point on either side."""
        if not kilometres:
            return f"{self.source} AND d.latitude IS NOT NULL"
        south, north, west, east = self.sides(kilometres)
        return (
            f"{self.source} AND d.latitude BETWEEN {south:.6f} AND {north:.6f}"
            f" AND d.longitude BETWEEN {west:.6f} AND {east:.6f}"
        )

    @property
    def each(self):
        """Some of what holds each word, so that the commonest does not take all the room."""
        sources = [self.source.replace("%(words)s", f"%(group_{n})s") for n, _ in enumerate(self.groups)]
        return " UNION ".join(f"({FEW_BEST.format(source=source)})" for source in sources)

    @property
    def named(self):
        name = "d.names @@ to_tsquery('directory_fr', %(words)s)" if self.words else "false"
        return f"{self.source} AND {name}"

    @property
    def opened(self):
        if not self.asked.opened:
            return "false"
        return "coalesce(%(day)s BETWEEN o.first_day AND o.last_day AND o.minutes && %(window)s::int4range, false)"

    @property
    def known(self):
        answers = [f"d.codes && %(known_{number})s" for number, _ in enumerate(self.asked.codes)]
        return f"ARRAY[{', '.join(answers)}]::boolean[]"

    @property
    def distance(self):
        return HAVERSINE if self.point else "NULL::float"

    @property
    def relevance(self):
        """Where the words are, what was typed before what it means, then what was confirmed lately."""
        if not self.groups:
            return "d.quality"
        rank = "ts_rank('{{0.05, 0.2, 0.5, 1}}', d.words, to_tsquery('directory_fr', %({})s), 1)"
        has_meanings = any(group.meanings - group.own for group in self.groups)
        ranks = rank.format("words") + (f" + {rank.format('typed')}" if has_meanings else "")
        return f"({ranks}) * (1 + greatest(d.quality - %(years)s + 5, 0) / 10)"

    @property
    def matched(self):
        """Which of the words are there; it only counts when some are not."""
        there = [
            f"d.words @@ to_tsquery('directory_fr', %(group_{n})s)" for n, _ in enumerate(self.groups) if self.is_loose
        ]
        return f"ARRAY[{', '.join(there)}]::boolean[]"

    @property
    def reasons(self):
        """The letter of the best place where each word is."""
        cases = [
            "CASE "
            + " ".join(
                f"WHEN d.words @@ to_tsquery('directory_fr', %(group_{n}_{letter})s) THEN '{letter}'"
                for letter in "ABCD"
            )
            + " END"
            for n, _ in enumerate(self.groups)
        ]
        return f"array_remove(ARRAY[{', '.join(cases)}]::text[], NULL)"

    @property
    def parameters(self):
        today = timezone.localdate()
        given = {
            "today": today,
            "most": MOST + 1,
            "named": NAMED,
            "unplaced": UNPLACED,
            "years": (today.year - 2000) + today.timetuple().tm_yday / 365,
            "words": self.words,
            "typed": " & ".join(f"({query_of(group.own)})" for group in self.groups),
            "page": self.asked.page,
            "size": self.size,
        }
        for number, (known, unknown) in enumerate(self.asked.codes):
            given |= {f"codes_{number}": known + unknown, f"known_{number}": known}
        for number, group in enumerate(self.groups):
            given[f"group_{number}"] = query_of(group.alternatives)
            given |= {f"group_{number}_{letter}": query_of(group.alternatives, letter) for letter in "ABCD"}
        if self.asked.opened:
            given["day"], (start, end) = window_of(self.asked.opened)
            given["window"] = f"[{start},{end})"
        if self.point:
            given |= {"latitude": self.point.latitude, "longitude": self.point.longitude}
        return given

    def sides(self, kilometres):
        """South, north, west and east of the box around the point, in degrees."""
        high = kilometres / KM_OF_A_DEGREE
        wide = high / max(math.cos(math.radians(self.point.latitude)), 0.01)
        latitude, longitude = self.point.latitude, self.point.longitude
        return latitude - high, latitude + high, longitude - wide, longitude + wide


# In km. least() takes a missing value for the other one, hence the condition.
HAVERSINE = """CASE WHEN d.latitude IS NOT NULL THEN 12742 * asin(least(1, sqrt(
    power(sin(radians(d.latitude - %(latitude)s) / 2), 2)
    + cos(radians(d.latitude)) * cos(radians(%(latitude)s))
      * power(sin(radians(d.longitude - %(longitude)s) / 2), 2)))) END"""
# Hours that are not known, or not for that day, are never a closed door.
MAYBE_OPEN = (
    "o.service_id IS NULL OR %(day)s NOT BETWEEN o.first_day AND o.last_day"
    " OR o.unknown_minutes && %(window)s::int4range"
)
WORTH = "(SELECT sum(w.weight) FROM weights w WHERE d.matched[w.n])"
COUNT = "(SELECT count(*) FROM (SELECT 1 {source} LIMIT {most}) x)"
FEW_BEST = "SELECT d.id {source} ORDER BY d.quality DESC, d.id LIMIT %(named)s"
# All of them up to MOST, else the best ones: the second part is not run when the first one is whole.
SOME = (
    "first_ones AS MATERIALIZED (SELECT d.id {source} LIMIT %(most)s), size AS (SELECT count(*) AS n FROM first_ones)"
)
BEST = (
    SOME + ", ids AS MATERIALIZED ("
    "SELECT id FROM first_ones WHERE (SELECT n FROM size) < %(most)s"
    " UNION SELECT id FROM (SELECT d.id {named} ORDER BY d.quality DESC, d.id LIMIT %(named)s) b"
    " WHERE (SELECT n FROM size) = %(most)s"
    " UNION SELECT id FROM (SELECT d.id {source} ORDER BY d.quality DESC, d.id LIMIT %(most)s) b"
    " WHERE (SELECT n FROM size) = %(most)s)"
)
SHARED = (
    SOME + ", ids AS MATERIALIZED ("
    "SELECT id FROM first_ones WHERE (SELECT n FROM size) < %(most)s"
    " UNION SELECT id FROM ({each}) b WHERE (SELECT n FROM size) = %(most)s)"
)
NEAREST = (
    "ids AS MATERIALIZED ((SELECT d.id {near} ORDER BY {distance}, d.id LIMIT %(most)s)"
    " UNION ALL (SELECT d.id {nowhere} ORDER BY d.quality DESC, d.id LIMIT %(unplaced)s))"
)
WHOLE = """
WITH {candidates},
told AS MATERIALIZED (
    SELECT d.*, {distance} AS distance, {opened} AS opened, {known} AS known, {relevance} AS relevance,
           {matched} AS matched
      FROM ids JOIN directory_document d USING (id) {openings}
),
-- A rare word tells more than a common one: « remplir un dossier à La Milesse » is about La Milesse.
weights AS (
    SELECT n, ln((SELECT count(*) FROM told) + 1.0) - ln(count(*) FILTER (WHERE t.matched[n]) + 0.5) AS weight
      FROM told t, generate_subscripts(t.matched, 1) n GROUP BY n
),
one_page AS (SELECT greatest(1, least(%(page)s, (count(*) + %(size)s - 1) / %(size)s)) AS number FROM told),
kept AS (
    SELECT d.*, row_number() OVER (
               ORDER BY d.opened DESC, array_position(d.known, false) IS NOT NULL, {worth} DESC, d.distance NULLS LAST,
                        d.relevance DESC, d.name, d.id) AS rank
      FROM told d
     ORDER BY rank LIMIT %(size)s OFFSET (SELECT (number - 1) * %(size)s FROM one_page)
)
SELECT (SELECT count(*) FROM told) AS total,
       (SELECT count(*) FROM told WHERE opened) AS opened,
       (SELECT number FROM one_page) AS page,
       (SELECT json_object_agg(code, n) FROM (
            SELECT code, count(*) AS n FROM told, unnest(codes) code
             WHERE code NOT LIKE 'commune=%%' GROUP BY code) f) AS facets,
       (SELECT json_agg(json_build_array(code, label, n)) FROM (
            SELECT substr(code, 9) AS code, mode() WITHIN GROUP (ORDER BY city_label) AS label, count(*) AS n
              FROM told, unnest(codes) code WHERE code LIKE 'commune=%%' AND code <> 'commune=?'
             GROUP BY code ORDER BY n DESC, code LIMIT 60) t) AS towns,
       (SELECT json_agg(json_build_object('service', d.service_id, 'structure', d.structure_id, 'distance', d.distance,
                                          'is_near_only', d.is_near_only, 'latitude', d.latitude,
                                          'longitude', d.longitude, 'known', d.known, 'reasons', {reasons})
                        ORDER BY d.rank) FROM kept d) AS rows
"""
