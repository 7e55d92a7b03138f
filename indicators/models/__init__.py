from indicators.models.campaign import Campaign
from indicators.models.catalogue import Block, Breakdown, Indicator, Section
from indicators.models.contact import ConfirmationLink, Reminder
from indicators.models.past import PastFigure
from indicators.models.rendering import Rendering
from indicators.models.report import Report
from indicators.models.sheet import Answer, Difficulty, Question, Sheet

__all__ = [
    "Answer",
    "Block",
    "Breakdown",
    "Campaign",
    "ConfirmationLink",
    "Difficulty",
    "Indicator",
    "PastFigure",
    "Question",
    "Reminder",
    "Rendering",
    "Report",
    "Section",
    "Sheet",
]
