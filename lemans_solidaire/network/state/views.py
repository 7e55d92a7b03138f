"""The page, its two gestures on a task, the mail that one sends oneself. `GestionSite` lets the CCAS alone come in."""

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from lemans_solidaire.network.mail import message
from lemans_solidaire.network.models import Upkeep
from lemans_solidaire.network.registry import Level
from lemans_solidaire.network.state import jobs
from lemans_solidaire.network.state.checking import all_checks

GONE = "Cette tâche n’est plus là\u202f: elle a été faite, ou abandonnée, entre-temps."


@require_safe
def state(request):
    checks = all_checks()
    context = {
        **admin.site.each_context(request),
        "title": "L’état du portail",
        "checks": checks,
        "to_do": sum(one.level == Level.DO for one in checks),
        "failed": jobs.failed_told(),
        "waiting": jobs.waiting_told(),
        "is_demo": settings.MODE == "demo",
    }
    return TemplateResponse(request, "admin/state/state.html", context)


@require_POST
def job(request, job_id):
    found = jobs.failed().filter(pk=job_id).first()
    if found is None:
        messages.warning(request, GONE)
    elif request.POST.get("geste") == "relancer":
        is_new = jobs.do_again(job=found, by=request.user)
        messages.success(request, "C’est relancé." if is_new else "La même tâche attend déjà son tour.")
    elif request.POST.get("geste") == "abandonner":
        jobs.give_up(job=found, by=request.user)
        messages.success(request, "C’est abandonné.")
    else:
        raise Http404
    return redirect("admin:state")


@require_POST
def trial_mail(request):
    """Sent while one waits: the answer of the mail server is the answer of the page."""
    mail = message(
        template="network/mail/trial.txt",
        subject="courriel d’essai",
        context={"user": request.user},
        to=[request.user.email],
    )
    try:
        mail.send()
    except OSError as problem:
        Upkeep.note(Upkeep.Kind.TRIAL_MAIL, went_well=False, detail=type(problem).__name__)
        messages.error(
            request, "Le courriel d’essai n’est pas parti\u202f: le serveur de courriel n’a pas répondu comme il faut."
        )
    else:
        Upkeep.note(Upkeep.Kind.TRIAL_MAIL)
        messages.success(request, f"Le courriel d’essai est parti vers {request.user.email}.")
    return redirect("admin:state")
