import os
import shutil
import subprocess
import tarfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from lemans_solidaire import backup
from lemans_solidaire.network.management.impossible import Impossible
from lemans_solidaire.network.models import Upkeep


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers déposés dans un dossier neuf ; les clés n’y sont pas."

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, metavar="DOSSIER")

    def handle(self, dir, **options):
        folder = dir.absolute()
        try:
            with draft_of(folder) as draft:
                fill(draft)
        except backup.BackupError as reason:
            raise Impossible(str(reason)) from None
        except OSError as error:
            raise Impossible(f"Impossible d’écrire la sauvegarde dans {folder} : {error.strerror}.") from None
        note_that_it_was_made(folder)
        if options["verbosity"]:
            self.stdout.write(f"Sauvegarde écrite dans {folder}.")
            self.stdout.write(where_the_keys_are())


@contextmanager
def draft_of(folder):
    """A folder that gets its name only once complete."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise backup.BackupError(f"{folder} n’est pas vide : donnez un dossier neuf.")
    draft = folder.with_name(f"{folder.name}.tmp")
    forget_interrupted(draft)
    draft.mkdir(mode=0o700, parents=True)
    try:
        yield draft
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def forget_interrupted(draft):
    ours = {*backup.PARTS, backup.MANIFEST}
    if draft.exists() and {path.name for path in draft.iterdir()} - ours:
        raise backup.BackupError(f"{draft} existe déjà et n’est pas une sauvegarde : déplacez-le.")
    shutil.rmtree(draft, ignore_errors=True)


def fill(draft):
    before = os.umask(0o077)
    try:
        dump_database(draft / backup.DATABASE)
        pack_uploads(draft / backup.UPLOADS)
        describe(draft)
    finally:
        os.umask(before)


def dump_database(target):
    """Before the files: what the database names is then among them."""
    command = [
        backup.tool("pg_dump", backup.server_major()),
        "--format=custom",
        "--no-owner",
        f"--file={target}",
    ]
    result = subprocess.run(command, env=backup.access(), capture_output=True, text=True)
    if result.returncode:
        raise backup.BackupError(f"PostgreSQL n’a pas pu copier la base : {backup.first_line(result.stderr)}")


def pack_uploads(target):
    with tarfile.open(target, "w") as archive:
        if settings.MEDIA_ROOT.is_dir():
            archive.add(settings.MEDIA_ROOT, arcname=".")


def describe(draft):
    backup.Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        mode=settings.MODE,
        server_major=backup.server_major(),
        web_role=backup.web_role(),
        migrations=backup.applied_migrations(),
        digests={name: backup.digest(draft / name) for name in backup.PARTS},
    ).write(draft)


def note_that_it_was_made(folder):
    """For « L’état du portail »: its name, never its whole address, and whether one disk's failure would take both."""
    is_apart = folder.stat().st_dev != settings.VAR_DIR.stat().st_dev
    where = "" if is_apart else ", sur le même disque que le portail\u202f: une panne perdrait les deux"
    Upkeep.note(Upkeep.Kind.BACKUP, went_well=is_apart, detail=f"Dans le dossier «\u202f{folder.name}\u202f»{where}.")


def where_the_keys_are():
    place = (
        "les variables LMS_SECRET_KEY et LMS_ENCRYPTION_KEY"
        if settings.PRODUCTION
        else f"le dossier {settings.VAR_DIR / 'secrets'}"
    )
    return (
        f"Les clés n’y sont pas : gardez {place} à part, dans un lieu sûr. "
        "Sans elles, les seconds facteurs ne se relisent pas."
    )
