from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lemans_solidaire.network.mail import actions
from lemans_solidaire.network.mail.digest import account_of
from lemans_solidaire.network.mail.permissions import can_see_unsent
from lemans_solidaire.network.models import Digest, Structure, UnsentMail, User

AT_MOST = 100  # the most recent: beyond, it is the mail server that is away


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label="Quand voulez-vous recevoir ce courriel\u202f?",
        choices=Digest.Rhythm,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une ligne.", "invalid_choice": "Choisissez une ligne."},
    )


@require_safe
def unsent(request):
    if not can_see_unsent(request.user):
        raise Http404
    mails = list(UnsentMail.objects.all()[:AT_MOST])
    addresses = {address for mail in mails for address in mail.to}
    accounts = {user.email: user for user in User.objects.filter(email__in=addresses)}
    structures = {one.email.lower(): one for one in Structure.objects.filter(email__in=addresses).order_by("-pk")}
    told = [(mail, [(one, accounts.get(one), structures.get(one)) for one in mail.to]) for mail in mails]
    return render(request, "network/mail/unsent.html", {"told": told})


def unsent_or_404(request, mail_id):
    if not can_see_unsent(request.user):
        raise Http404
    return get_object_or_404(UnsentMail, pk=mail_id)


@require_POST
def send_again(request, mail_id):
    actions.send_again(mail=unsent_or_404(request, mail_id), by=request.user)
    messages.success(request, "Le courriel va partir de nouveau, dans une minute.")
    return redirect("mail:unsent")


@require_POST
def settle(request, mail_id):
    actions.settle(mail=unsent_or_404(request, mail_id), by=request.user)
    messages.success(request, "C’est noté\u202f: ce courriel n’est plus dans la liste.")
    return redirect("mail:unsent")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_rhythm(request):
    """From one's own account."""
    form = RhythmForm(request.POST or None, initial={"rhythm": rhythm_of(request.user)})
    if request.method == "POST" and form.is_valid():
        actions.choose_rhythm(user=request.user, rhythm=form.cleaned_data["rhythm"])
        messages.success(request, "Votre choix est enregistré.")
        return redirect("mail_rhythm")
    return render(request, "network/mail/rhythm.html", {"form": form})


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """From the mail itself, without signing in. A mail program posts « List-Unsubscribe=One-Click » (RFC 8058)."""
    user = account_of(token)
    if user is None:
        return render(request, "network/mail/stop.html", {"digest_of": None}, status=404)
    if request.method == "POST":
        form = RhythmForm(request.POST)
        actions.choose_rhythm(user=user, rhythm=form.data.get("rhythm") if form.is_valid() else Digest.Rhythm.NEVER)
        return render(request, "network/mail/stop.html", {"digest_of": user, "chosen": Digest.objects.get(user=user)})
    form = RhythmForm(initial={"rhythm": Digest.Rhythm.NEVER})
    return render(request, "network/mail/stop.html", {"digest_of": user, "chosen": None, "form": form})


def rhythm_of(user):
    digest = Digest.objects.filter(user=user).first()
    return digest.rhythm if digest else Digest.Rhythm.DAILY
