"""The history of a sheet in words, from its events."""

from dataclasses import dataclass
from datetime import datetime

from indicators.models import Sheet
from lemans_solidaire.network.models import Event

SENTENCES = {
    "sheet_saved": "a enregistré",
    "figure_decided": "a vérifié des chiffres du rapport",
    "reading_asked_again": "a demandé de relire le rapport",
    "report_brought": "a joint le rapport reçu",
    "report_taken_back": "a repris le rapport joint",
    "sheet_submitted": "a envoyé la fiche",
    "sheet_questioned": "a posé une question",
    "sheet_answered": "a répondu",
    "sheet_reviewed": "a relu la fiche",
    "sheet_reopened": "a rouvert la fiche",
    "sheet_shared": "a changé qui peut la lire",
    "sheet_typed_for_structure": "a commencé la saisie pour la structure",
    "sheet_confirmed": "a confirmé les chiffres",
    "annex_answered": "a répondu sur sa page de la synthèse",
    "highlight_chosen": "a choisi ou retiré un extrait pour la synthèse",
    "highlight_answered": "a dit si l’extrait peut paraître",
    "confirmation_asked": "a demandé à la structure de confirmer",
}
REPEATED = ("sheet_saved", "figure_decided")  # a figure decided is also saved: both are told in one line


@dataclass
class Line:
    """Saves that follow one another are told once: `times` says how many."""

    at: datetime
    who: str
    verb: str
    details: list
    times: int = 1

    @property
    def sentence(self):
        return SENTENCES.get(self.verb, self.verb)


def history_of(sheet):
    """Newest first."""
    lines = []
    labels = dict(sheet.campaign.indicators.values_list("code", "label"))
    for event in Event.objects.about(sheet).select_related("user"):
        who = str(event.user or event.get_actor_display())
        last = lines[-1] if lines else None
        if last and who == last.who and event.verb in REPEATED and last.verb in REPEATED:
            last.times += event.verb == last.verb
            continue
        lines.append(Line(event.at, who, event.verb, details(event, labels)))
    return lines


def details(event, labels):
    changes = event.changes
    if event.verb == "sheet_questioned":
        return [f"{labels.get(code, code)} : {text}" for code, text in changes.items()]
    if event.verb == "sheet_answered":
        return [answered(labels.get(code, code), *change) for code, change in changes.items()]
    if event.verb == "sheet_reopened":
        return [changes["reason"]]
    if event.verb == "sheet_confirmed":
        return [changes["name"]]
    if event.verb == "sheet_typed_for_structure":
        return [Sheet.OnBehalf(changes["how"]).label]
    if event.verb == "sheet_shared":
        return [Sheet.Sharing(changes["shared_with"][1]).label]
    return []


def answered(label, before, after, word):
    kept = before == after
    figure = (
        f"{before or 'sans réponse'} maintenu"
        if kept
        else f"{before or 'sans réponse'} devient {after or 'sans réponse'}"
    )
    return f"{label} : {figure}. {word}".strip()
