"""What the directory publishes to reach a structure: gone through once a year, with its people."""

from django.db.models import Q
from django.urls import reverse

from directory.models import Service
from lemans_solidaire.network.registry import Contact


def contacts(structure):
    """Provider of registry.contacts."""
    if told := ", ".join(filter(None, [structure.phone, structure.email])):
        yield Contact("La structure", told, reverse("directory:edit_structure", args=[structure.pk]))
    named = Service.objects.open().filter(structure=structure).exclude(Q(contact_name="") & Q(phone="") & Q(email=""))
    for service in named.order_by("name", "pk"):
        told = ", ".join(filter(None, [service.contact_name, service.phone, service.email]))
        yield Contact(service.name, told, f"{reverse('directory:edit_service', args=[service.pk])}#joindre")
