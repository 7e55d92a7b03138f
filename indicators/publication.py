"""What stands between a campaign and the publication of its summary."""

from dataclasses import dataclass, field

from indicators.models import Annex, Audience, Highlight, Sheet, SummaryText
from lemans_solidaire.network.templatetags.french import plural


@dataclass
class Readiness:
    """`first` must be done before publishing; `worth` is only worth a look."""

    reviewed: int = 0
    to_review: int = 0
    not_sent: int = 0
    being_read: list = field(default_factory=list)
    kept_out: int = 0
    unreachable: list = field(default_factory=list)  # nobody could be told by mail
    first: list = field(default_factory=list)
    worth: list = field(default_factory=list)

    @property
    def is_ready(self):
        return not self.first


def readiness(campaign):
    sheets = list(campaign.sheets.reviewed().select_related("structure", "annex", "highlight"))
    shared = [sheet for sheet in sheets if sheet.shared_with == Sheet.Sharing.NETWORK]  # the others have no page
    annexes = [sheet.annex for sheet in shared if hasattr(sheet, "annex")]
    found = Readiness(
        reviewed=len(sheets),
        to_review=campaign.sheets.filter(state__in=["submitted", "questioned", "answered"]).count(),
        not_sent=len(shared) - len(annexes),
        being_read=[annex for annex in annexes if annex.is_being_read],
        kept_out=sum(annex.is_kept_out for annex in annexes),
        unreachable=[sheet.structure for sheet in shared if hasattr(sheet, "annex") and sheet.annex.problem],
    )
    found.first = list(what_is_needed(campaign, found, sheets))
    found.worth = list(what_is_worth_a_look(campaign, found, sheets))
    return found


def their(count):
    return "leur" if count > 1 else "sa"


def what_is_needed(campaign, found, sheets):
    if not sheets:
        yield "Aucune fiche n’est relue : il n’y a rien à publier."
    if found.not_sent:
        yield f"{found.not_sent} structure{plural(found.not_sent)} à qui envoyer {their(found.not_sent)} page."
    if found.being_read:
        last = max(annex.until for annex in found.being_read)
        count = len(found.being_read)
        yield (
            f"{count} structure{plural(count)} {'ont' if count > 1 else 'a'} encore du temps "
            f"pour relire {their(count)} page, "
            f"jusqu’au {last:%d/%m/%Y} au plus tard."
        )
    edition = campaign.editions.filter(audience=Audience.NETWORK).order_by("-number").first()
    if edition:
        yield from what_a_correction_needs(campaign, edition, sheets)


def what_a_correction_needs(campaign, edition, sheets):
    said = campaign.texts.filter(place=SummaryText.Place.CORRECTION, saved_at__gt=edition.published_at)
    if not said.exists():
        yield f"Dites ce que la nouvelle édition corrige : l’édition {edition.number} reste lisible à côté."
    counted = {structure for structures in edition.workings["counted"].values() for structure in structures}
    gone = counted - {sheet.structure_id for sheet in sheets}
    if gone:
        sheets_gone = Sheet.objects.filter(campaign=campaign, structure__in=gone).select_related("structure")
        names = ", ".join(str(sheet.structure) for sheet in sheets_gone)
        yield f"Déjà dans l’édition {edition.number}, et rouverte depuis : {names}. Relisez-la d’abord."


def what_is_worth_a_look(campaign, found, sheets):
    if found.to_review:
        s = plural(found.to_review)
        yield f"{found.to_review} fiche{s} à relire encore, qui ne compte{'nt' if s else ''} pas."
    without = sum(not sheet.territory for sheet in sheets)
    if without:
        yield f"{without} fiche{plural(without)} sans territoire : chiffres comptés à part."
    if not campaign.texts.filter(place=SummaryText.Place.FOREWORD).exists():
        yield "L’avant-propos n’est pas écrit."
    unanswered = sum(hasattr(sheet, "highlight") and sheet.highlight.answered_at is None for sheet in sheets)
    if unanswered:
        yield f"{unanswered} fait{plural(unanswered)} marquant{plural(unanswered)} en attente d’un accord."


def annexes_to_read(user):
    """The pages that somebody answers for and may still change before publication."""
    shared = Annex.objects.being_read().filter(sheet__shared_with=Sheet.Sharing.NETWORK)  # the others have no page
    return of_those_answered_for(shared, user)


def extracts_to_agree(user):
    return of_those_answered_for(Highlight.objects.filter(answered_at=None), user)


def of_those_answered_for(queryset, user):
    structures = user.memberships.current().responsable().values("structure")
    mine = queryset.filter(sheet__structure__in=structures, sheet__state=Sheet.State.REVIEWED)
    return mine.select_related("sheet__campaign", "sheet__structure")
