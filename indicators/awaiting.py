from django.urls import reverse

from indicators.models import Campaign, Sheet
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.registry import Awaited

ONE_BY_ONE = 3  # beyond, the CCAS is led to its list

ASKED_OF_RESPONSABLE = {
    Sheet.State.QUESTIONED: ("Répondre à une question sur la fiche", "indicators:answers", "Répondre"),
    Sheet.State.SUBMITTED: ("Confirmer les chiffres saisis pour vous", "indicators:sheet", "Lire et confirmer"),
    Sheet.State.ANSWERED: ("Confirmer les chiffres saisis pour vous", "indicators:sheet", "Lire et confirmer"),
}


def sheets_awaiting(user):
    """The sheets of the person's structures that want something of them; for the CCAS, those to read over."""
    structures = list(structures_of(user))
    yield from drafts(structures, list(Campaign.objects.open()) if structures else [])
    if structures:
        yield from questions(user)
    if is_ccas_admin(user):
        yield from reviews()


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
                    url=reverse("indicators:sheet", args=[campaign.year, structure.pk]),
                    due=campaign.due_on,
                    action="Ouvrir la fiche",
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
            url=sheet.get_absolute_url(),
            action="Relire",
        )
