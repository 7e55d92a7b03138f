"""Ready-made campaigns for the tests of publication; files are made up unless a test is about them."""

from datetime import timedelta

from django.utils import timezone

from indicators import actions, tasks
from indicators.models import Annex, SummaryText
from lemans_solidaire.network.models import Structure

FAKE = {"pdf": b"%PDF-1.7 ", "xlsx": b"PK xlsx ", "csv": b"csv ", "docx": b"PK docx "}


def fake_files(monkeypatch):
    """{format: bytes} that depend on the snapshot, made at once."""

    def files_of(text, on_step):
        on_step(1)
        return {format: start + text.encode()[:40] for format, start in FAKE.items()}

    monkeypatch.setattr(tasks, "files_of", files_of)


def reviewed_network(cast, **figures):
    """The Panier, the Halte and two others, all read over, all sent their page long ago."""
    figures = figures or {"passages": 100, "personnes": 40}
    sheets = [cast.reviewed(cast.panier, **figures), cast.reviewed(cast.halte, **figures)]
    sheets += [cast.reviewed(Structure.objects.create(name=f"Autre {n}"), **figures) for n in range(2)]
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    time_is_over()
    return sheets


def time_is_over():
    Annex.objects.update(until=timezone.localdate() - timedelta(days=1))


def proof_of(cast):
    proof = actions.make_proof(campaign=cast.campaign, by=cast.ccas)
    tasks.make_files(proof.pk)
    proof.refresh_from_db()
    return proof


def published(cast):
    """(public edition, network edition)."""
    editions = actions.publish(campaign=cast.campaign, digest=proof_of(cast).digest, by=cast.ccas)
    return sorted(editions, key=lambda edition: edition.audience == "network")


def write_text(cast, place=SummaryText.Place.FOREWORD, text="Merci à toutes et tous."):
    actions.save_text(
        campaign=cast.campaign, place=place, version=0, by=cast.ccas, text=text, name="Claire Ccas", function="agente"
    )
