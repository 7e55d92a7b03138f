"""What an address names, as far as the person may see it; 404 otherwise."""

from django.http import Http404

from charter.models import LETTERS, Act
from charter.permissions import can_see_standing
from lemans_solidaire.network.models import Structure

LARGEST_KEY = 2**63 - 1


def seen_structure(user, structure_id):
    """A structure whose members, and the CCAS, see what it has signed and not."""
    structure = Structure.objects.filter(pk=min(structure_id, LARGEST_KEY)).first()
    if structure is None or not can_see_standing(user, structure):
        raise Http404
    return structure


def act_of(code):
    """The act of a code, however it was typed; None when there is none."""
    letters = "".join(letter for letter in code.upper() if letter in LETTERS)
    written = "-".join(letters[start : start + 4] for start in range(0, 12, 4))
    if len(letters) != 12:
        return None
    return Act.objects.select_related("version", "structure").filter(code=written).first()


def posted(request):
    """What binds a form, even when nothing was filled in."""
    return request.POST if request.method == "POST" else None


def number_in(text):
    """A number that a page had put in a hidden field; -1, which is none, when it is anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
