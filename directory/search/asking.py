"""What somebody asks of the directory: the address holds it all, for the page and for the programs that read it."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from directory import languages, vocabulary
from directory.plain import town
from directory.questions import QUESTIONS
from directory.search.moments import moment_in_french, read_moment

LONGEST = 200
LAST_PAGE = 500


@dataclass(frozen=True)
class Asked:
    q: str = ""
    answers: dict = field(default_factory=dict)  # {question: value} of the filters
    near: str = ""
    opened: str = ""  # « maintenant », « soir », or a day as YYYY-MM-DD
    reads: str = ""  # the language in which the person reads: of the slip
    page: int = 1
    as_typed: bool = False

    @classmethod
    def of(cls, get):
        """From an address: what cannot be read is left out."""
        given = {name: get.get(name, "").strip()[:LONGEST] for name in FILTERS}
        answers = {name: value for name, value in given.items() if value and FILTERS[name].reads(value)}
        return cls(
            q=get.get("q", "").strip()[:LONGEST],
            answers=answers,
            near=get.get("pres_de", "").strip()[:100],
            opened=read_moment(get.get("ouvert", "").strip()),
            reads=get.get("lit", "") if get.get("lit", "") in languages.languages() else "",
            page=read_page(get.get("page", "1")),
            as_typed="tel_quel" in get,
        )

    @property
    def parameters(self):
        given = {"q": self.q, **self.answers, "pres_de": self.near, "ouvert": self.opened, "lit": self.reads}
        given |= {"tel_quel": "oui" if self.as_typed else "", "page": self.page if self.page > 1 else ""}
        return {name: value for name, value in given.items() if value}

    def url(self, **changes):
        return f"?{urlencode(replace(self, **{'page': 1, **changes}).parameters)}#resultats"

    def without(self, name):
        """The address of the same search, less one of its filters."""
        if name in self.answers:
            return self.url(answers={other: value for other, value in self.answers.items() if other != name})
        return self.url(**{name: ""})

    def with_answer(self, name, value):
        return self.url(answers={**self.answers, name: value})

    @property
    def codes(self):
        """[(codes that answer, codes that may, not being known)] for each filter."""
        return [FILTERS[name].codes(name, value) for name, value in self.answers.items()]

    @property
    def chips(self):
        """[(name, label, address without it)] of what is asked beside the words."""
        told = [(name, FILTERS[name].label(value), self.without(name)) for name, value in self.answers.items()]
        if self.opened:
            told.append(("opened", moment_in_french(self.opened), self.without("opened")))
        if self.near:
            told.append(("near", f"près de\u202f: {self.near}", self.without("near")))
        return told


@dataclass(frozen=True)
class Filter:
    reads: callable
    label: callable
    accepts: tuple = ()  # other answers that do as well
    is_strict: bool = False  # what is not known does not answer
    as_code: callable = str

    def codes(self, name, value):
        known = [f"{name}={self.as_code(value)}", *(f"{name}={other}" for other in self.accepts)]
        return known, [] if self.is_strict else [f"{name}=?"]


FILTERS = {
    "theme": Filter(
        lambda code: code in vocabulary.words("themes") or code in vocabulary.groups(),
        lambda code: vocabulary.groups().get(code) or vocabulary.label("themes", code),
        is_strict=True,
    ),
    "public": Filter(
        lambda code: code in vocabulary.words("publics"),
        lambda code: vocabulary.label("publics", code),
        accepts=("tous-publics",),
    ),
    "commune": Filter(town, str, as_code=town),
    "langue": Filter(
        lambda code: code in languages.spoken(), lambda code: f"on y parle {languages.spoken_label(code)}"
    ),
    "frais": Filter(lambda code: code in vocabulary.words("fees"), lambda code: vocabulary.label("fees", code).lower()),
    **{
        question.name: Filter(lambda answer: answer == "oui", lambda answer, label=question.asked: label)
        for question in QUESTIONS
    },
}


def read_page(text):
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1
