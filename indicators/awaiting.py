from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from indicators.models import Campaign, Proposal, Sheet
from indicators.publication import annexes_to_read, extracts_to_agree
from lemans_solidaire.network.permissions import is_ccas_admin, own_structures
from lemans_solidaire.network.registry import Awaited
from lemans_solidaire.network.templatetags.french import plural

ONE_BY_ONE = 3  # beyond, the CCAS is led to its list

ASKED_OF_RESPONSABLE = {
    Sheet.State.QUESTIONED: ("Répondre à une question sur la fiche", "indicators:answers", "Répondre"),
    Sheet.State.SUBMITTED: ("Confirmer les chiffres saisis pour vous", "indicators:sheet", "Lire et confirmer"),
    Sheet.State.ANSWERED: ("Confirmer les chiffres saisis pour vous", "indicators:sheet", "Lire et confirmer"),
}


def sheets_awaiting(user):
    """The sheets of the person's structures that want something of them; for the CCAS, those to read over."""
    structures = own_structures(user)
    yield from drafts(structures, list(Campaign.objects.open()) if structures else [])
    if structures:
        yield from figures_to_check(structures)
        yield from questions(user)
        yield from pages(user)
        yield from extracts(user)
    if is_ccas_admin(user):
        yield from reviews()
        yield from summaries()


def drafts(structures, campaigns):
    sent = set(
        Sheet.objects.filter(campaign__in=campaigns, structure__in=structures)
        .exclude(state=Sheet.State.DRAFT, on_behalf="")
        .order_by()
        .values_list("campaign", "structure")
    )
    for campaign in campaigns:
        for structure in structures:
            if (campaign.pk, structure.pk) not in sent:
                yield Awaited(
                    label=f"Remplir la fiche d’indicateurs {campaign.year}",
                    detail=structure.name,
                    structure=structure.pk,
                    url=reverse("indicators:sheet", args=[campaign.year, structure.pk]),
                    due=campaign.due_on,
                    action="Ouvrir la fiche",
                )


def figures_to_check(structures):
    """What the portal found in the report of a sheet that is still a draft."""
    campaigns = Campaign.objects.open()
    sheets = Sheet.objects.filter(structure__in=structures, campaign__in=campaigns, state=Sheet.State.DRAFT)
    found = Q(readings__digest=F("report__digest"), readings__proposals__state=Proposal.State.OPEN)
    counted = sheets.annotate(to_check=Count("readings__proposals", filter=found)).filter(to_check__gt=0)
    for sheet in counted.select_related("campaign", "structure").order_by("campaign__year", "pk"):
        yield Awaited(
            label=f"Vérifier {sheet.to_check} chiffre{plural(sheet.to_check)} du rapport {sheet.campaign.year}",
            detail=sheet.structure.name,
            structure=sheet.structure_id,
            url=reverse("indicators:reading", args=[sheet.campaign.year, sheet.structure_id]),
            due=sheet.campaign.due_on,
            action="Voir les chiffres",
        )


def questions(user):
    answered_for = user.memberships.current().responsable().values("structure")
    for sheet in (
        Sheet.objects.filter(structure__in=answered_for, state__in=ASKED_OF_RESPONSABLE)
        .select_related("campaign", "structure")
        .order_by("campaign__year", "pk")
    ):
        if sheet.state == Sheet.State.QUESTIONED or sheet.awaits_confirmation:
            label, name, action = ASKED_OF_RESPONSABLE[sheet.state]
            yield Awaited(
                label=f"{label} {sheet.campaign.year}",
                detail=sheet.structure.name,
                structure=sheet.structure_id,
                url=reverse(name, args=[sheet.campaign.year, sheet.structure_id]),
                action=action,
            )


def reviews():
    sheets = list(Sheet.objects.awaiting_review().select_related("structure", "campaign"))
    if len(sheets) > ONE_BY_ONE:
        for year in sorted({sheet.campaign.year for sheet in sheets}):
            count = sum(sheet.campaign.year == year for sheet in sheets)
            yield Awaited(
                label=f"Relire {count} fiche{'s' if count > 1 else ''} d’indicateurs {year}",
                url=f"{reverse('indicators:follow_up', args=[year])}?etat=a-relire",
                action="Voir la liste",
            )
        return
    for sheet in sheets:
        yield Awaited(
            label=f"Relire la fiche d’indicateurs {sheet.campaign.year}",
            detail=sheet.structure.name,
            structure=sheet.structure_id,
            url=sheet.get_absolute_url(),
            action="Relire",
        )


def pages(user):
    for annex in annexes_to_read(user):
        sheet = annex.sheet
        yield Awaited(
            label=f"Relire votre page dans la synthèse {sheet.campaign.year}",
            detail=sheet.structure.name,
            structure=sheet.structure_id,
            url=reverse("indicators:annex", args=[sheet.campaign.year, sheet.structure_id]),
            due=annex.until,
            action="Lire la page",
        )


def extracts(user):
    for highlight in extracts_to_agree(user):
        sheet = highlight.sheet
        yield Awaited(
            label=f"Dire si un extrait peut paraître dans la synthèse {sheet.campaign.year}",
            detail=sheet.structure.name,
            structure=sheet.structure_id,
            url=reverse("indicators:annex", args=[sheet.campaign.year, sheet.structure_id]) + "#extrait",
            action="Lire l’extrait",
        )


def summaries():
    """A campaign is over, sheets were read over, and nothing is published yet."""
    over = Campaign.objects.filter(closes_on__lt=timezone.localdate(), editions=None)
    for campaign in over.filter(sheets__state=Sheet.State.REVIEWED).distinct():
        yield Awaited(
            label=f"Préparer la synthèse {campaign.year}",
            url=reverse("indicators:preparation", args=[campaign.year]),
            action="Préparer",
        )
