from indicators.models.campaign import Campaign, Territory
from indicators.models.catalogue import Block, Breakdown, Indicator, Section
from indicators.models.contact import ConfirmationLink, Reminder
from indicators.models.edition import Audience, Edition, EditionFile, Format, Proof, ProofFile
from indicators.models.past import PastFigure
from indicators.models.preparing import Annex, Highlight, ProblemState, SummaryText
from indicators.models.reading import Proposal, ReportReading, WaitingReport, WordsVerdict
from indicators.models.report import Report
from indicators.models.sheet import Answer, Difficulty, Question, Sheet

__all__ = [
    "Annex",
    "Answer",
    "Audience",
    "Block",
    "Breakdown",
    "Campaign",
    "ConfirmationLink",
    "Difficulty",
    "Edition",
    "EditionFile",
    "Format",
    "Highlight",
    "Indicator",
    "PastFigure",
    "ProblemState",
    "Proof",
    "ProofFile",
    "Proposal",
    "Question",
    "Reminder",
    "Report",
    "ReportReading",
    "Section",
    "Sheet",
    "SummaryText",
    "Territory",
    "WaitingReport",
    "WordsVerdict",
]
