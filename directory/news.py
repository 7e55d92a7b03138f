"""What others changed in the pages of one's own structures."""

from directory.models import Service
from lemans_solidaire.network.models import Event
from lemans_solidaire.network.permissions import own_structures
from lemans_solidaire.network.registry import News

AT_MOST = 8
DONE = {
    "service_added": "Une page de l’annuaire est ajoutée",
    "service_changed": "Une page de l’annuaire est changée",
    "service_undone": "Une page de l’annuaire est changée",
    "service_closed": "Une page de l’annuaire est fermée",
    "service_reopened": "Une page de l’annuaire est rouverte",
}


def pages_news(user, since):
    """Provider of registry.news."""
    structures = own_structures(user)
    if not structures:
        return
    done = Event.objects.filter(verb__in=DONE, at__gt=since, structure__in=structures).exclude(user=user)
    last = {pk: (verb, at) for verb, pk, at in done.order_by("at").values_list("verb", "object_id", "at")}
    if not last:
        return
    services = Service.objects.filter(pk__in=sorted(last, key=lambda pk: last[pk][1])[-AT_MOST:])
    for service in services.select_related("structure").order_by("pk"):
        verb, at = last[service.pk]
        yield News(DONE[verb], service.get_absolute_url(), at, f"{service.name}, {service.structure.name}")
