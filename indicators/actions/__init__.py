"""What people do to campaigns and sheets; each action is one transaction and writes its line of history."""

from indicators.actions.campaigns import copy_catalogue, open_campaign
from indicators.actions.filling import (
    NewerSave,
    NotInThisState,
    SheetRefusal,
    WrittenByTheStructure,
    attach_report,
    save_answers,
    save_words,
    type_for_structure,
)
from indicators.actions.past import keep_past_figures
from indicators.actions.reaching import confirm_by_link, contest_by_link, make_link, note_call, remind
from indicators.actions.sending import (
    answer_questions,
    ask_questions,
    confirm_sheet,
    reopen_sheet,
    review_sheet,
    share_sheet,
    submit_sheet,
)
from indicators.actions.summaries import request_pdf

__all__ = [
    "NewerSave",
    "NotInThisState",
    "SheetRefusal",
    "WrittenByTheStructure",
    "answer_questions",
    "ask_questions",
    "attach_report",
    "confirm_by_link",
    "confirm_sheet",
    "contest_by_link",
    "copy_catalogue",
    "keep_past_figures",
    "make_link",
    "note_call",
    "open_campaign",
    "remind",
    "reopen_sheet",
    "request_pdf",
    "review_sheet",
    "save_answers",
    "save_words",
    "share_sheet",
    "submit_sheet",
    "type_for_structure",
]
