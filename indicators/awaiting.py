from django.urls import reverse

from indicators.models import Campaign, Sheet
from lemans_solidaire.network.permissions import is_ccas_admin, structures_of
from lemans_solidaire.network.registry import Awaited


def sheets_awaiting(user):
    """The sheets of the person's structures that are still drafts; for the CCAS, those to read over."""
    campaigns = list(Campaign.objects.open())
    yield from drafts(user, campaigns)
    if is_ccas_admin(user):
        yield from reviews()


def drafts(user, campaigns):
    structures = list(structures_of(user)) if campaigns else []
    sent = set(
        Sheet.objects.filter(campaign__in=campaigns, structure__in=structures)
        .exclude(state=Sheet.State.DRAFT)
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


def reviews():
    for sheet in Sheet.objects.awaiting_review().select_related("structure", "campaign"):
        yield Awaited(
            label=f"Relire la fiche d’indicateurs {sheet.campaign.year}",
            detail=sheet.structure.name,
            url=sheet.get_absolute_url(),
            action="Relire",
        )
