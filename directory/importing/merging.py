"""What a file says, what it said last time, what is here: only what the file alone changed is taken."""

from directory.importing.reading import LISTS, NAMED, NUMBERS, TELLS_PLACE


def as_imported(read, structure_id):
    """What the next import compares with."""
    return {name: value for name, value in read.items() if value not in (None, "", [])} | {"structure": structure_id}


def merge(service, read, structure_id):
    """({field: [old, new]} of what is taken, [disagreements]).

    What was corrected here since is kept; a disagreement is noted on the service and said once. What was written
    here is changed by no file. A confidential place is repeated nowhere; a file silent about it erases nothing.
    """
    changes, told = {}, []
    hides = service.hides_place or service.is_address_hidden
    base = dict(service.imported)
    merge_structure(service, structure_id, base, changes, told, hides=hides)
    for name, value in read.items():
        nothing = empty(name)
        was, here = base.get(name, nothing), getattr(service, name)
        if same(name, value, was) or same(name, value, here) or (hides and name in TELLS_PLACE and value == nothing):
            continue
        if name == "source" and not service.source_id:
            continue  # the export says ours
        secret = hides and name in TELLS_PLACE
        if same(name, here, was) and service.source_id:
            setattr(service, name, value)
            changes[name] = ["…", "…"] if secret else [as_text(here), as_text(value)]
        else:
            words = "l’adresse est confidentielle" if secret else disagreement(as_text(here), as_text(value))
            told.append(f"{NAMED[name]}\u202f: {words}. Gardé ici.")
        remember(base, name, value)
    service.imported = base
    note(service, told)
    return changes, told


def merge_structure(service, structure_id, base, changes, told, *, hides):
    """A service that hides its place does not leave: its neighbours would tell it again."""
    was, here = base.get("structure", service.structure_id), service.structure_id
    if structure_id in (was, here):
        return
    if was == here and service.source_id and not hides:
        changes["structure"] = [here, structure_id]
        service.structure_id = structure_id
    else:
        told.append("Le fichier le dit d’une autre structure. Gardé ici.")
    base["structure"] = structure_id


def disagreement(here, there):
    return f"ici « {here[:500]} », dans le fichier « {there[:500]} »"


def remember(base, name, value):
    base[name] = value
    if value in (None, "", []):
        del base[name]


def note(service, sentences):
    for sentence in sentences:
        if sentence not in service.to_check:
            service.to_check = "\n".join(filter(None, [service.to_check, sentence]))


def same(name, one, other):
    """A number read back is 3.0 where a file says 3, a date is a date where it says a text; spaces are one."""
    if name in NUMBERS:
        return (one if one is None else float(one)) == (other if other is None else float(other))
    return as_text(one).split() == as_text(other).split()


def empty(name):
    return [] if name in LISTS else None if name in NUMBERS or name == "updated_on" else ""


def as_text(value):
    if isinstance(value, list):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)
