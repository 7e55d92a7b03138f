"""A report as it comes: checked, and whose it may be, guessed from its name for the CCAS to confirm."""

import hashlib
import re
import unicodedata

from lemans_solidaire.network.untrusted import check_pdf

COMMON = {"association", "rapport", "activite", "activites", "mans", "sarthe", "centre", "social", "maison", "annuel"}


def as_report(file):
    """What is kept of a PDF, {content, name, pages, digest}; RefusedFile when it is none."""
    pages = check_pdf(file)
    file.seek(0)
    content = file.read()
    return {
        "content": content,
        "name": file.name[-200:],
        "pages": pages,
        "digest": hashlib.sha256(content).hexdigest(),
    }


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
