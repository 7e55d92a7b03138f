"""Charts as shapes that templates/charts/chart.svg draws: the same in a page and in a PDF.

Everything is measured in units of a drawing WIDTH wide, so narrow that it is read on a phone. Figures come as
Decimal or None (not known). Coordinates are texts: a template would write « 1,5 ».
"""

import textwrap
from dataclasses import dataclass, field
from decimal import Decimal

from lemans_solidaire.network.templatetags.french import figure

WIDTH = 340
LETTER = 6.9  # of the typeface at 14 units, on average
LINE, BAR, GAP = 18, 16, 12
VALUE_ROOM = 84  # for « 1 200 000 » after the longest bar
NOT_KNOWN = "non connu"


@dataclass(frozen=True)
class Fill:
    """A colour and a mark, so that no part is told by its colour alone; portal.css gives both a dark version."""

    name: str
    ground: str
    mark: str = ""
    stroke: str = ""


FILLS = [
    Fill("brick", "#99402b"),
    Fill("river", "#1b5e6b", "M-2 6L6 -2M2 10L10 2", "#fbf8f3"),
    Fill("sand", "#f3e9dc", "M2 2h1M6 6h1", "#7c3222"),
    Fill("paper", "#ffffff", "M0 4H8", "#1b5e6b"),
    Fill("clay", "#c98a72", "M4 0V8", "#fbf8f3"),
    Fill("stone", "#d9cfc2", "M0 4H8M4 0V8", "#20242b"),
]


@dataclass
class Chart:
    """`shapes`: (name of the shape, its attributes); `desc` says every figure; `key` is unique in the page."""

    key: str
    title: str
    desc: str
    height: float = 0
    shapes: list = field(default_factory=list)
    series: int = 1
    width: int = WIDTH

    @property
    def fills(self):
        return [FILLS[series % len(FILLS)] for series in range(self.series)]

    @property
    def tall(self):
        return text(self.height)

    def bar(self, x, y, width, height, series):
        self.shapes.append(("bar", numbers(x=x, y=y, width=width, height=height) | {"series": series}))

    def text(self, x, y, words, anchor="start", weight="400"):
        self.shapes.append(("text", numbers(x=x, y=y) | {"words": words, "anchor": anchor, "weight": weight}))

    def line(self, x1, y1, x2, y2):
        self.shapes.append(("line", numbers(x1=x1, y1=y1, x2=x2, y2=y2)))

    def polyline(self, points):
        self.shapes.append(("polyline", {"points": " ".join(f"{text(x)},{text(y)}" for x, y in points)}))

    def dot(self, x, y):
        self.shapes.append(("dot", numbers(x=x, y=y)))

    def words(self, y, label, width=WIDTH):
        """A label on as many lines as it needs; the place below it."""
        for line in textwrap.wrap(label, int(width / LETTER)) or [""]:
            self.text(0, y + 12, line)
            y += LINE
        return y

    def legend(self, labels):
        """One square and its words a line, then some room."""
        for series, label in enumerate(labels):
            self.bar(0, self.height + 2, 13, 13, series)
            first, *others = textwrap.wrap(label, int((WIDTH - 20) / LETTER))
            self.text(20, self.height + 13, first)
            for line in others:
                self.height += LINE
                self.text(20, self.height + 13, line)
            self.height += LINE + 3
        self.height += 6


def text(number):
    return f"{number:.1f}".rstrip("0").rstrip(".")


def numbers(**values):
    return {name: text(value) for name, value in values.items()}


def scale(values, room):
    """figure -> units; a zero or a lone unknown has no length."""
    most = max((float(value) for value in values if value is not None), default=0)
    return lambda value: float(value) * room / most if most and value else 0


def told(label, value, unit=""):
    return (
        f"{label} : {NOT_KNOWN if value is None else figure(value)}{' ' + unit if unit and value is not None else ''}"
    )


def bars(key, title, items):
    """[(label, figure)]: one bar each, its label above it and its figure after it."""
    chart = Chart(key, title, " ; ".join(told(*item) for item in items))
    length = scale([value for _, value in items], WIDTH - VALUE_ROOM)
    for label, value in items:
        add_bar(chart, label, [value], length)
    return chart


def grouped_bars(key, title, series, items):
    """[(label, [figure for each series])]: bars side by side, one pattern for each series."""
    each = [
        f"{label}, " + ", ".join(told(name, value) for name, value in zip(series, values, strict=True))
        for label, values in items
    ]
    chart = Chart(key, title, " ; ".join(each), series=len(series))
    chart.legend(series)
    length = scale([value for _, values in items for value in values], WIDTH - VALUE_ROOM)
    for label, values in items:
        add_bar(chart, label, values, length)
    return chart


def add_bar(chart, label, values, length):
    y = chart.words(chart.height, label)
    for series, value in enumerate(values):
        width = max(length(value), 1)
        if value is not None:
            chart.bar(0, y, width, BAR, series)
        words = NOT_KNOWN if value is None else figure(value)
        chart.text(width + 6 if value is not None else 0, y + 12, words, weight="700" if value is not None else "400")
        y += BAR + 3
    chart.height = y + GAP - 3


def stacked_bar(key, title, items):
    """[(label, figure)]: one whole bar shared out; each part in the legend with its figure and its share."""
    whole = sum(value for _, value in items)
    legend = [f"{label} : {figure(value)} ({share(value, whole)})" for label, value in items]
    chart = Chart(key, title, " ; ".join(legend), series=len(items))
    x = 0.0
    for series, (_, value) in enumerate(items):
        width = float(value) * WIDTH / float(whole) if whole else 0
        if width:
            chart.bar(x, 0, width, 30, series)
        x += width
    chart.height = 42
    chart.legend(legend)
    return chart


def share(value, whole):
    """« 12 % »; what is not nothing is never « 0 % »."""
    percent = Decimal(value) * 100 / Decimal(whole) if whole else Decimal(0)
    if 0 < percent < 1:
        return "<\u00a01\u00a0%"
    return f"{round(percent)}\u00a0%"


def lines(key, title, points):
    """[(year, figure or None)]: one line through the years; a year that is not known leaves a hole."""
    chart = Chart(key, title, " ; ".join(told(str(year), value) for year, value in points))
    left, right, top, bottom = 34, WIDTH - 34, 30, 100
    step = (right - left) / max(len(points) - 1, 1)
    high = scale([value for _, value in points], bottom - top)
    chart.line(0, bottom, WIDTH, bottom)
    placed = []
    for number, (year, value) in enumerate(points):
        x = left + number * step if len(points) > 1 else WIDTH / 2
        chart.text(x, bottom + 18, str(year), anchor="middle")
        if value is None:
            chart.text(x, bottom - 8, NOT_KNOWN, anchor="middle")
            placed.append(None)
        else:
            placed.append((x, bottom - high(value)))
    for before, after in zip(placed, placed[1:], strict=False):
        if before and after:
            chart.polyline([before, after])
    for place, (_, value) in zip(placed, points, strict=True):
        if place:
            chart.dot(*place)
            chart.text(place[0], place[1] - 10, figure(value), anchor="middle", weight="700")
    chart.height = bottom + 26
    return chart


def pyramid(key, title, sides, items):
    """Two populations back to back, in shares of each: [(label, figure left, figure right)], the youngest below."""
    totals = [sum(item[side] for item in items) for side in (1, 2)]
    each = [
        f"{label} : {figure(left)} ({share(left, totals[0])}) et {figure(right)} ({share(right, totals[1])})"
        for label, left, right in items
    ]
    chart = Chart(key, title, f"{sides[0]} à gauche, {sides[1]} à droite. " + " ; ".join(each), series=2)
    chart.legend([f"{sides[0]}, à gauche", f"{sides[1]}, à droite"])
    shares = [
        [float(value) / float(total) if total else 0 for value, total in zip(item[1:], totals, strict=True)]
        for item in items
    ]
    middle = WIDTH / 2
    length = scale([Decimal(str(part)) for pair in shares for part in pair], middle - 62)
    for (label, left, right), pair in reversed(list(zip(items, shares, strict=True))):
        chart.text(middle, chart.height + 12, label, anchor="middle")
        y, (on_left, on_right) = chart.height + LINE, (max(length(part), 1) for part in pair)
        chart.bar(middle - 1 - on_left, y, on_left, BAR, 0)
        chart.bar(middle + 1, y, on_right, BAR, 1)
        chart.text(middle - on_left - 7, y + 12, share(left, totals[0]), anchor="end", weight="700")
        chart.text(middle + on_right + 7, y + 12, share(right, totals[1]), weight="700")
        chart.height = y + BAR + GAP
    return chart


def specimens():
    """One of each, with what is awkward to draw: long labels, zeros, missing years, many bars."""
    long = "Personnes accueillies qui prennent part aux décisions de la structure"
    two_years = [("Salariés", [Decimal(12), Decimal(14)]), (long, [None, Decimal(9)])]
    ages = [("Moins de 26 ans", Decimal(40), Decimal(2)), ("26 ans et plus", Decimal(60), Decimal(30))]
    return [
        bars("s-1", "Une barre", [("Seule", Decimal(4))]),
        bars("s-2", "Trois barres", [(long, Decimal(1200000)), ("Zéro", Decimal(0)), ("Inconnu", None)]),
        grouped_bars("s-3", "Barres groupées", ["2024", "2025"], two_years),
        stacked_bar("s-4", "Parts d’un tout", [(f"Part {number}", Decimal(number * 7)) for number in range(7)]),
        lines("s-5", "Trois années, dont une inconnue", [(2023, Decimal(880)), (2024, None), (2025, Decimal(910))]),
        lines("s-6", "Trois années", [(2023, Decimal(880)), (2024, Decimal(420)), (2025, Decimal(1250))]),
        pyramid("s-7", "Deux populations", ("Personnes", "Bénévoles"), ages),
        bars("s-8", "Trente barres", [(f"Commune {number}", Decimal(number * number)) for number in range(1, 31)]),
    ]
