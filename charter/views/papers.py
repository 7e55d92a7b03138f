"""A charter signed by hand: entered by the CCAS with its scan, answered by the structure."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from charter import actions
from charter.models import PaperSignature, Version
from charter.permissions import can_see_standing, can_sign, can_write_charter
from charter.pieces import pieces_of, told
from charter.register import standing_of
from charter.signing_forms import PaperForm, RefusalForm
from charter.views.finding import LARGEST_KEY, number_in, seen_structure

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
TOO_HEAVY = "Ce fichier est trop lourd\u202f: 5 Mo au plus. Enregistrez-en une version plus légère."


@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request, structure_id):
    """The paper may be of an older version: `?version=` says which."""
    structure = seen_structure(request.user, structure_id)
    if not (structure.is_open and can_write_charter(request.user)):
        raise PermissionDenied
    version = chosen_version(request)
    if version is None:
        return render(request, "charter/nothing_yet.html", {"structure": structure})
    form = paper_form(request, version)
    if form.is_bound and form.is_valid():
        paper = actions.enter_paper(
            version=version,
            structure=structure,
            positions=form.positions,
            signer=form.signer,
            power=form.power,
            signed_on=form.cleaned_data["signed_on"],
            scan=form.paper,
            by=request.user,
        )
        messages.success(request, f"Le papier est enregistré. {structure} le confirme depuis son espace.")
        return redirect("charter:paper", paper.pk)
    context = {"structure": structure, "version": version, "versions": Version.objects.all(), "form": form}
    return render(request, "charter/enter_paper.html", context, status=422 if form.is_bound else 200)


def chosen_version(request):
    """The one that was on the page, if something is sent; otherwise the one asked for, or the one in force."""
    if request.method == "POST":
        return (
            Version.objects.filter(digest=request.POST.get("empreinte", "")[:64]).first() or Version.objects.current()
        )
    number = number_in(request.GET.get("version", ""))
    return Version.objects.filter(number=number).first() or Version.objects.current()


def paper_form(request, version):
    asked = {"pieces": pieces_of(version), "adopted_on": version.adopted_on}
    if request.method != "POST":
        return PaperForm(**asked)
    form = PaperForm(request.POST, request.FILES, **asked)
    if getattr(request, "upload_too_large", False):
        form.add_error("scan", TOO_HEAVY)
    return form


def seen_paper(user, paper_id):
    papers = PaperSignature.objects.defer("scan").select_related("structure", "version", "act", "made_by", "refused_by")
    paper = papers.filter(pk=min(paper_id, LARGEST_KEY)).first()
    if paper is None or not can_see_standing(user, paper.structure):
        raise Http404
    return paper


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request, paper_id):
    """The structure recognises it, or not; the CCAS may take back what it entered wrongly."""
    paper = seen_paper(request.user, paper_id)
    if request.method == "POST":
        return answer(request, paper)
    return show(request, paper)


def show(request, paper, form=None, status=200, typed=()):
    may_answer = can_sign(request.user, paper.structure) and not paper.is_settled
    standing = standing_of(paper.structure, paper.version)
    last = paper.structure.charter_acts.filter(version=paper.version).last()
    context = {
        "paper": paper,
        "pieces": told(paper.version, paper.positions),
        "form": form or RefusalForm(auto_id="id-%s"),
        "may_answer": may_answer,
        "may_take_back": can_write_charter(request.user) and not paper.is_settled,
        "standing": standing,
        "seen": last.number if last else 0,
        "typed": typed,
    }
    return render(request, "charter/paper.html", context, status=status)


def answer(request, paper):
    """« oui » and « non » are the structure's, « reprendre » the CCAS's."""
    said = request.POST.get("reponse")
    allowed = can_write_charter(request.user) if said == "reprendre" else can_sign(request.user, paper.structure)
    if not allowed:
        raise PermissionDenied
    form = RefusalForm(request.POST, auto_id="id-%s")
    try:
        if said == "non" and not form.is_valid():
            return show(request, paper, form, 422)
        sentence = done(request, paper, said, form)
    except actions.PaperSettled:
        return settled(request, paper)
    except actions.AlreadySigned:
        return set_aside(request, paper)
    except actions.SignedMeanwhile:
        messages.warning(
            request, "Votre structure a signé ou retiré entre-temps\u202f: relisez ce qui suit avant de répondre."
        )
    else:
        messages.success(request, sentence) if sentence else messages.warning(request, "Choisissez une réponse.")
    return redirect("charter:paper", paper.pk)


def settled(request, paper):
    """What was typed comes back with the page that says who answered."""
    messages.info(request, "Ce papier a déjà eu sa réponse\u202f: rien n’a été ajouté.")
    because = request.POST.get("because", "").strip()
    if not because:
        return redirect("charter:paper", paper.pk)
    label = RefusalForm.base_fields["because"].label
    return show(request, seen_paper(request.user, paper.pk), status=409, typed=[(label, because)])


def set_aside(request, paper):
    """The same is already signed: the paper adds nothing. A second click finds it set aside."""
    try:
        actions.take_paper_back(paper=paper, by=request.user)
    except actions.PaperSettled:
        return settled(request, paper)
    messages.info(
        request, "Votre structure a déjà signé la même chose\u202f: ce papier est mis de côté, rien n’est ajouté."
    )
    return redirect("charter:paper", paper.pk)


def done(request, paper, said, form):
    """What to say once it is done; nothing when no answer was chosen."""
    if said == "oui":
        act = actions.confirm_paper(paper=paper, by=request.user, seen=number_in(request.POST.get("vu", "")))
        return f"C’est confirmé. Code de vérification\u202f: {act.code}."
    if said == "non":
        actions.refuse_paper(paper=paper, because=form.cleaned_data["because"], by=request.user)
        return "C’est noté\u202f: ce papier n’est pas le vôtre, rien n’est signé. Le CCAS lit votre mot."
    if said == "reprendre":
        actions.take_paper_back(paper=paper, by=request.user)
        return "Ce papier est retiré\u202f: la structure n’a plus à y répondre."
    return ""


@require_safe
def paper_scan(request, paper_id):
    """To be saved and not shown: a file from elsewhere runs nothing here."""
    paper = seen_paper(request.user, paper_id)
    response = HttpResponse(bytes(paper.scan), content_type=paper.scan_kind)
    name = f"charte-signee-{paper.pk}.{EXTENSIONS[paper.scan_kind]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
