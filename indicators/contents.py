"""Everything a page shows of one sheet, read once: its pages in order, each question, its answer, last year's."""

from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from indicators.before import previous_figures
from indicators.checks import remarks
from indicators.figures import WITHOUT_FIGURE, Reply
from indicators.models import Section
from indicators.proposals import proofs_of

PLAIN_WORDS = ("period", "territory", "missions", "highlights")
SLUGS = {
    Section.ACTIVITY: "activite",
    Section.PUBLICS: "publics",
    Section.SERVICES: "services",
    Section.RUNNING: "fonctionnement",
}


def replies_of(sheet):
    """{code: Reply} of a sheet, saved or not; what has no answer is absent."""
    if not sheet.pk:
        return {}
    answers = sheet.answers.order_by().values_list("indicator__code", "kind", "value", "word")
    return {code: Reply(kind, value, word) for code, kind, value, word in answers}


def words_of(sheet):
    """{key: text} of everything in the sheet that is not a figure.

    Keys: the fields of PLAIN_WORDS, « blocks » (codes with spaces between), « <theme> » and « <theme>-new » (« oui »).
    """
    words = {name: getattr(sheet, name) for name in PLAIN_WORDS}
    if sheet.pk:
        words["blocks"] = " ".join(sorted(sheet.blocks.values_list("code", flat=True)))
        for difficulty in sheet.difficulties.all():
            words[difficulty.theme] = difficulty.text
            words[f"{difficulty.theme}-new"] = "oui" if difficulty.is_new else ""
    return {key: text for key, text in words.items() if text}


@dataclass
class Part:
    """A page of the sheet. `questions` are its main indicators; a page of words has none."""

    name: str
    title: str
    url: str
    questions: list = field(default_factory=list)
    answered: int = 0
    is_begun: bool = False
    is_essential: bool = False

    @property
    def is_done(self):
        return self.answered == len(self.questions) if self.questions else self.is_begun


class Contents:
    def __init__(self, sheet):
        self.sheet = sheet
        self.shown_anyway = set()

    @cached_property
    def catalogue(self):
        return list(self.sheet.campaign.indicators.select_related("block", "breakdown"))

    @cached_property
    def asked(self):
        """What the campaign asks, whatever the structure does: a ratio is computed."""
        return [indicator for indicator in self.catalogue if indicator.total != "ratio"]

    @cached_property
    def replies(self):
        return replies_of(self.sheet)

    @cached_property
    def ticked(self):
        """The blocks that concern the structure: it ticked them, or has answered in them."""
        answered = {i.block_id for i in self.catalogue if i.block_id and i.code in self.replies}
        return (
            self.shown_anyway
            | answered
            | (set(self.sheet.blocks.values_list("pk", flat=True)) if self.sheet.pk else set())
        )

    def concerns(self, indicators):
        """From now on as if the structure had ticked the blocks of these."""
        self.shown_anyway = {indicator.block_id for indicator in indicators if indicator.block_id}

    @cached_property
    def indicators(self):
        """What this structure is asked, parts of breakdowns included."""
        return [
            indicator for indicator in self.asked if indicator.block_id is None or indicator.block_id in self.ticked
        ]

    @cached_property
    def main(self):
        return [indicator for indicator in self.indicators if indicator.breakdown_id is None]

    @cached_property
    def previous(self):
        return previous_figures(self.sheet)

    @cached_property
    def remarks(self):
        return remarks(self.indicators, self.replies, self.previous)

    def remarks_on(self, indicators):
        return remarks(indicators, self.replies, self.previous)

    @property
    def answered(self):
        return sum(indicator.code in self.replies for indicator in self.main)

    @cached_property
    def essential(self):
        return [indicator for indicator in self.main if indicator.block_id is None]

    @property
    def essential_answered(self):
        return sum(indicator.code in self.replies for indicator in self.essential)

    @cached_property
    def parts(self):
        sheet = self.sheet
        return [
            Part("frame", "Votre année", self.url("frame"), is_begun=bool(sheet.territory), is_essential=True),
            Part("report", "Le rapport d’activité", self.url("report"), is_begun=self.report is not None),
            *self.figure_parts(),
            Part("story", "Ce qui s’est passé", self.url("story"), is_begun=bool(sheet.missions or sheet.highlights)),
            Part("sending", "Relire et envoyer", self.url("sending"), is_begun=not sheet.is_draft, is_essential=True),
        ]

    @property
    def report(self):
        """The activity report, or None; read with the sheet when this one was found with LINKED."""
        return getattr(self.sheet, "report", None)

    @cached_property
    def proofs(self):
        """{code: Proof} of the figures that come from the report."""
        return proofs_of(self.sheet, self.replies)

    def line(self, indicator):
        """What a page that reads shows of one indicator."""
        reply = self.replies.get(indicator.code)
        return {
            "indicator": indicator,
            "reply": reply,
            "proof": self.proofs.get(indicator.code),
            "before": self.previous.get(indicator.code),
            "remarks": self.remarks.get(indicator.code, []),
            "word": reply.word if reply else "",
            "questions": [],
        }

    @property
    def lines(self):
        return [self.line(indicator) for indicator in self.main]

    def url(self, name, *more):
        return reverse(f"indicators:{name}", args=[self.sheet.campaign.year, self.sheet.structure_id, *more])

    def figure_parts(self):
        """The essential, a page for each section; then a page for each block ticked."""
        for section, slug in SLUGS.items():
            questions = [i for i in self.main if i.section == section and i.block_id is None]
            if questions:
                yield self.figure_part(slug, section.label, questions, is_essential=True)
        for block in dict.fromkeys(indicator.block for indicator in self.main if indicator.block_id):
            questions = [indicator for indicator in self.main if indicator.block_id == block.pk]
            yield self.figure_part(f"bloc-{block.code}", block.label, questions)

    def figure_part(self, slug, title, questions, **more):
        answered = sum(indicator.code in self.replies for indicator in questions)
        return Part(slug, title, self.url("figures", slug), questions, answered, **more)

    def part(self, name):
        return next((part for part in self.parts if part.name == name), None)

    def after(self, part):
        return self.parts[(self.parts.index(part) + 1) % len(self.parts)]

    def next_to_do(self):
        return next((part for part in self.parts if not part.is_done and part.name != "report"), self.parts[-1])

    def url_of(self, indicator):
        """The page on which it is typed."""
        block = indicator.block
        return self.url("figures", f"bloc-{block.code}" if indicator.block_id else SLUGS[Section(indicator.section)])

    def asked_on(self, name):
        """All that the form of a page of figures may hold: its questions, then the parts of their breakdowns."""
        section = next((section for section, slug in SLUGS.items() if slug == name), None)
        return [
            indicator
            for indicator in self.asked
            if (indicator.block and f"bloc-{indicator.block.code}" == name)
            or (indicator.block_id is None and indicator.section == section)
        ]

    @cached_property
    def ratios(self):
        """(indicator, Decimal or None) for what is computed from two answers."""
        return [(i, self.ratio(i)) for i in self.catalogue if i.total == "ratio"]

    def ratio(self, indicator):
        codes = {one.pk: one.code for one in self.catalogue}
        over, under = (self.replies.get(codes[pk]) for pk in (indicator.numerator_id, indicator.denominator_id))
        if over is None or under is None or over.kind in WITHOUT_FIGURE or not under.value:
            return None
        return round(over.value / under.value, 1)
