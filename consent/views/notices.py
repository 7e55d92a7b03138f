"""What people are told before they agree: in their language, in large print, aloud when there is a recording."""

import mimetypes

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consent.models import Notice, Term
from consent.texts import blocks


@login_not_required
@require_safe
def notices(request):
    data = Term.objects.of(Term.List.DATA).filter(is_offered=True)
    return render(request, "consent/own/notices.html", {"notices": Notice.objects.current(), "data": data})


@login_not_required
@require_safe
@csp_update({"media-src": [SELF]})
def notice(request, language):
    found = get_object_or_404(Notice.objects.current(), language=language)
    context = {
        "notice": found,
        "blocks": blocks(found.text),
        "is_large": "gros" in request.GET,
        "others": Notice.objects.current(),
    }
    return render(request, "consent/own/notice.html", context)


@login_not_required
@require_safe
def notice_sound(request, language):
    found = get_object_or_404(Notice.objects.current(), language=language)
    if not found.sound:
        raise Http404
    kind, _ = mimetypes.guess_type(found.sound.name)
    return FileResponse(found.sound.open(), content_type=kind or "audio/mpeg")
