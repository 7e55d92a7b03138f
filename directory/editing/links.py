"""What those who may are offered on the page of a service, or of a structure."""

from django.urls import reverse

from directory.models import Service
from directory.permissions import may_edit
from lemans_solidaire.network.models import Structure
from lemans_solidaire.network.registry import Place

OF_A_SERVICE = {
    "Modifier": "directory:edit_service",
    "Tout est encore exact": "directory:confirm_service",
    "Son histoire": "directory:service_history",
}
OF_A_STRUCTURE = {
    "Ajouter un service": "directory:add_service",
    "Fermetures": "directory:closures",
    "Modifier la page de la structure": "directory:edit_structure",
}


def links(obj, user):
    """Provider of registry.actions."""
    if isinstance(obj, Service):
        names, structure = OF_A_SERVICE, obj.structure
    elif isinstance(obj, Structure):
        names, structure = OF_A_STRUCTURE, obj
    else:
        return []
    if not may_edit(user, structure):
        return []
    return [Place(label, reverse(name, args=[obj.pk])) for label, name in names.items()]
