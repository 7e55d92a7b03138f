"""What a page or a file shows of a snapshot: the same words and charts everywhere, nothing computed from elsewhere."""

import json
from datetime import date
from decimal import Decimal
from functools import cached_property

from indicators.models import Audience, Section, SummaryText
from indicators.summary.canonical import digest_of
from indicators.summary.note import change
from indicators.summary.snapshot import FORMAT
from lemans_solidaire.network import charts
from lemans_solidaire.network.templatetags.french import figure, plural

CHARTS_OF_A_CHAPTER = 4
PEOPLE_AT_WORK = ("salaries", "benevoles")


class Reading:
    """`text` is the canonical JSON of a snapshot, and the digest is its own; ValueError for another format."""

    def __init__(self, text):
        self.digest = digest_of(text)
        self.snapshot = json.loads(text)
        if self.snapshot["format"] != FORMAT:
            raise ValueError(f"format d’instantané inconnu : {self.snapshot['format']}")
        for name in (
            "year", "edition", "structures", "sheets", "withheld", "summed", "apart", "territory", "threshold", "texts"
        ):  # fmt: skip
            setattr(self, name, self.snapshot[name])
        self.texts = dict.fromkeys(SummaryText.Place.values) | self.texts
        self.date = date.fromisoformat(self.snapshot["date"])
        self.audience = self.snapshot["audience"]
        self.is_public = self.audience == Audience.PUBLIC
        self.highlights, self.annexes = self.snapshot["highlights"], self.snapshot["annexes"]
        self.new, self.other_chapters = self.snapshot["new"], self.snapshot["other_chapters"]

    @property
    def title(self):
        return f"Le réseau en {self.year}"

    @property
    def totals_caption(self):
        return f"Totaux du réseau en {self.year}"

    @property
    def trends_caption(self):
        return "D’une année à l’autre"

    @property
    def edition_in_words(self):
        return f"{'édition publique' if self.is_public else 'édition du réseau'} n° {self.edition}"

    @property
    def withheld_in_words(self):
        """« 2 autres ont répondu et gardent leurs chiffres pour elles. »; « » when all are told."""
        if not self.withheld:
            return ""
        if self.withheld == 1:
            return "1 autre a répondu et garde ses chiffres pour elle : ils ne sont dans aucun total."
        return (
            f"{self.withheld} autres ont répondu et gardent leurs chiffres pour elles : ils ne sont dans aucun total."
        )

    @property
    def perimeter(self):
        return self.territory[0].lower() + self.territory[1:]

    @cached_property
    def lines(self):
        """{code: line}, each with `shown`, its total in words."""
        return {
            line["code"]: line
            | {
                "shown": total_in_words(line),
                "coverage": coverage(line),
                "apart": [apart | {"shown": total_in_words(apart)} for apart in line["apart"]],
                "trend": line["trend"] and line["trend"] | {"structures": len(line["trend"]["structures"])},
                "change": change_in_words(line["trend"]),
            }
            for chapter in self.snapshot["chapters"]
            for line in chapter["lines"]
        }

    @cached_property
    def key_lines(self):
        return [line for line in self.lines.values() if line["is_key"]]

    @cached_property
    def apart_groups(self):
        """[(territory and period, how many structures, [(line, its figure there)])]."""
        found = {where: [] for where in self.apart}
        for line in self.lines.values():
            for figure_there in line["apart"]:
                found[figure_there["where"]].append((line, figure_there))
        return [(where, self.apart[where], figures) for where, figures in found.items() if figures]

    @cached_property
    def note_figures(self):
        return [self.lines[code] for code in self.snapshot["note"]["figures"]]

    @cached_property
    def note_trends(self):
        return [self.lines[code] for code in self.snapshot["note"]["trends"]]

    @cached_property
    def problems(self):
        return [
            problem | {"before_told": problem["before"] is not None, "state_in_words": state_in_words(problem)}
            for problem in self.snapshot["problems"]
        ]

    @cached_property
    def note_problems(self):
        chosen = self.snapshot["note"]["problems"]
        return [problem for problem in self.problems if problem["theme"] in chosen]

    @cached_property
    def chapters(self):
        return [self.chapter(chapter) for chapter in self.snapshot["chapters"]]

    def chapter(self, chapter):
        lines = [self.lines[line["code"]] for line in chapter["lines"]]
        return {
            "key": chapter["key"],
            "title": chapter["title"],
            "comment": self.texts[chapter["key"]],
            "lines": lines,
            "trends": trend_table([line for line in lines if not line["is_key"]]),
            "breakdowns": [self.breakdown(one) for one in chapter["breakdowns"]],
            "charts": self.charts_of(chapter["key"], lines),
        }

    def breakdown(self, one):
        """With its chart and the share of each part."""
        whole = sum(Decimal(group["value"]) for group in one["groups"])
        groups = [group | {"share": charts.share(Decimal(group["value"]), whole)} for group in one["groups"]]
        items = [(group["label"], Decimal(group["value"])) for group in one["groups"]]
        title = f"{one['label']}, par {one['by']}"
        draw = charts.bars if one["dimension"] == "age" else charts.stacked_bar
        return one | {
            "groups": groups,
            "title": title,
            "chart": draw(f"r-{one['code']}-{one['dimension']}", title, items),
            "is_older": one["edition"] != self.edition,
        }

    def charts_of(self, key, lines):
        if key == Section.RUNNING:
            return [chart for chart in (self.people_at_work(lines), self.ages()) if chart]
        trends = [line for line in lines if line["trend"] and not line["is_key"]]
        return [self.trend_chart(line) for line in trends[:CHARTS_OF_A_CHAPTER]]

    def trend_chart(self, line):
        trend = line["trend"]
        points = [(year, Decimal(value)) for year, value in zip(trend["years"], trend["values"], strict=True)]
        title = f"{line['label']} ({line['unit']}), dans les {trend['structures']} mêmes structures"
        return charts.lines(f"t-{line['code']}", title, points)

    @cached_property
    def key_charts(self):
        return [self.trend_chart(line) for line in self.key_lines if line["trend"]]

    def people_at_work(self, lines):
        """Those who make the structures live, in numbers of people."""
        people = [line for line in lines if line["code"] in PEOPLE_AT_WORK and line["trend"]]
        if not people:
            return None
        years = years_of(people)
        items = [(line["label"], [known and Decimal(known) for known in values]) for line, values in by_year(people)]
        title = "Salariés et bénévoles"
        return charts.grouped_bars("personnes-au-travail", title, [str(year) for year in years], items)

    def ages(self):
        """The people welcomed and the volunteers, where both are told by the same ages."""
        by_code = {
            one["code"]: one
            for chapter in self.snapshot["chapters"]
            for one in chapter["breakdowns"]
            if one["dimension"] == "age"
        }
        pair = [by_code.get("personnes"), by_code.get("benevoles")]
        labels = [[group["label"] for group in one["groups"]] for one in pair if one]
        if None in pair or labels[0] != labels[1]:
            return None
        items = [
            (label, Decimal(left["value"]), Decimal(right["value"]))
            for label, left, right in zip(labels[0], pair[0]["groups"], pair[1]["groups"], strict=True)
        ]
        return charts.pyramid("ages", "Âges, en parts de chaque population", ("Personnes", "Bénévoles"), items)

    @cached_property
    def key_trends(self):
        return trend_table(self.key_lines)

    @cached_property
    def problems_chart(self):
        if not self.problems:
            return None
        title = "Difficultés : nombre de structures qui les ont rencontrées"
        if self.problems[0]["before_told"]:
            items = [(one["label"], [Decimal(one["structures"]), Decimal(one["before"])]) for one in self.problems]
            return charts.grouped_bars("difficultes", title, [str(self.year), str(self.year - 1)], items)
        return charts.bars("difficultes", title, [(one["label"], Decimal(one["structures"])) for one in self.problems])

    @property
    def all_charts(self):
        """In the order of the page."""
        found = [*self.key_charts]
        for chapter in self.chapters:
            found += [*chapter["charts"], *(one["chart"] for one in chapter["breakdowns"])]
        return found + [self.problems_chart] * bool(self.problems_chart)

    def annex(self, structure_id):
        for page in self.annexes:
            if page["structure_id"] == structure_id:
                return page
        return None


def total_in_words(total):
    """« 12 400 », « de 610 à 1 850 », « non connu »."""
    if not total["answered"]:
        return "non connu"
    if "total" in total:
        return figure(total["total"])
    if total["at_least"] == total["at_most"]:
        return figure(total["at_most"])
    return f"de {figure(total['at_least'])} à {figure(total['at_most'])}"


def coverage(line):
    who = f" qui le {'font' if line['concerned'] > 1 else 'fait'}" if line["block"] else ""
    return f"{line['answered']} sur {line['concerned']}{who}"


def change_in_words(trend):
    """« 12 % de plus qu’en 2024 (de 8 010 à 8 970), dans les 14 mêmes structures »; « » when nothing moved."""
    percent = change(trend)
    if not percent:
        return ""
    year, (before, now) = trend["years"][-2], (figure(value) for value in trend["values"][-2:])
    more = f"{abs(percent)}\u00a0% de {'plus' if percent > 0 else 'moins'} qu’en {year} (de {before} à {now})"
    return f"{more}, dans les {len(trend['structures'])} mêmes structures"


def years_of(lines):
    return sorted({year for line in lines for year in line["trend"]["years"]})


def by_year(lines):
    """(line, its value for each of the years that any of them has, None where it has none)."""
    years = years_of(lines)
    for line in lines:
        known = dict(zip(line["trend"]["years"], line["trend"]["values"], strict=True))
        yield line, [known.get(year) for year in years]


def trend_table(lines):
    """{years, rows: [(line, a text for each year)]} of those that have a trend; None when none has."""
    lines = [line for line in lines if line["trend"]]
    rows = [(line, [figure(value) or "non connu" for value in values]) for line, values in by_year(lines)]
    return {"years": years_of(lines), "rows": rows} if rows else None


def state_in_words(problem):
    """« Étudiée avec le réseau. Un groupe se réunit en mars. »"""
    state = problem["state"] and f"{problem['state'][0].upper()}{problem['state'][1:]}."
    return f"{state} {problem['words']}".strip()


def structures_in_words(count):
    return f"{count} structure{plural(count)}"
