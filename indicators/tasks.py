from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from indicators.models import Rendering
from lemans_solidaire.network.pdf import RenderingProblem, render_pdf


@app.task(name="indicators.render_summary", retry=RetryStrategy(max_attempts=5, linear_wait=5))
def render_summary(rendering_id):
    """Makes the PDF in a process of its own. Run again after an interruption, it ends with one result.

    A page that cannot be laid out is told to whoever asked; a database that goes away meanwhile is tried again.
    """
    unfinished = Rendering.objects.filter(pk=rendering_id).exclude(state=Rendering.State.READY)
    if not unfinished.update(state=Rendering.State.RENDERING, step=0, started_at=timezone.now()):
        return
    rendering = Rendering.objects.get(pk=rendering_id)
    try:
        pdf = render_pdf(rendering.html, rendering.digest, lambda step: unfinished.update(step=step))
    except RenderingProblem as problem:
        unfinished.update(state=Rendering.State.FAILED, problem=str(problem))
        return
    unfinished.update(state=Rendering.State.READY, pdf=pdf, finished_at=timezone.now(), step=Rendering.STEPS)
