"""A structure signs with an account, sees where it stands, and withdraws."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from charter import actions
from charter.models import Act, PaperSignature, SigningLink, Version
from charter.permissions import can_sign, can_write_charter
from charter.pieces import told
from charter.register import standings_of, with_versions
from charter.signing_forms import WithdrawForm
from charter.views.desk import Desk, kept
from charter.views.finding import number_in, posted, seen_structure
from lemans_solidaire.network import acting
from lemans_solidaire.network.permissions import structures_of
from lemans_solidaire.network.templatetags.french import day_and_clock


@require_safe
def choose(request):
    """Among one's structures; with one alone, or one chosen in the header, straight on."""
    structures = list(structures_of(request.user))
    if structure := acting.only_or_chosen(request, structures):
        return redirect("charter:sign", structure.pk)
    context = {"structures": structures, "runs_charter": can_write_charter(request.user)}
    return render(request, "charter/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, structure_id):
    structure = seen_structure(request.user, structure_id)
    version = Version.objects.current()
    if request.method == "POST" and not can_sign(request.user, structure):
        raise PermissionDenied
    if version is None:
        return render(request, "charter/nothing_yet.html", {"structure": structure})
    desk = desk_of(request, structure, version)
    return desk.take() if request.method == "POST" else desk.show()


def desk_of(request, structure, version):
    user, address = request.user, request.path

    def sign(form, seen):
        return actions.sign(
            version=version,
            structure=structure,
            positions=form.positions,
            signer=form.signer,
            power=form.power,
            by=user,
            seen=seen,
        )

    def after(act):
        messages.success(request, f"C’est signé. Code de vérification\u202f: {act.code}. L’attestation est ci-dessous.")
        return redirect(address)

    def already(act):
        when = f"le {day_and_clock(act.at)} par {act.signer_name}"
        messages.info(request, f"Votre structure a déjà signé de cette manière, {when}. Rien n’a été ajouté.")
        return redirect(address)

    return Desk(
        request=request,
        structure=structure,
        version=version,
        template="charter/sign.html",
        sign=sign,
        after=after,
        already=already,
        way=f"avec le compte de {user}",
        initial=first_words(user, structure),
        context=standing_context(request, structure, version),
    )


def first_words(user, structure):
    """Who signs, as they signed last time."""
    last = structure.charter_acts.filter(kind=Act.Kind.SIGNED, by=user).last()
    return {"signer_name": str(user), "signer_function": last.signer_function if last else ""}


def standing_context(request, structure, version):
    user, standings = request.user, standings_of(structure)
    standing = next((one for one in standings if one.version == version), None)
    is_signed = bool(standing and standing.is_signed)
    may_sign = can_sign(user, structure)
    return {
        "standings": [told_standing(one) for one in down_to_signed(standings)],
        "acts": acts_of(structure),
        "is_signed": is_signed,
        "may_sign": may_sign,
        "shows_form": may_sign and (not is_signed or request.method == "POST" or "encore" in request.GET),
        "can_withdraw": may_sign and any(one.is_signed for one in standings),
        "can_reach": may_sign or (structure.is_open and can_write_charter(user)),
        "runs_charter": can_write_charter(user),
        "links": SigningLink.objects.under_way().with_refusals().filter(structure=structure),
        "papers": PaperSignature.objects.awaiting().filter(structure=structure).defer("scan").select_related("version"),
    }


def down_to_signed(standings):
    """The version last signed, and those after it of which nothing is signed any more; the acts tell of the others."""
    for standing in standings:
        yield standing
        if standing.is_signed:
            return


def told_standing(standing):
    version = standing.version
    pieces, withdrawn = told(version, standing.positions), told(version, standing.withdrawn)
    return {"standing": standing, "pieces": pieces, "withdrawn": withdrawn}


def acts_of(structure):
    """The latest first, each with its headings."""
    acts = with_versions(structure.charter_acts.order_by("-number"))
    return [(act, told(act.version, act.positions)) for act in acts]


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, structure_id):
    """First what is withdrawn, then the same read again, then the dated acts."""
    structure = seen_structure(request.user, structure_id)
    if not can_sign(request.user, structure):
        raise PermissionDenied
    standings = [one for one in standings_of(structure) if one.is_signed]
    if not standings:
        messages.info(request, "Il n’y a rien à retirer\u202f: votre structure n’a rien de signé aujourd’hui.")
        return redirect("charter:sign", structure_id)
    form = withdraw_form(request, structure, standings)
    if not form.is_bound:
        return choose_withdrawn(request, structure, form)
    if is_second_click(request.POST, standings[0]):
        return already_withdrawn(request, structure)
    if number_in(request.POST.get("vu", "")) != structure.charter_acts.last().number:
        return choose_withdrawn(request, structure, form, 409)
    if request.POST.get("etape") == "modifier" or not form.is_valid():
        return choose_withdrawn(request, structure, form, 200 if request.POST.get("etape") == "modifier" else 422)
    if request.POST.get("etape") != "retirer":
        return read_withdrawn_again(request, structure, form, standings)
    return withdrawn(request, structure, form, standings[0].version)


def is_second_click(post, standing):
    """Whether all that was to be withdrawn already is."""
    asked = set(post.getlist("keys"))
    return post.get("etape") == "retirer" and bool(asked) and asked <= set(standing.withdrawn)


def withdraw_form(request, structure, standings):
    signed = [(key, heading) for key, (heading, _) in named(standings[0])]
    numbers = [one.version.number for one in standings]
    initial = first_words(request.user, structure)
    return WithdrawForm(posted(request), signed=signed, numbers=numbers, initial=initial)


def named(standing):
    """[(key, (heading, reservation))] of what is signed, in the order of the text."""
    order = [clause.key for clause in standing.version.text.signable]
    keys = sorted(standing.positions, key=order.index)
    return list(zip(keys, told(standing.version, standing.positions), strict=True))


def choose_withdrawn(request, structure, form, status=200):
    """The list; with 409, something came between."""
    seen = structure.charter_acts.last().number
    context = {"structure": structure, "form": form, "seen": seen, "is_newer": status == 409}
    return render(request, "charter/withdraw.html", context, status=status)


def read_withdrawn_again(request, structure, form, standings):
    context = {
        "structure": structure,
        "form": form,
        "seen": request.POST.get("vu", ""),
        "reached": reached(form, standings),
        "kept": kept_keys(request.POST),
    }
    return render(request, "charter/withdraw_again.html", context)


def reached(form, standings):
    """[(version, headings)]: what is withdrawn is so of every version that it stands on."""
    keys = form.cleaned_data["keys"]
    for one in standings:
        taken = [heading for key, (heading, _) in named(one) if form.takes_everything or key in keys]
        if taken:
            yield one.version, taken


def kept_keys(post):
    return [(name, value) for name, _ in kept(post) for value in post.getlist(name)]


def withdrawn(request, structure, form, version):
    asked = {"structure": structure, "signer": form.signer, "by": request.user}
    asked["seen"] = number_in(request.POST.get("vu", ""))
    try:
        if form.takes_everything:
            actions.withdraw_all(**asked)
        else:
            actions.withdraw(version=version, keys=form.cleaned_data["keys"], **asked)
    except actions.NotSigned:
        return already_withdrawn(request, structure)
    except actions.SignedMeanwhile:
        return withdraw(request, structure.pk)  # the list as it has become
    messages.success(request, "C’est retiré, à la date d’aujourd’hui. Ce qui avait été signé reste dans l’histoire.")
    return redirect("charter:sign", structure.pk)


def already_withdrawn(request, structure):
    messages.info(request, "C’était déjà retiré\u202f: rien n’a été ajouté.")
    return redirect("charter:sign", structure.pk)
