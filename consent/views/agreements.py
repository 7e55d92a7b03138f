"""What the person agrees to, and takes back: keeping, sharing; the papers they signed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import kept, permissions
from consent.forms.agreements import AgreementForm, EndForm, ShareForm
from consent.models import CHECK, Dossier, StructureOpening
from consent.views.access import LARGEST_KEY, about_a_dossier, refused, with_a_hat

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def agreement_form(request, form_class, **more):
    """Bound to what was posted, its paper included; a file left out because of its weight has its word."""
    if request.method != "POST":
        return form_class(**more)
    form = form_class(request.POST, request.FILES, **more)
    if getattr(request, "upload_too_large", False):
        form.add_error("scan", "Ce fichier est trop lourd : 5 Mo au plus. Reprenez la photo en moins grand.")
    return form


def duties_of(structure):
    """What a law obliges the structure to keep elsewhere: said before the person agrees."""
    return StructureOpening.objects.filter(structure=structure).values_list("duties", flat=True).first() or ""


@require_http_methods(["GET", "HEAD", "POST"])
@about_a_dossier
def share(request, number, dossier_id):
    if not Dossier.objects.filter(pk=dossier_id, structure=request.hat).exists():
        messages.info(request, "Seule la structure qui tient ce dossier le partage, à la demande de la personne.")
        return redirect("consent:dossier", number)
    form = agreement_form(request, ShareForm, structures=permissions.open_structures().exclude(pk=request.hat.pk))
    if form.is_bound and form.is_valid():
        other, purpose = form.cleaned_data["structure"], form.cleaned_data["purpose"]
        if kept.call("consent_share", dossier_id, other.pk, purpose, form.until(), form.how_it_was_said()):
            messages.success(
                request, f"{other} peut lire ce qui concerne cette aide, jusqu’au {form.until():%d/%m/%Y}."
            )
            return redirect("consent:dossier", number)
        form.add_error("structure", "Ce partage n’est pas possible : choisissez une autre structure.")
    context = {"form": form, "number": number, "hat": request.hat}
    return render(request, "consent/share.html", context, status=422 if form.errors else 200)


@require_POST
@about_a_dossier
def unshare(request, number, dossier_id):
    other = request.POST.get("structure", "")
    form = EndForm(request.POST)
    if (
        form.is_valid()
        and other.isdecimal()
        and kept.call("consent_unshare", dossier_id, int(other[:9]), form.cleaned_data)
    ):
        messages.success(request, "Le partage est retiré : cette structure ne peut plus lire.")
    return redirect("consent:dossier", number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_a_dossier
def end(request, number, dossier_id):
    """The person no longer agrees: closed to everybody at once, whatever is read next."""
    form = EndForm(request.POST or None)
    if form.is_bound and form.is_valid() and kept.call("consent_end", dossier_id, form.cleaned_data):
        messages.success(
            request,
            f"L’accord est retiré : le dossier {number} est fermé pour tout le monde, et effacé sous trente jours.",
        )
        return redirect("consent:dossiers")
    context = {"form": form, "number": number, "hat": request.hat}
    return render(request, "consent/end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_hat
def renew(request, number):
    """A dossier whose agreement came to its end is locked: its number and name are known, to ask again."""
    locked = kept.rows("consent_locked", number)
    own = Dossier.objects.filter(number=number, structure=request.hat).values_list("id", flat=True)
    dossier_id = locked[0]["id"] if locked else own.first()
    if dossier_id is None:
        return refused(request, number)
    form = agreement_form(request, AgreementForm)
    if (
        form.is_bound
        and form.is_valid()
        and kept.call("consent_renew", dossier_id, form.until(), form.how_it_was_said())
    ):
        messages.success(request, f"L’accord est renouvelé jusqu’au {form.until():%d/%m/%Y}.")
        return redirect("consent:dossier", number)
    context = {"form": form, "number": number, "hat": request.hat, "duties": duties_of(request.hat)}
    return render(request, "consent/renew.html", context, status=422 if form.errors else 200)


@require_safe
@about_a_dossier
def paper(request, number, dossier_id, agreement_id):
    return as_file(kept.rows("consent_paper", min(agreement_id, LARGEST_KEY), CHECK)) or refused(request, number)


def as_file(found):
    """What `consent_paper` gave, to be saved and not shown: a stranger's file runs nothing here. None when empty."""
    if not found:
        return None
    response = HttpResponse(bytes(found[0]["content"]), content_type=found[0]["kind"])
    name = f"accord.{EXTENSIONS.get(found[0]['kind'], 'bin')}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@about_a_dossier
def show_all(request, number, dossier_id):
    """What the person hid from their screen comes back; with them there."""
    if kept.call("consent_show_all", dossier_id):
        messages.success(request, "La personne revoit tout dans son espace en ligne.")
    return redirect("consent:dossier", number)
