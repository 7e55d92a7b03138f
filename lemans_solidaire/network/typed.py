"""What people type and send, as every app reads it: texts of a bounded length, lines, a photo or a PDF of a paper."""

from django import forms

SCAN_BYTES = 5 * 1024**2
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def too_long(length):
    """The words for a field of this length."""
    return {"max_length": f"C’est trop long\u202f: {length} caractères au plus. Ce que vous avez écrit est gardé."}


def same_lines(text):
    """Browsers send the end of a line as two characters, and count it for one."""
    return text.replace("\r\n", "\n")


class Lines(forms.CharField):
    """A few sentences; the end of a line counts for one character."""

    def to_python(self, value):
        return same_lines(super().to_python(value))


def kind_of_scan(file):
    """The media type that the first bytes tell, or None."""
    file.seek(0)
    start = file.read(5)
    file.seek(0)
    return next((kind for sign, kind in SCANS.items() if start.startswith(sign)), None)
