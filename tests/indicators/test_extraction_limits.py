"""Files that mean harm, or are only odd: each ends within limits, and the next report is read."""

import io
import resource
import shutil
import zlib
from itertools import accumulate
from pathlib import Path
from struct import pack

import pikepdf
import pytest

from indicators.extraction.limited import extract_limited
from lemans_solidaire.network.untrusted import RefusedFile

PERSONNES = {
    "code": "PER",
    "label": "Personnes accueillies",
    "unit": "personnes",
    "decimals": 0,
    "min": 0,
    "max": 1e6,
    "keywords": [],
}
SENTENCE = b"BT /F1 12 Tf 60 700 Td (Nous avons accueilli 1 187 personnes.) Tj ET\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SENTENCE_READ = "Nous avons accueilli 1 187 personnes."
A4 = b"[0 0 595 842]"
HEAVY, BROKEN, PASSWORD = "trop de temps ou de mémoire", "abîmé ou incomplet", "mot de passe"
MANY_PAGES = "plus de 500 pages"


# Small files written by hand


def written(objects, trailer=b"", size=None):
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    parts = [b"%PDF-1.7\n", *(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))]
    data = b"".join(parts)
    table = b"".join(b"%010d 00000 n \n" % place for place in list(accumulate(map(len, parts)))[:-1])
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (size or len(objects) + 1, trailer, len(data))


def stream(content, entries=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def packed(content, entries=b"", times=1):
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, b"/Filter [%s] %s" % (b"/FlateDecode " * times, entries))


def page(contents=b"4 0 R", box=A4, resources=b"", more=b""):
    fonts = b"/Font << /F1 5 0 R >>"
    return b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %s /Resources << %s %s >> %s >>" % (
        box, contents, fonts, resources, more,
    )  # fmt: skip


def report(content=SENTENCE, *others, catalogue=b"", kids=b"3 0 R", **options):
    """One page that shows a content; the other objects are numbered from 6."""
    content = content if content.startswith(b"<<") else stream(content)
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(kids.split()) // 3)
    first = b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue
    return written([first, pages, page(**options), content, FONT, *others])


# The pages


def many_pages(count):
    """One that says something, and empty ones."""
    kids = b" ".join(b"%d 0 R" % number for number in (3, *range(6, 5 + count)))
    return report(SENTENCE, *[page(b"[]")] * (count - 1), kids=kids)


def page_of_size(side):
    return report(box=b"[0 0 %d %d]" % (side, side))


def endless_page_tree(_):
    return report(kids=b"3 0 R 2 0 R")


def deep_page_tree(depth):
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1) for number in range(6, 6 + depth)]
    return report(SENTENCE, *nodes, page(), kids=b"6 0 R")


def wide_count(count):
    return report().replace(b"/Count 1", b"/Count %d" % count)


# The objects


def huge_size(size):
    return report().replace(b"/Size 6", b"/Size %d" % size)


def huge_table(count):
    return report().replace(b"xref\n0 6", b"xref\n0 %d" % count)


def many_objects(count):
    return report(SENTENCE, *[b"null"] * count)


def object_stream(count):
    """An object that is sought in a stream that says it holds many, and unpacks into many."""
    body = b"".join(b"%d 0 " % (number + 8) for number in range(count))
    holder = packed(body + b"null " * count, b"/Type /ObjStm /N %d /First %d" % (count, len(body)), times=2)
    data = report(SENTENCE, holder, catalogue=b"/Names 9 0 R")
    places = [data.index(b"\n%d 0 obj" % number) + 1 for number in range(1, 7)]
    entries = b"".join(pack(">BIH", 1, place, 0) for place in places) + pack(">BIH", 2, 6, 1) * (count + 1)
    index = b"/Type /XRef /W [1 4 2] /Index [1 %d] /Size %d /Root 1 0 R" % (count + 7, count + 8)
    end = b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n"
    start = data.index(b"xref\n0")
    return data[:start] + end % (packed(entries, index, times=2), start)


def nested(depth):
    return report(SENTENCE, b"[" * depth + b"]" * depth, catalogue=b"/Names 6 0 R")


def nested_in_content(depth):
    return report(b"/P <</A " + b"[" * depth + b"]" * depth + b">> BDC EMC\n" + SENTENCE)


def endless_outlines(_):
    item = b"<< /Title (Partie) /Parent 6 0 R /First 6 0 R /Next 6 0 R >>"
    return report(SENTENCE, item, catalogue=b"/Outlines 6 0 R")


def endless_references(_):
    return report(SENTENCE, b"7 0 R", b"6 0 R", contents=b"6 0 R")


# The streams


def bomb(megabytes):
    """Some kB that unpack twice; made piece by piece, for the tests have a memory too."""
    packing = zlib.compressobj(9)
    once = b"".join(packing.compress(b" " * 2**20) for _ in range(megabytes)) + packing.flush()
    return report(stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]"))


def bomb_of_operators(count):
    return report(packed(b"q\n" * count + SENTENCE, times=2))


def image(width, height, content=b"", more=b""):
    entries = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width %d /Height %d %s"
    return packed(content, entries % (width, height, more), times=2)


def huge_image(side):
    drawn = b"q 500 0 0 700 50 50 cm /I Do Q\n"
    return report(drawn + SENTENCE, image(side, side, bytes(2**20)), resources=b"/XObject << /I 6 0 R >>")


def many_images(count):
    drawn = b"".join(b"q 5 0 0 5 %d %d cm /I Do Q\n" % (n % 100 * 5, n // 100 * 5) for n in range(count))
    return report(packed(drawn + SENTENCE), image(8, 8, bytes(64)), resources=b"/XObject << /I 6 0 R >>")


def form(content, names=b""):
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << %s >> >>"
    return stream(content, entries % names)


def endless_form(_):
    return report(SENTENCE + b"/X Do\n", form(b"/X Do\n", b"/X 6 0 R"), resources=b"/XObject << /X 6 0 R >>")


def forms_in_forms(depth, times=10):
    """Each form draws the next one ten times."""
    forms = [form(b"/X Do\n" * times, b"/X %d 0 R" % (number + 1)) for number in range(6, 6 + depth)]
    last = form(b"0 0 m 9 9 l S\n")
    return report(SENTENCE + b"/X Do\n", *forms, last, resources=b"/XObject << /X 6 0 R >>")


# What is written and drawn


def glyphs(count):
    line = b"BT /F1 1 Tf 1 0 0 1 5 %d Tm (%s) Tj ET\n"
    lines = b"".join(line % (n * 2 % 680, b"1 234 repas " * 40) for n in range(count // 480))
    return report(packed(lines + SENTENCE))


def rules(count):
    return report(packed(b"".join(b"%d %d 0.5 30 re f\n" % (n % 590, n // 590 * 4) for n in range(count)) + SENTENCE))


def same_place(count):
    return report(packed(b"BT /F1 12 Tf 60 400 Td (12 repas) Tj ET\n" * count + SENTENCE))


def text_pages(count):
    """A report of many full pages."""
    line = b"BT /F1 9 Tf 50 %d Td (%s) Tj ET\n"
    words = b"En 2024 nous avons servi 1 250 repas a 340 menages, soit 12 % de plus que l'an passe."
    lines = b"".join(line % (60 + 12 * n, words) for n in range(50))
    return report(packed(lines), *[page()] * count, kids=b" ".join(b"%d 0 R" % (6 + n) for n in range(count)))


def unknown_letters(count):
    """A font that gives its letters to no alphabet, as some do against copying."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    ranges = b"1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfrange <00> <FF> <E000> endbfrange\n"
    table = stream(b"/CIDInit /ProcSet findresource begin begincmap\n" + ranges + b"endcmap end")
    return report(SENTENCE * count, table).replace(FONT, font)


# The rest


def encrypted(user):
    document = pikepdf.open(io.BytesIO(report()))
    saved = io.BytesIO()
    document.save(saved, encryption=pikepdf.Encryption(owner="owner", user=user))
    return saved.getvalue()


def with_scripts(_):
    script = b"<< /S /JavaScript /JS (app.launchURL\\('http://exemple.fr'\\); while \\(true\\) {}) >>"
    launch = b"<< /S /Launch /F (/bin/sh) /Next 6 0 R >>"
    named = b"/OpenAction 6 0 R /AA << /WC 7 0 R >> /Names << /JavaScript << /Names [(a) 6 0 R] >> >>"
    return report(SENTENCE, script, launch, catalogue=named, more=b"/AA << /O 7 0 R >>")


def with_attachments(count):
    file = packed(bytes(10 * 2**20), b"/Type /EmbeddedFile")
    names = b"".join(b"(f%d) << /Type /Filespec /F (f%d.exe) /EF << /F 6 0 R >> >> " % (n, n) for n in range(count))
    return report(SENTENCE, file, catalogue=b"/Names << /EmbeddedFiles << /Names [%s] >> >>" % names)


def truncated(end):
    return report()[:end]


READ = "read"


@pytest.mark.parametrize(
    ("make", "amount", "outcome"),
    [
        (many_pages, 500, READ),
        (many_pages, 501, MANY_PAGES),
        (page_of_size, 2835, READ),  # 1 m
        (page_of_size, 14_400, READ),  # 5 m
        (page_of_size, 10_000_000, READ),
        (endless_page_tree, 0, BROKEN),
        (deep_page_tree, 500, READ),
        (deep_page_tree, 20_000, BROKEN),
        (wide_count, 499, BROKEN),
        (wide_count, 2**31 - 1, READ),
        (huge_size, 2**31 - 1, READ),
        (huge_size, 4 * 10**9, READ),
        (huge_table, 10**9, READ),
        (many_objects, 100_000, READ),
        (object_stream, 100_000, READ),
        (nested, 100_000, READ),
        (nested_in_content, 100_000, READ),
        (endless_outlines, 0, READ),
        (bomb, 400, HEAVY),
        (bomb_of_operators, 20_000_000, HEAVY),
        (huge_image, 100_000, READ),
        (many_images, 5000, READ),
        (endless_form, 0, READ),
        (forms_in_forms, 4, READ),
        (forms_in_forms, 20, HEAVY),
        (rules, 10_000, READ),
        (same_place, 10_000, READ),
        (encrypted, "", READ),
        (encrypted, "secret", PASSWORD),
        (with_scripts, 0, READ),
        (with_attachments, 3, READ),
        (truncated, -20, READ),
        (truncated, 400, BROKEN),
    ],
)
def test_every_file_ends_and_the_next_one_is_read(make, amount, outcome):
    assert outcome in outcome_of(make(amount))
    assert outcome_of(report()) == READ


def outcome_of(data):
    try:
        found = extract_limited(io.BytesIO(data), [PERSONNES], 2024)
    except RefusedFile as refusal:
        return str(refusal)
    assert [(proposal.value, proposal.quote) for proposal in found.proposals] == [(1187, SENTENCE_READ)]
    return READ


def reading(data):
    return extract_limited(io.BytesIO(data), [PERSONNES], 2024)


@pytest.mark.parametrize(
    ("box", "left", "top"),
    [
        (b"[0 0 0 0]", 60, 80),  # as a letter, 612 by 792
        (b"[595 842 0 0]", 60, 130),
        (b"[-100 -50 495 792]", 160, 80),
        (b"[0 0 595]", 60, 80),
        (b"[(a) 1 null 3]", 60, 80),
    ],
)
def test_a_page_of_an_odd_size_is_read_where_it_is_shown(box, left, top):
    (found,) = reading(report(box=box)).proposals
    assert found.boxes[0][:2] == pytest.approx([left, top], abs=1)


@pytest.mark.parametrize(
    ("turn", "matrix"),
    [(0, b"1 0 0 1 60 700"), (90, b"0 1 -1 0 100 60"), (180, b"-1 0 0 -1 500 100"), (270, b"0 -1 1 0 400 800")],
)
def test_on_a_turned_page_the_boxes_are_where_the_words_are_shown(turn, matrix):
    content = SENTENCE.replace(b"60 700 Td", matrix + b" Tm")
    (found,) = reading(report(content, more=b"/Rotate %d" % turn)).proposals
    shown = {0: (60, 142), 90: (60, 100), 180: (95, 100), 270: (42, 195)}[turn]  # where the sentence starts
    left, top, right, bottom = found.boxes[0]
    assert left == pytest.approx(shown[0], abs=1)
    assert top < shown[1] < bottom
    assert bottom - top < right - left


def test_references_in_a_circle_show_an_empty_page():
    assert reading(endless_references(0)).proposals == []


@pytest.mark.parametrize("count", [1, 50])
def test_letters_of_no_alphabet_are_no_text(count, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = reading(unknown_letters(count))
    assert (found.proposals, found.unread) == ([], [1])


def test_a_page_of_too_many_letters_is_read_up_to_a_limit():
    found = reading(glyphs(70_000))
    assert (found.pages, found.proposals) == (1, [])


def test_the_memory_of_the_portal_does_not_grow(monkeypatch):
    files = [bomb(400), huge_image(100_000), object_stream(100_000)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in files:
        outcome_of(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_progress_is_told_page_by_page():
    told = []
    extract_limited(io.BytesIO(many_pages(4)), [PERSONNES], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_error_while_progress_is_told_stops_the_process():
    def stop(done, total):
        raise InterruptedError

    before = children()
    with pytest.raises(InterruptedError):
        extract_limited(io.BytesIO(many_pages(4)), [PERSONNES], progress=stop)
    assert children() == before


def children():
    """Processes of this one: a browser may be among them, when the tests before had one."""
    return {number for task in Path("/proc/self/task").iterdir() for number in (task / "children").read_text().split()}
