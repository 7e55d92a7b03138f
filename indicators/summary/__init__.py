"""The yearly summary: gathered once, written as a snapshot, read by pages and files."""

from indicators.summary.canonical import as_text, digest_of
from indicators.summary.gathering import gather
from indicators.summary.reading import Reading
from indicators.summary.snapshot import snapshots

__all__ = ["Reading", "as_text", "digest_of", "gather", "readings", "snapshots"]


def readings(campaign, day):
    """{audience: Reading} of the editions as they would be published that day."""
    return {audience: Reading(as_text(one)) for audience, one in snapshots(gather(campaign), day).items()}
