"""A snapshot written the one way that its digest can be checked by anybody."""

import hashlib
import json
import re

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_text(snapshot):
    """The one way of writing it, so that its digest can be checked by anybody."""
    return json.dumps(printable(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def printable(value):
    """Without the characters that no file can hold: XML refuses them."""
    if isinstance(value, str):
        return NOT_IN_XML.sub(" ", value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value
