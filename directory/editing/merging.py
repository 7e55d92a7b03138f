"""Two people on one page: what each had before their eyes decides, part by part."""

MISSING = object()


class NewerSave(Exception):
    """Somebody saved something else after the page was opened: nothing is written.

    `stored` is all that is kept now, `wanted` what this person wanted to change, `conflicts` the fields both changed.
    """

    def __init__(self, stored, wanted, conflicts):
        super().__init__()
        self.stored, self.wanted, self.conflicts = stored, wanted, conflicts


def merge(*, typed, seen, stored, parts=(), same=lambda name, one, other: one == other):
    """{field: value} to write. What was left as it was shown is never written: it may be older than what is kept.

    `parts` are fields that are one thing together: an address is not made of two people's halves.
    """
    together = {name: part for part in parts for name in part}
    wanted = {name: value for name, value in typed.items() if not same(name, value, seen.get(name, MISSING))}
    moved = {name for name in typed if not same(name, stored[name], seen.get(name, MISSING))}
    conflicts = set()
    for name in wanted:
        part = [one for one in together.get(name, (name,)) if one in typed]
        if moved & set(part) and not all(same(one, typed[one], stored[one]) for one in part):
            conflicts.update(part)
    if conflicts:
        raise NewerSave(stored, wanted, conflicts)
    return {name: value for name, value in wanted.items() if not same(name, value, stored[name])}
