"""Files of services that come and go; for the CCAS alone."""

import shutil
import tempfile
from functools import wraps
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.exchange import actions
from directory.exchange.files import export
from directory.models import Exchange
from lemans_solidaire.network.importing import LINES
from lemans_solidaire.network.permissions import is_ccas_admin
from lemans_solidaire.network.uploads import accepts_files_up_to

MOST = 200 * 1024**2
SHOWN, PAGE = 20, 100
SORTS = {
    "rejected": ("refusé", "refusés"),
    "conflict": ("désaccord", "désaccords"),
    "remark": ("point à vérifier", "points à vérifier"),
    "changed": ("mis à jour", "mis à jour"),
    "added": ("nouveau", "nouveaux"),
    "same": ("sans changement", "sans changement"),
}
FORMATS = {
    "data-inclusion": "annuaire-data-inclusion-{}.zip",
    "csv": "annuaire-{}.csv",
    "hsds": "annuaire-hsds-{}.json",
}


OF_STRUCTURES = {"added": ("nouvelle", "nouvelles"), "same": ("déjà connue", "déjà connues")}


class Refused(Exception):
    """What was sent cannot be taken; the message says why, in French."""


def for_the_ccas(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not is_ccas_admin(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@accepts_files_up_to(MOST, is_ccas_admin)
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_ccas
def exchanges(request):
    problem = ""
    if request.method == "POST":
        try:
            services, structures = received(request)
            return redirect(
                "directory:exchange", actions.receive(services=services, structures=structures, by=request.user).pk
            )
        except Refused as refusal:
            problem = str(refusal)
    context = {"problem": problem, "most": MOST // 1024**2, "before": Exchange.objects.defer("report")[:20]}
    return render(request, "directory/exchange/exchanges.html", context, status=422 if problem else 200)


def received(request):
    """(services, structures or None)"""
    if getattr(request, "upload_too_large", False):
        raise Refused(f"Ce fichier est trop lourd\u202f: {MOST // 1024**2}\u202fMo au plus. Partagez-le en plusieurs.")
    services, structures = (request.FILES.get(name) for name in ("services", "structures"))
    if services is None:
        raise Refused("Choisissez le fichier des services, puis envoyez.")
    for file in (services, structures):
        if file is not None and not file.size:
            raise Refused(f"Le fichier «\u202f{file.name}\u202f» est vide\u202f: vérifiez que c’est le bon.")
    return services, structures


@require_safe
@for_the_ccas
def exchange(request, exchange_id):
    """How far it is; then what it would do, or did. Long lists on pages of their own."""
    found = get_object_or_404(Exchange, pk=exchange_id)
    if request.htmx:
        return render(request, "directory/exchange/_progress.html", {"exchange": found})
    reports = [(name, Told(found, name)) for name in ("services", "structures") if name in found.report]
    context = {"exchange": found, "reports": reports, "lasting": LINES}
    if listed := asked_list(request, dict(reports)):
        return render(request, "directory/exchange/lines.html", context | listed)
    return render(request, "directory/exchange/exchange.html", context)


def asked_list(request, reports):
    told, sort = reports.get(request.GET.get("fichier")), request.GET.get("sorte")
    if told is None or sort not in SORTS:
        return None
    lines = Paginator(told.lines(sort), PAGE).get_page(request.GET.get("page"))
    return {"file": request.GET["fichier"], "sort": sort, "words": told.words[sort][1], "lines": lines, "told": told}


class Told:
    """The report on one file, as its page shows it."""

    def __init__(self, exchange, name):
        self.words = SORTS | OF_STRUCTURES if name == "structures" else SORTS
        self.report = exchange.report[name]
        self.read = self.report["read"]

    def lines(self, sort):
        return self.report["lines"].get(sort, [])

    def groups(self):
        """[(sort, word, how many, first lines, how many more)], without what did not happen."""
        for sort, (one, several) in self.words.items():
            if count := self.report["counts"].get(sort, 0):
                first = self.lines(sort)[:SHOWN]
                yield sort, several if count > 1 else one, count, first, bool(first) and count > len(first)


@require_POST
@for_the_ccas
def confirm(request, exchange_id):
    actions.confirm(exchange=get_object_or_404(Exchange, pk=exchange_id), by=request.user)
    return redirect("directory:exchange", exchange_id)


@require_POST
@for_the_ccas
def drop(request, exchange_id):
    found = get_object_or_404(Exchange, pk=exchange_id)
    actions.drop(exchange=found, by=request.user)
    messages.info(request, "Rien n’a été importé, et les fichiers sont effacés.")
    return redirect("directory:exchanges")


@require_safe
@for_the_ccas
def download(request, format):
    if format not in FORMATS:
        raise Http404
    name = FORMATS[format].format(timezone.localdate().isoformat())
    content = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    with tempfile.TemporaryDirectory() as folder:
        paths, _ = export(format, Path(folder))
        if len(paths) == 1:
            with paths[0].open("rb") as file:
                shutil.copyfileobj(file, content)
        else:
            zipped(paths, content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=name)


def zipped(paths, content):
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
