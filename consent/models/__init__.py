"""The tables of the dossiers, one module for each concern."""

from consent.models.common import NAME_LENGTH, TEXT_LENGTH
from consent.models.dossiers import (
    Agreement,
    Card,
    Detail,
    Dossier,
    Emergency,
    Entry,
    Helped,
    Hidden,
    How,
    Question,
    Scan,
    Share,
)
from consent.models.lists import CHECK, DANGER, MEETING, Notice, Term
from consent.models.log import Access, AccessHead, Checkpoint, Seal, Stub
from consent.models.openings import DossierRight, Opening, StructureOpening
from consent.models.requests import Request, RequestPart

__all__ = [
    "Access",
    "AccessHead",
    "Agreement",
    "CHECK",
    "Card",
    "Checkpoint",
    "DANGER",
    "Detail",
    "Dossier",
    "DossierRight",
    "Emergency",
    "Entry",
    "Helped",
    "Hidden",
    "How",
    "MEETING",
    "NAME_LENGTH",
    "Notice",
    "Opening",
    "Question",
    "Request",
    "RequestPart",
    "Scan",
    "Seal",
    "Share",
    "StructureOpening",
    "Stub",
    "TEXT_LENGTH",
    "Term",
]
