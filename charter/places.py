"""What the portal's common pages offer of the charter, to whoever it concerns."""

from django.urls import reverse

from charter.models import Draft, Version
from charter.permissions import can_write_charter
from lemans_solidaire.network.permissions import own_structures
from lemans_solidaire.network.registry import Place
from lemans_solidaire.network.templatetags.french import day_and_clock

GROUP = "La charte"


def places(user):
    """The draft and the signatures, for the CCAS; repères and signing, for the members of a structure."""
    if can_write_charter(user):
        draft = Draft.objects.defer("text", "summaries").first()
        detail = f"Un projet est en cours, enregistré le {day_and_clock(draft.saved_at)}." if draft else "Aucun projet."
        yield Place("Écrire la charte", reverse("charter:draft"), detail, GROUP)
        yield Place("Les signatures de la charte", reverse("charter:follow_up"), "Liens, papiers, rappels.", GROUP)
    if own_structures(user):
        if Version.objects.exists():
            detail = "Où en sommes-nous de nos engagements ? Pour nous seuls."
            yield Place("Nos repères", reverse("charter:landmarks"), detail, GROUP)
        told = "Ce que votre structure a signé, ses attestations."
        yield Place("Signer la charte", reverse("charter:choose"), told, GROUP)


def links_of_a_version(obj, user):
    """On the page of a version: who has signed; and, for those who belong to a structure, where theirs stands."""
    if isinstance(obj, Version):
        yield Place("Les signataires", reverse("charter:register"))
        if user.is_authenticated and user.memberships.current().exists():
            yield Place("Signer la charte", reverse("charter:choose"))
