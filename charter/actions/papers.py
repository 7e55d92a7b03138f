"""A charter signed by hand: entered with its scan by the CCAS, then confirmed, or not, by the structure."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from charter.actions.signing import check_pieces, sign
from charter.models import PaperSignature, Way
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Structure


class PaperSettled(Exception):
    """Somebody has already answered, or the CCAS took the paper back."""


@transaction.atomic
def enter_paper(*, version, structure, positions, signer, power, signed_on, scan, by):
    """`scan`: (name, media type, bytes). The same paper entered twice is one."""
    check_pieces(version, positions)
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    name, kind, content = scan
    digest = sha256(content).hexdigest()
    same = {"structure": structure, "version": version, "scan_digest": digest, "positions": positions}
    if already := PaperSignature.objects.awaiting().filter(**same).first():
        return already
    paper = PaperSignature.objects.create(
        **same,
        signer_name=signer[0],
        signer_function=signer[1],
        power_body=power[0],
        power_on=power[1],
        signed_on=signed_on,
        scan=content,
        scan_kind=kind,
        scan_name=name,
        made_by=by,
    )
    record(by=by, verb="charter_paper_entered", about=paper, structure=structure, changes={"scan": digest})
    return paper


def awaiting(paper):
    """The paper, kept from everybody else until the transaction ends."""
    paper = PaperSignature.objects.select_for_update(of=["self"]).defer("scan").get(pk=paper.pk)
    if paper.is_settled:
        raise PaperSettled
    return paper


@transaction.atomic
def confirm_paper(*, paper, by, seen=None):
    """The responsable recognises it: the act is made now, with the day on the paper."""
    paper = awaiting(paper)
    paper.act = sign(
        version=paper.version,
        structure=paper.structure,
        positions=paper.positions,
        signer=(paper.signer_name, paper.signer_function),
        power=(paper.power_body, paper.power_on),
        by=by,
        way=Way.PAPER,
        evidence={"scan": paper.scan_digest, "signed_on": paper.signed_on.isoformat()},
        seen=seen,
    )
    paper.save(update_fields=["act"])
    return paper.act


@transaction.atomic
def refuse_paper(*, paper, because, by):
    """The structure does not recognise it: nothing is signed, and the CCAS reads why."""
    paper = awaiting(paper)
    paper.cancelled_at, paper.refused_by, paper.refused_because = timezone.now(), by, because
    paper.save(update_fields=["cancelled_at", "refused_by", "refused_because"])
    record(by=by, verb="charter_paper_refused", about=paper, structure=paper.structure, changes={"because": because})
    return paper


@transaction.atomic
def take_paper_back(*, paper, by):
    """The CCAS entered it wrongly."""
    paper = awaiting(paper)
    paper.cancelled_at = timezone.now()
    paper.save(update_fields=["cancelled_at"])
    record(by=by, verb="charter_paper_taken_back", about=paper, structure=paper.structure)
    return paper
