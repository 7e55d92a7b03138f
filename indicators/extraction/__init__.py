"""From a report to proposals: a PDF and a catalogue in; values with the page and the words that state them out.

Nothing here knows Django, and nothing is written anywhere: a person decides on each proposal.
"""

from dataclasses import asdict, dataclass, field

VERSION = "3"  # what read it, written with each accepted value; raised when the rules change what is read


@dataclass
class Proposal:
    code: str
    value: float
    unit: str
    page: int  # from 1
    quote: str  # as the page's own text has it
    boxes: list  # of the quoted words: (left, top, right, bottom) in points from the page's top left corner
    confidence: float
    is_table: bool
    is_approximate: bool = False
    named_by: str = ""  # the report's own words that name the value, without the figure
    matched: str = ""  # the indicator's label or keyword that they are closest to, as the catalogue writes it
    others: list = field(default_factory=list)  # other values found for the same code, the surest first

    def as_dict(self):
        return asdict(self)


@dataclass
class Reading:
    """What was read of a report; pages from 1."""

    proposals: list
    pages: int
    by_ocr: list  # pages read by character recognition
    unread: list  # pages without text that were not read


def extract(path_or_bytes, catalogue, year=None, before=None):
    """[Proposal], at most one for each code of the catalogue (the entries of its JSON file).

    `before` is {code: the structure's figure of last year}, where it is known.
    """
    from indicators.extraction.proposing import propose

    return propose(path_or_bytes, catalogue, year, before)
