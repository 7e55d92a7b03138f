"""From reviewed sheets to an edition: pages sent to their structures, words, a proof to read, then publication."""

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils import timezone

from indicators.actions.campaigns import locked
from indicators.actions.filling import NewerSave
from indicators.models import (
    Annex,
    Audience,
    Campaign,
    Edition,
    EditionFile,
    Highlight,
    ProblemState,
    Proof,
    SummaryText,
)
from indicators.publication import readiness
from indicators.summary import as_text, digest_of, gather, snapshots
from indicators.tasks import render_proof, send_annex
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.models import Event


class NotYet(Exception):
    """The summary cannot be published as it is; `reasons` are French sentences."""

    def __init__(self, reasons):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class NewerText(Exception):
    """Somebody saved another text after the page was opened; `text` is theirs, or None when they removed it."""

    def __init__(self, text):
        super().__init__("texte plus récent")
        self.text = text


@transaction.atomic
def send_annexes(*, campaign, by):
    """Each reviewed structure that will have a page receives it, once, with its days to answer."""
    campaign = locked(campaign)
    made = [
        Annex.objects.create(sheet=sheet, sent_by=by, until=campaign.read_until)
        for sheet in campaign.sheets.shared().filter(annex=None).select_related("structure")
    ]
    for annex in made:
        send_annex.defer(annex_id=annex.pk)
    if made:
        record(
            by=by,
            verb="annexes_sent",
            about=campaign,
            changes={"count": len(made), "until": campaign.read_until.isoformat()},
        )
    return made


@transaction.atomic
def answer_annex(*, annex, by, agrees=None, keeps_out=None):
    """The structure keeps its page out of the public edition, or puts it back, or finds it right.

    `agrees` is the version of the sheet whose page was read; NewerSave when it is another one by now.
    """
    locked(annex.sheet.campaign)
    annex = Annex.objects.select_for_update(of=["self"]).select_related("sheet__structure").get(pk=annex.pk)
    changes = {}
    if agrees is not None and agrees != annex.sheet.version:
        raise NewerSave(annex.sheet)
    if agrees is not None and annex.agreed_at is None:
        annex.agreed_at, annex.agreed_by, changes["agrees"] = timezone.now(), by, True
    if keeps_out is not None and keeps_out != annex.is_kept_out:
        annex.kept_out_at, annex.kept_out_by = (timezone.now(), by) if keeps_out else (None, None)
        changes["keeps_out"] = keeps_out
    if changes:
        annex.save()
        record(by=by, verb="annex_answered", about=annex.sheet, structure=annex.sheet.structure, changes=changes)
    return annex


@transaction.atomic
def save_text(*, campaign, place, version, by, text="", name="", function=""):
    """`version` is the one that the page had shown (0 for none). An empty text removes it."""
    locked(campaign)
    stored = SummaryText.objects.filter(campaign=campaign, place=place).first()
    if (stored.version if stored else 0) != version:
        raise NewerText(stored)
    if not text:
        SummaryText.objects.filter(campaign=campaign, place=place).delete()
    else:
        stored = stored or SummaryText(campaign=campaign, place=place)
        stored.text, stored.name, stored.function, stored.saved_by = text, name, function, by
        stored.version = version + 1
        stored.save()
    record(by=by, verb="summary_text_saved", about=campaign, changes={"place": place, "text": text})


@transaction.atomic
def save_problem_states(*, campaign, states, by):
    """{theme: (state, words)}."""
    for theme, (state, words) in states.items():
        ProblemState.objects.update_or_create(
            campaign=campaign, theme=theme, defaults={"state": state, "words": words, "saved_by": by}
        )
    record(
        by=by, verb="problem_states_saved", about=campaign, changes={theme: list(of) for theme, of in states.items()}
    )


@transaction.atomic
def choose_highlight(*, sheet, text, by):
    """Asks the structure for its agreement on this very extract; another extract is another question."""
    chosen = Highlight.objects.select_for_update().filter(sheet=sheet).first()
    if text == (chosen.text if chosen else ""):
        return
    if not text:
        Highlight.objects.filter(sheet=sheet).delete()
    else:
        Highlight.objects.update_or_create(
            sheet=sheet,
            defaults={
                "text": text,
                "asked_at": timezone.now(),
                "asked_by": by,
                "answered_at": None,
                "answered_by": None,
                "is_agreed": False,
            },
        )
    record(by=by, verb="highlight_chosen", about=sheet, structure=sheet.structure, changes={"text": text})


@transaction.atomic
def answer_highlight(*, highlight, agrees, text, by):
    """`text`: the extract that the page had shown; the answer is about no other. False when it has changed since."""
    locked(highlight.sheet.campaign)
    highlight = Highlight.objects.select_for_update(of=["self"]).select_related("sheet__structure").get(pk=highlight.pk)
    if highlight.text != text:
        return False
    highlight.is_agreed, highlight.answered_at, highlight.answered_by = agrees, timezone.now(), by
    highlight.save()
    sheet = highlight.sheet
    record(by=by, verb="highlight_answered", about=sheet, structure=sheet.structure, changes={"agrees": agrees})
    return True


def frozen(campaign, day):
    """({audience: canonical text}, digest of both) as the summary would be published now, dated `day`."""
    texts = {audience: as_text(snapshot) for audience, snapshot in snapshots(gather(campaign), day).items()}
    digest = hashlib.sha256("".join(digest_of(texts[each]) for each in Audience.values).encode()).hexdigest()
    return texts, digest


@transaction.atomic
def make_proof(*, campaign, by, defer=True):
    """One proof for one snapshot: asking twice leads to the same; one that failed is tried again."""
    campaign = locked(campaign)
    texts, digest = frozen(campaign, timezone.localdate())
    proof, is_new = Proof.objects.get_or_create(
        campaign=campaign,
        digest=digest,
        defaults={
            "public": texts[Audience.PUBLIC],
            "network": texts[Audience.NETWORK],
            "requested_by": by,
        },
    )
    campaign.proofs.exclude(pk=proof.pk).delete()  # what nobody will publish any more
    if is_new or not (proof.is_ready or proof.is_under_way):
        proof.state, proof.step, proof.problem, proof.requested_at = Proof.State.WAITING, 0, "", timezone.now()
        proof.save(update_fields=["state", "step", "problem", "requested_at"])
        if defer:
            render_proof.defer(proof_id=proof.pk)
        record(by=by or Event.Actor.JOB, verb="proof_requested", about=campaign, changes={"digest": digest})
    return proof


def is_fresh(proof):
    """Whether nothing that it tells has changed since it was made."""
    day = date.fromisoformat(json.loads(proof.public)["date"])
    texts, _ = frozen(proof.campaign, day)
    return texts == {audience: proof.snapshot(audience) for audience in Audience.values}


@transaction.atomic
def publish(*, campaign, digest, by):
    """Publishes the very bytes of the proof that was read; [Edition] for the two audiences. NotYet says why not.

    Publishing the same proof twice leads to the same editions. `by` is None for the command.
    """
    list(Campaign.objects.select_for_update().order_by("year"))  # what a year tells depends on what the others told
    campaign = locked(campaign)
    proof = campaign.proofs.filter(digest=digest).first()
    published = list(campaign.editions.filter(proof=digest)) if digest else []
    if published:
        return published
    if proof is None or not proof.is_ready:
        raise NotYet(["L’épreuve n’est pas prête : faites-la, lisez-la, puis publiez."])
    found = readiness(campaign)
    reasons = [*found.first]
    if not is_fresh(proof):
        reasons.append("Des chiffres ou des mots ont changé depuis cette épreuve : faites-en une nouvelle.")
    if reasons:
        raise NotYet(reasons)
    editions = [publish_for(audience, proof, by) for audience in Audience.values]
    numbers = {edition.audience: edition.digest for edition in editions}
    record(by=by or Event.Actor.JOB, verb="summary_published", about=campaign, changes=numbers)
    proof.delete()  # its bytes are those of the editions now
    return editions


def publish_for(audience, proof, by):
    text = proof.snapshot(audience)
    edition = Edition.objects.create(
        campaign=proof.campaign,
        number=json.loads(text)["edition"],
        audience=audience,
        snapshot=text,
        digest=digest_of(text),
        proof=proof.digest,
        published_by=by,
    )
    EditionFile.objects.bulk_create(
        EditionFile(
            edition=edition, format=file.format, content=file.content, digest=hashlib.sha256(file.content).hexdigest()
        )
        for file in proof.files.filter(audience=audience)
    )
    return edition
