"""What awaits whom about signatures."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from charter.models import Act, PaperSignature, Version
from charter.permissions import can_write_charter
from lemans_solidaire.network.models import Membership
from lemans_solidaire.network.permissions import own_structures
from lemans_solidaire.network.registry import Awaited

AFTER = timedelta(days=14)  # what a structure may take to look at a paper before the CCAS is told


def signatures_awaiting(user):
    structures = own_structures(user, Membership.Role.RESPONSABLE)
    if structures:
        yield from papers_to_confirm(structures)
        yield from versions_to_sign(structures)
    if can_write_charter(user):
        yield from papers_forgotten()


def versions_to_sign(structures):
    version = Version.objects.outlined().first()
    if version is None:
        return
    acts = Act.objects.filter(version=version, structure__in=structures)
    answered = set(acts.values_list("structure", flat=True).order_by())
    for structure in structures:
        if structure.pk not in answered:
            yield Awaited(
                label=f"Lire la charte, version {version.number}, et décider de la signer",
                detail=structure.name,
                structure=structure.pk,
                url=reverse("charter:sign", args=[structure.pk]),
                action="Lire la charte",
            )


def papers_to_confirm(structures):
    papers = PaperSignature.objects.awaiting().defer("scan").filter(structure__in=structures)
    for paper in papers.select_related("structure"):
        yield Awaited(
            label="Dire si une charte signée sur papier est bien la vôtre",
            detail=paper.structure.name,
            structure=paper.structure_id,
            url=reverse("charter:paper", args=[paper.pk]),
            action="Voir le papier",
        )


def papers_forgotten():
    count = PaperSignature.objects.awaiting().filter(made_at__lt=timezone.now() - AFTER).count()
    if count:
        label = "chartes sur papier attendent" if count > 1 else "charte sur papier attend"
        yield Awaited(
            label=f"{count} {label} le mot de la structure depuis deux semaines",
            url=reverse("charter:follow_up"),
            action="Voir les signatures",
        )
