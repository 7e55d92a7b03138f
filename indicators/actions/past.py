from django.db import transaction

from indicators.models import PastFigure
from lemans_solidaire.network.actions import record

CHUNK = 1000


@transaction.atomic
def keep_past_figures(*, figures, by, source):
    """{(structure, year, code): Reply}; a figure already taken over takes its new value. Returns (added, changed)."""
    known = {
        (figure.structure_id, figure.year, figure.code): (figure.kind, figure.value)
        for figure in PastFigure.objects.filter(structure__in={structure for structure, _, _ in figures}).order_by()
    }
    news = {
        key: reply for key, reply in figures.items() if known.get((key[0].pk, *key[1:])) != (reply.kind, reply.value)
    }
    PastFigure.objects.bulk_create(
        [
            PastFigure(structure=structure, year=year, code=code, kind=reply.kind, value=reply.value, imported_by=by)
            for (structure, year, code), reply in news.items()
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["structure", "year", "code"],
        update_fields=["kind", "value", "imported_at", "imported_by"],
    )
    changed = sum((key[0].pk, *key[1:]) in known for key in news)
    for structure in {structure for structure, _, _ in news}:
        record(by=by, verb="past_figures_kept", about=structure, structure=structure, changes={"source": source})
    return len(news) - changed, changed
