"""What the charter adds to the yearly summary: where the network stands, when nobody can be told apart."""

from django.utils import timezone

from charter.landmarks import picture
from lemans_solidaire.network.registry import Chapter


def chapters(year):
    """Provider of registry.chapters; nothing while the year goes on."""
    if year >= timezone.localdate().year:
        return
    rows = [
        [words, f"{structures}", "\u202f; ".join(f"{levels}\u202f: {count}" for levels, count in parts)]
        for words, structures, parts in picture(year)
    ]
    if rows:
        yield Chapter(
            title="La charte au quotidien",
            paragraphs=[
                "Chaque structure peut regarder, pour elle-même, où elle en est de chaque engagement. "
                "Voici leurs réponses, ensemble\u202f; un engagement n’est montré que si nulle réponse ne se reconnaît."
            ],
            headings=["Engagement", "Structures", "Où elles en sont"],
            rows=rows,
        )
