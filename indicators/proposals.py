"""What a structure's activity report says of its sheet: proposed figures, then the proof of those that were kept."""

from dataclasses import dataclass

from django.urls import reverse

from indicators.extraction.values import figures_in
from indicators.models import Proposal, ReportReading
from lemans_solidaire.network.registry import Fact
from lemans_solidaire.network.templatetags.french import figure


@dataclass(frozen=True)
class Proof:
    """Where a figure of the sheet comes from. `read`: what the report says, where the sheet says something else."""

    page: int
    quote: str
    rank: int  # of the passage among those that were proposed
    extractor: str
    decided_at: object
    decided_by: object
    read: object = None
    is_served: bool = True  # the report it comes from is still the one kept with the sheet


def reading_of(sheet):
    """The reading of the report that the sheet has now, or None."""
    report = getattr(sheet, "report", None) if sheet.pk else None
    if report is None:
        return None
    return ReportReading.objects.filter(sheet=sheet, digest=report.digest).first()


def proofs_of(sheet, replies):
    """{indicator code: Proof} of the figures that still are what a person took from a report."""
    report = getattr(sheet, "report", None) if sheet.pk else None
    digest = report.digest if report else ""
    proofs = {}
    for proposal in sorted(kept(reading__sheet=sheet.pk), key=lambda one: one.reading.digest == digest):
        reply = replies.get(proposal.indicator.code)
        if reply is not None and reply.value == proposal.kept:
            proofs[proposal.indicator.code] = proof(proposal, digest)
    return proofs


def kept(**which):
    """Oldest first: the last decision on an indicator stands, and before it the one on the report that is served."""
    found = Proposal.objects.proven().filter(**which).select_related("reading", "indicator", "decided_by")
    return found.order_by("decided_at", "pk")


def proof(proposal, digest):
    read = proposal.values[proposal.chosen]
    return Proof(
        page=proposal.passage["page"],
        quote=proposal.passage["quote"],
        rank=proposal.chosen,
        extractor=proposal.reading.extractor,
        decided_at=proposal.decided_at,
        decided_by=proposal.decided_by,
        read=None if read == proposal.kept else read,
        is_served=proposal.reading.digest == digest,
    )


def pages_of_figures(campaign):
    """{(sheet id, indicator code): (value, page)} that the report still kept with each sheet says as it is."""
    rows = Proposal.objects.filter(state=Proposal.State.ACCEPTED, reading__sheet__campaign=campaign)
    rows = rows.order_by("decided_at", "pk").select_related("reading__sheet__report", "indicator")
    return {
        (one.reading.sheet_id, one.indicator.code): (one.kept, one.passage["page"])
        for one in rows
        if one.reading.digest == digest_kept_with(one.reading.sheet)
    }


def digest_kept_with(sheet):
    report = getattr(sheet, "report", None)
    return report.digest if report else None


def facts_of_report(structure, year):
    """Provider of registry.facts: what the report of that year says, until somebody decides."""
    proposals = Proposal.objects.open().filter(
        reading__sheet__structure=structure, reading__sheet__campaign__year=year, reading__state="read"
    )
    for proposal in proposals.select_related("reading__sheet__report", "indicator").order_by():
        if proposal.reading.digest == digest_kept_with(proposal.reading.sheet):
            url = reverse("indicators:proposal", args=[year, structure.pk, proposal.indicator.code])
            source = f"à la page {proposal.passage['page']} de votre rapport d’activité"
            yield Fact(proposal.indicator.code, proposal.values[0], source, url)


def in_words(proposal, rank=0):
    """« environ 1 200 »."""
    text = figure(proposal.values[rank])
    return f"environ {text}" if proposal.passages[rank].get("is_approximate") else text


def in_three(quote, value):
    """(before, the words of the value, after), spaces as one; the value is not marked where it cannot be found."""
    quote = " ".join(quote.split())
    for found in figures_in(quote):
        if found.value == float(value):
            return quote[: found.start], quote[found.start : found.end], quote[found.end :]
    return quote, "", ""
