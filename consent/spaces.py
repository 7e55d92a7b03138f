"""What the portal's common pages say of dossiers, to whoever they concern."""

from datetime import timedelta

from django.db.models import Max
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone

from consent import kept, permissions
from consent.models import DossierRight
from lemans_solidaire.network.permissions import is_ccas_admin
from lemans_solidaire.network.registry import Awaited, NameKept, Place

WHAT = {
    "requests": (
        "demande de dossier attend sa réponse",
        "demandes de dossier attendent leur réponse",
        "consent:requests",
        "Lire et répondre",
    ),
    "questions": (
        "question sur une lecture attend",
        "questions sur des lectures attendent",
        "consent:dossiers",
        "Répondre",
    ),
    "emergencies": (
        "ouverture d’urgence est à relire",
        "ouvertures d’urgence sont à relire",
        "consent:dossiers",
        "Relire",
    ),
}


LOG_LASTS = timedelta(days=3 * 365)


def names_kept(user):
    """Provider of registry.names_kept: a reading may be asked about for as long as it is kept."""
    last = DossierRight.objects.filter(user=user).aggregate(on=Max(Coalesce(TruncDate("ended_at"), "until")))["on"]
    today = timezone.localdate()
    if last and min(last, today) + LOG_LASTS > today:
        yield NameKept(
            "Vous avez pu ouvrir des dossiers\u202f: chaque lecture en est notée trois ans.",
            min(last, today) + LOG_LASTS,
        )


def places(user):
    """The list, for who has the right; who has it, for who gives it; the figures, for the CCAS."""
    if is_ccas_admin(user):
        yield place("Les dossiers, vus du CCAS", reverse("consent:overview"), "Qui en tient, et le délai des réponses.")
    if not permissions.is_part_open():
        return
    if permissions.hats(user).exists():
        yield place("Les dossiers", reverse("consent:dossiers"), "Ceux de votre structure, et ceux partagés avec elle.")
    for structure in permissions.structures_giving_rights(user):
        label = f"Qui peut ouvrir les dossiers\u202f: {structure}"
        yield place(label, reverse("consent:rights", args=[structure.pk]), "Vous le décidez, par leur nom.")


def place(label, url, detail):
    return Place(label, url, detail, "Les dossiers")


def awaiting(user):
    """For who has the right: what people asked of their structure. Numbers only; names are behind the dossier right."""
    structures = {structure.pk: structure for structure in permissions.hats(user)}
    if not structures:
        return
    for figures in kept.rows("consent_figures"):
        if structure := structures.get(figures["structure_id"]):
            yield from awaited(structure, figures)


def awaited(structure, figures):
    for name, (one, several, address, action) in WHAT.items():
        if number := figures[name]:
            late = f", {figures['late']} au-delà d’un mois" if name == "requests" and figures["late"] else ""
            label = f"{number} {one if number == 1 else several}{late}"
            due = figures["due"] if name == "requests" else None
            address = reverse(address)
            yield Awaited(label, address, structure.name, due=due, action=action, structure=structure.pk)
