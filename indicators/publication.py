"""What stands between a campaign and the publication of its summary."""

import json
from dataclasses import dataclass, field

from indicators.models import Annex, Audience, Edition, Highlight, Sheet, SummaryText
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.templatetags.french import plural


@dataclass
class Readiness:
    """`first` must be done before publishing; `worth` is only worth a look."""

    reviewed: int = 0
    to_review: int = 0
    not_sent: int = 0
    being_read: list = field(default_factory=list)
    kept_out: int = 0
    withheld: int = 0  # read by the CCAS alone: no page, no figure
    unreachable: list = field(default_factory=list)  # nobody could be told by mail
    first: list = field(default_factory=list)
    worth: list = field(default_factory=list)


def readiness(campaign):
    sheets = list(campaign.sheets.reviewed().select_related("structure", "annex", "highlight"))
    shared = [sheet for sheet in sheets if sheet.shared_with == Sheet.Sharing.NETWORK]  # the others have no page
    annexes = [sheet.annex for sheet in shared if hasattr(sheet, "annex")]
    found = Readiness(
        reviewed=len(sheets),
        to_review=campaign.sheets.awaiting_review().count(),
        not_sent=len(shared) - len(annexes),
        being_read=[annex for annex in annexes if annex.is_being_read],
        kept_out=sum(annex.is_kept_out for annex in annexes),
        withheld=len(sheets) - len(shared),
        unreachable=[sheet.structure for sheet in shared if hasattr(sheet, "annex") and sheet.annex.is_unreachable],
    )
    edition = campaign.editions.filter(audience=Audience.NETWORK).order_by("-number").first()
    found.first = list(what_is_needed(campaign, edition, found, sheets))
    found.worth = list(what_is_worth_a_look(campaign, edition, found, sheets))
    return found


def their(count):
    return "leur" if count > 1 else "sa"


def what_is_needed(campaign, edition, found, sheets):
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
    if edition:
        yield from what_a_correction_needs(campaign, edition)
    else:
        yield from what_comes_too_late(campaign)


def what_a_correction_needs(campaign, edition):
    said = campaign.texts.filter(place=SummaryText.Place.CORRECTION, saved_at__gt=edition.published_at)
    if not said.exists():
        yield f"Dites ce que la nouvelle édition corrige : l’édition {edition.number} reste lisible à côté."


def what_comes_too_late(campaign):
    """The trends of a later year already added up figures of this one, which its pages would now tell one by one."""
    later = Edition.objects.filter(campaign__year__gt=campaign.year).order_by("campaign__year").first()
    if later:
        yield (
            f"La synthèse {later.campaign.year} est déjà publiée, et compare ses chiffres à ceux de {campaign.year} : "
            f"publier {campaign.year} après elle laisserait deviner ceux d’une structure."
        )


def what_left(edition, sheets):
    """Structures that the last edition tells and whose sheet was opened again since."""
    told = {page["structure_id"] for page in json.loads(edition.snapshot)["annexes"]}
    gone = told - {sheet.structure_id for sheet in sheets}
    if gone:
        names = ", ".join(Structure.objects.filter(pk__in=gone).values_list("name", flat=True))
        yield (
            f"Dans l’édition {edition.number}, et plus dans la suivante tant que leur fiche n’est pas relue : {names}."
        )


def what_is_worth_a_look(campaign, edition, found, sheets):
    if edition:
        yield from what_left(edition, sheets)
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
