import shutil
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

PACKAGE = Path(find_spec("fontpkg_atkinson_hyperlegible").origin).parent
UNITS, NARROW = 1000, 290  # an em, and in it a narrow space wide enough for tired eyes to see « 1 200 000 »
FACES = ("Regular", "Bold", "Italic", "BoldItalic")


class Command(BaseCommand):
    help = "Prépare pour les navigateurs les polices du portail (woff2)."
    requires_system_checks = []

    def handle(self, **options):
        folder = settings.FONTS_DIR / "fonts"
        folder.mkdir(parents=True, exist_ok=True)
        built = [face for face in FACES if build(face, folder)]
        build_narrow_space(folder / "EspaceFine.woff2")
        copy_licence(folder / "OFL.txt")
        if options["verbosity"]:
            self.stdout.write(f"Polices préparées : {len(built)} ; déjà prêtes : {len(FACES) - len(built)}.")


def copy_licence(target):
    if not is_up_to_date(target, PACKAGE / "LICENSE"):
        shutil.copyfile(PACKAGE / "LICENSE", target)


def build(face, folder):
    """False when the file is already there and newer than what it is made from."""
    source = PACKAGE / "files" / f"AtkinsonHyperlegible-{face}.ttf"
    target = folder / f"AtkinsonHyperlegible-{face}.woff2"
    if is_up_to_date(target, source):
        return False
    draft = target.with_suffix(".new")
    with TTFont(source, recalcTimestamp=False) as font:
        font.flavor = "woff2"
        font.save(draft)
    draft.rename(target)
    return True


def square():
    """Browsers refuse a font in which nothing is drawn."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, NARROW), (NARROW, NARROW), (NARROW, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def build_narrow_space(target):
    """A font of one glyph, the narrow unbreakable space that French figures need and Atkinson does not have."""
    if is_up_to_date(target, Path(__file__)):
        return
    font = FontBuilder(UNITS, isTTF=True)
    font.setupGlyphOrder([".notdef", "uni202F"])
    font.setupCharacterMap({0x202F: "uni202F"})
    font.setupGlyf({".notdef": square(), "uni202F": TTGlyphPen(None).glyph()})
    font.setupHorizontalMetrics({".notdef": (0, 0), "uni202F": (NARROW, 0)})
    font.setupHorizontalHeader(ascent=950, descent=-250)
    font.setupNameTable({"familyName": "Espace fine", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.font.flavor = "woff2"
    font.save(target)


def is_up_to_date(target, source):
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime
