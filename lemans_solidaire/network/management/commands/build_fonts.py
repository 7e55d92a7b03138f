import shutil
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.ttLib import TTFont

PACKAGE = Path(find_spec("fontpkg_atkinson_hyperlegible").origin).parent
FACES = ("Regular", "Bold", "Italic", "BoldItalic")


class Command(BaseCommand):
    help = "Prépare pour les navigateurs les polices du portail (woff2)."
    requires_system_checks = []

    def handle(self, **options):
        folder = settings.FONTS_DIR / "fonts"
        folder.mkdir(parents=True, exist_ok=True)
        built = [face for face in FACES if build(face, folder)]
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


def is_up_to_date(target, source):
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime
