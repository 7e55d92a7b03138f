"""Pages that are pictures of a page: what tells them, and how they are drawn to be read."""

import math
import sys
from itertools import islice

import pypdfium2.raw as raw
from PIL import ImageChops, ImageFilter, ImageStat

FEW_LETTERS, SOME_LETTERS = 30, 200
STAMP = 0.012  # of the page's surface: what « reçu en préfecture le… » takes on a scanned page
LEGIBLE = 0.3  # of its characters: below, their font does not say which letters they are
COVERED = 0.4  # of the page, by images
MAX_OBJECTS, DEPTH = 3000, 3
GRID = 20
OUTLINES = 200  # shapes as small as letters: letters that were made drawings
DOTS_A_POINT = 300 / 72
DARK, FULL = 0.65, 0.9 * 255  # ink, beside the page's mean; a row of dots that is ink from end to end
WIDE, HIGH, THICK = 60, 36, 2  # points: what is wider or higher, and thinner, is a rule
MAX_PIXELS, MAX_SIDE = 9_000_000, 12_000


def lacks_text(page, source, place):
    """Whether something is drawn over a good part of the page, and (nearly) no words say what."""
    return not is_legible(page) or (has_few_words(page) and is_drawn_over(page, source, place))


def is_legible(page):
    return page.glyphs < FEW_LETTERS or page.letters >= LEGIBLE * page.glyphs


def has_few_words(page):
    if page.letters < FEW_LETTERS:
        return True
    inked = sum((word.box[2] - word.box[0]) * word.height for word in page.words)
    return page.letters < SOME_LETTERS and inked < STAMP * page.width * page.height


def is_drawn_over(page, source, place):
    covered, outlines = set(), 0
    objects = source.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=DEPTH)
    for drawn in islice(objects, MAX_OBJECTS):
        left, top, right, bottom = place(*drawn.get_bounds())
        if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
            covered |= squares(page, left, top, right, bottom)
        else:
            outlines += 1 < bottom - top < 40 and 1 < right - left < 40
    return len(covered) >= COVERED * GRID**2 or outlines >= OUTLINES


def squares(page, left, top, right, bottom):
    """The squares of a grid over the page whose middle is within a box."""

    def within(start, end, length):
        first, last = (math.ceil(GRID * side / length - 0.5) if length else 0 for side in (start, end))
        return range(max(0, first), min(GRID, last))

    return {(x, y) for x in within(left, right, page.width) for y in within(top, bottom, page.height)}


def scale(width, height):
    """Dots a point: 300 dpi, less on a large page."""
    return min(DOTS_A_POINT, math.sqrt(MAX_PIXELS / max(width * height, 1)), MAX_SIDE / max(width, height, 1))


def draw(document, number):
    """Writes a page as a grey image (PGM) on stdout, without the rules of its tables, which hide their words."""
    page = document[number - 1]
    dots = scale(*page.get_size())
    image = without_rules(page.render(scale=dots, grayscale=True).to_pil().convert("L"), dots)
    image.save(sys.stdout.buffer, "PPM")
    sys.stdout.buffer.flush()


def without_rules(image, dots):
    ink = image.point(shade(ImageStat.Stat(image).mean[0] * DARK, 255, 0))
    for across, length in ((True, WIDE), (False, HIGH)):
        image.paste(255, mask=rules(ink, across, round(length * dots / 2), round(THICK * dots)))
    return image


def rules(ink, across, length, thick):
    """A mask of the long and thin shapes that go across, or down."""

    def spread(along, aside=0):
        return ImageFilter.BoxBlur((along, aside) if across else (aside, along))

    bold = ink.filter(spread(0, 2)).point(shade(0.3 * 255, 0, 255))  # so that it may lean
    long = bold.filter(spread(length)).point(shade(FULL, 0, 255))
    thin = ink.filter(spread(0, thick)).point(shade(0.6 * 255, 255, 0))
    return ImageChops.darker(long, thin).filter(spread(length + 2, 2)).point(shade(0, 0, 255))


def shade(limit, dark, light):
    return lambda value: light if value > limit else dark
