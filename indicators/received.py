"""Whose report is this file? A guess from its name, for the CCAS to confirm."""

import re
import unicodedata

COMMON = {"association", "rapport", "activite", "activites", "mans", "sarthe", "centre", "social", "maison", "annuel"}


def words_in(text):
    """The words of four letters and more, without accents nor what every name has."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return set(re.findall(r"[a-z]{4,}", plain)) - COMMON


def structure_named(file_name, structures):
    """The only structure whose name shares the most words with that of the file; None in doubt."""
    said = words_in(file_name)
    shared = [(len(words_in(structure.name) & said), structure) for structure in structures]
    most = max((count for count, _ in shared), default=0)
    best = [structure for count, structure in shared if count == most]
    return best[0] if most and len(best) == 1 else None
