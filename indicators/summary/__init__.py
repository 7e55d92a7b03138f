"""The yearly summary: gathered once, written as a snapshot, read by pages and files."""

from indicators.summary.gathering import gather
from indicators.summary.reading import Reading
from indicators.summary.snapshot import as_text, digest_of, snapshots

__all__ = ["Reading", "as_text", "digest_of", "gather", "snapshots"]
