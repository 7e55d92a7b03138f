from django.db import transaction
from django.utils import timezone

from indicators.models import Rendering
from indicators.tasks import render_summary
from lemans_solidaire.network.actions import record


@transaction.atomic
def request_pdf(*, campaign, digest, html, by):
    """One rendering for one set of figures: asking twice leads to the same; one that failed is tried again."""
    rendering, is_new = Rendering.objects.select_for_update().get_or_create(
        campaign=campaign, digest=digest, defaults={"html": html, "requested_by": by}
    )
    if is_new or rendering.state == Rendering.State.FAILED or rendering.is_stalled:
        rendering.state, rendering.step, rendering.problem = Rendering.State.WAITING, 0, ""
        rendering.requested_at = timezone.now()
        rendering.save(update_fields=["state", "step", "problem", "requested_at"])
        render_summary.defer(rendering_id=rendering.pk)
        record(by=by, verb="pdf_requested", about=rendering, changes={"digest": digest})
    return rendering
