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
from indicators.actions.publishing import (
    NewerText,
    NotYet,
    answer_annex,
    answer_highlight,
    choose_highlight,
    is_fresh,
    make_proof,
    publish,
    save_problem_states,
    save_text,
    send_annexes,
)
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

__all__ = [
    "NewerSave",
    "NewerText",
    "NotInThisState",
    "NotYet",
    "SheetRefusal",
    "WrittenByTheStructure",
    "answer_annex",
    "answer_highlight",
    "answer_questions",
    "ask_questions",
    "attach_report",
    "choose_highlight",
    "confirm_by_link",
    "confirm_sheet",
    "contest_by_link",
    "copy_catalogue",
    "is_fresh",
    "keep_past_figures",
    "make_link",
    "make_proof",
    "note_call",
    "open_campaign",
    "publish",
    "remind",
    "reopen_sheet",
    "review_sheet",
    "save_answers",
    "save_problem_states",
    "save_text",
    "save_words",
    "send_annexes",
    "share_sheet",
    "submit_sheet",
    "type_for_structure",
]
