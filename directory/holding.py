"""Who writes of services holds their structures first, in order: two who write wait, and never for each other."""

from lemans_solidaire.network.models import Structure


def hold(structures):
    """These numbers of structures, until the end of the transaction."""
    held = Structure.objects.select_for_update(no_key=True).filter(pk__in=set(structures))
    list(held.order_by("pk").values_list("pk"))
