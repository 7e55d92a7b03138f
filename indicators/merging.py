"""Two people on one sheet: what each had before their eyes decides, figure by figure."""


def merge(*, stored, seen, typed):
    """({key: (old, new)} to write, {key: stored} that somebody else changed meanwhile).

    `stored` is what the sheet says now, `seen` what the page had shown, `typed` what the person sends; a key absent
    from the first two has no answer there. What the person left as it was shown is never written: it may be older
    than what is stored.
    """
    changes, conflicts = {}, {}
    for key, new in typed.items():
        now, shown = stored.get(key), seen.get(key)
        if new in (now, shown):
            continue
        if now == shown:
            changes[key] = (now, new)
        else:
            conflicts[key] = now
    return changes, conflicts
