"""What people's decisions teach of the words of reports; the CCAS decides, and nothing is learnt by itself."""

from collections import defaultdict
from dataclasses import dataclass, field

from indicators.extraction.words import PLAIN, stems
from indicators.models import Proposal, Sheet, WordsVerdict

MOST_WORDS = 120
Verdict = WordsVerdict.Verdict
ABOUT = set(stems("environ près presque quelque autour approximativement plus moins total nombre"))


@dataclass
class Lesson:
    """`kept` and `rejected`: the structures whose reports named the indicator so, by what they decided."""

    indicator: object
    words: str
    is_synonym: bool
    kept: set = field(default_factory=set)
    rejected: set = field(default_factory=set)

    @property
    def answers(self):
        """[(verdict, what its button says)] that the CCAS may give."""
        if self.is_synonym:
            return [(Verdict.REMOVED, "Retirer"), (Verdict.KEPT, "Garder")]
        return [(Verdict.TAKEN, "Ajouter"), (Verdict.LEFT, "Laisser")]


def lessons(campaign):
    """(to take, to remove): words that are not yet among the synonyms, and synonyms that mislead.

    Only of sheets that were sent: the CCAS reads nothing of a draft.
    """
    found = defaultdict(dict)
    for proposal in decided(campaign):
        is_kept = proposal.state != Proposal.State.REJECTED
        for words, is_synonym in taught_by(proposal, is_kept):
            key = (proposal.indicator_id, words.lower())
            lesson = found[is_synonym].setdefault(key, Lesson(proposal.indicator, words, is_synonym))
            (lesson.kept if is_kept else lesson.rejected).add(proposal.reading.sheet.structure_id)
    answered = {
        (indicator, words.lower())
        for indicator, words in WordsVerdict.objects.filter(indicator__campaign=campaign).values_list(
            "indicator", "words"
        )
    }
    new = [one for key, one in found[False].items() if key not in answered and one.kept]
    misleading = [one for key, one in found[True].items() if key not in answered and len(one.rejected) > len(one.kept)]
    return sorted(new, key=in_order), sorted(misleading, key=in_order)


def decided(campaign):
    sent = Proposal.objects.filter(reading__sheet__campaign=campaign).exclude(state=Proposal.State.OPEN)
    sent = sent.exclude(reading__sheet__state=Sheet.State.DRAFT)
    return sent.select_related("indicator__breakdown__indicator", "reading__sheet").order_by("pk")


def taught_by(proposal, is_kept):
    """(words, is a synonym): the report's own words where they are new, and the synonym that led to them."""
    passage = proposal.passage
    named, matched = tidy(passage.get("named_by", "")), tidy(passage.get("matched", ""))
    known = {line.strip().lower() for line in proposal.indicator.synonyms.splitlines()}
    if is_kept and says_something_new(named, proposal.indicator):
        yield named, False
    if matched.lower() in known:
        yield matched, True


def says_something_new(named, indicator):
    """More than the label, the unit and the synonyms do: « entrées au comptoir », and not « Passages : passages »."""
    already = {stem for words in (indicator.label, indicator.unit, indicator.synonyms) for stem in stems(words)}
    return bool(set(stems(named)) - already - PLAIN - ABOUT)


def tidy(words):
    return " ".join(words.split()).strip(" .,;:–-•*«»()")[:MOST_WORDS]


def in_order(lesson):
    return (-len(lesson.kept) - len(lesson.rejected), lesson.indicator.position, lesson.words)
