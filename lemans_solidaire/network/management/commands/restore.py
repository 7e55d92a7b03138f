import shutil
import subprocess
import tarfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from lemans_solidaire import backup
from lemans_solidaire.network import registry
from lemans_solidaire.network.management.impossible import Impossible

# Rights given in advance to the tables to come would be added to those of the dump, and an append-only table
# would become writable; the dump ends by setting them again.
EMPTY = """
    BEGIN;
    SET lock_timeout = '10s';
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
    COMMENT ON SCHEMA public IS 'standard public schema';
    GRANT USAGE ON SCHEMA public TO {web};
    ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM {web};
    ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM {web};
    ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM {web};
    ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
"""


class Command(BaseCommand):
    help = "Remet la base et les fichiers déposés tels qu’une sauvegarde les a gardés."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, metavar="DOSSIER")
        parser.add_argument("--replace", action="store_true", help="effacer ce que contient le portail")

    def handle(self, dir, replace, **options):
        folder = dir.absolute()
        try:
            manifest = check(folder, replace)
            restore(folder, manifest)
        except backup.BackupError as reason:
            raise Impossible(str(reason)) from None
        except OSError as error:
            raise Impossible(f"La restauration n’a pas pu se faire : {error.strerror} ({error.filename}).") from None
        if options["verbosity"]:
            self.report(manifest)

    def report(self, manifest):
        files = sum(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))
        self.stdout.write(f"Portail restauré tel qu’il était le {manifest.made_at} ; fichiers déposés : {files}.")
        if self.is_older(manifest):
            self.stdout.write("Cette sauvegarde vient d’une version plus ancienne : lancez manage.py migrate.")

    def is_older(self, manifest):
        return bool(known_migrations() - set(manifest.migrations))


def check(folder, replace):
    """Everything that can be known before anything is touched."""
    manifest = backup.Manifest.read(folder)
    backup.check_files(folder, manifest)
    check_kind(manifest)
    check_versions(manifest)
    check_database(replace)
    return manifest


def check_kind(manifest):
    """Fictional and real data never meet."""
    if (manifest.mode == "production") != settings.PRODUCTION:
        raise backup.BackupError(
            f"Cette sauvegarde vient du mode {manifest.mode} ; ce portail est en mode {settings.MODE}."
        )


def check_versions(manifest):
    if manifest.server_major > backup.server_major():
        raise backup.BackupError(
            f"Cette sauvegarde vient de PostgreSQL {manifest.server_major} ; "
            f"ce serveur est plus ancien ({backup.server_major()})."
        )
    if set(manifest.migrations) - known_migrations():
        raise backup.BackupError(
            "Cette sauvegarde vient d’une version plus récente du portail : mettez-le d’abord à jour."
        )
    if manifest.web_role != backup.web_role():
        raise backup.BackupError(
            f"Cette sauvegarde donne ses droits au rôle {manifest.web_role} ; "
            f"le rôle web de ce portail est {backup.web_role()}."
        )


def known_migrations():
    loader = MigrationLoader(None)
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def check_database(replace):
    if connection.introspection.table_names() and not replace:
        raise backup.BackupError(
            "La base contient déjà des données : ajoutez --replace pour les remplacer par la sauvegarde."
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename IS NOT NULL AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise backup.BackupError("Le portail est en marche : arrêtez-le avant de restaurer.")


def restore(folder, manifest):
    """Files are unpacked beside, the database changes in one transaction, then the files take their place."""
    fresh = unpack(folder / backup.UPLOADS)
    try:
        restore_database(folder / backup.DATABASE, manifest)
        registry.restored.ask()
        take_place(fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def unpack(archive):
    fresh = beside("new")
    fresh.mkdir(mode=0o700, parents=True)
    try:
        with tarfile.open(archive) as content:
            content.extractall(fresh, filter="data")
    except tarfile.TarError as error:
        raise backup.BackupError(f"Sauvegarde abîmée : {archive} ne se lit pas ({error}).") from None
    return fresh


def beside(suffix):
    folder = settings.MEDIA_ROOT.with_name(f"{settings.MEDIA_ROOT.name}.{suffix}")
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def take_place(fresh):
    old = beside("old")
    if settings.MEDIA_ROOT.exists():
        settings.MEDIA_ROOT.rename(old)
    fresh.rename(settings.MEDIA_ROOT)
    shutil.rmtree(old, ignore_errors=True)


def restore_database(dump, manifest):
    major = backup.server_major()
    empty = sql.SQL(EMPTY).format(web=sql.Identifier(manifest.web_role)).as_string()
    connection.close()
    command = [
        backup.tool("psql", major),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    psql = subprocess.Popen(
        command, env=backup.access(), stdin=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    read = feed(psql, empty, [backup.tool("pg_restore", major), "--no-owner", "--file=-", str(dump)])
    _, complaint = psql.communicate()
    if psql.returncode or read:
        raise backup.BackupError(
            f"La sauvegarde n’a pas pu être remise, rien n’a changé : {backup.first_line(complaint or read)}"
        )


def feed(psql, empty, pg_restore):
    """Commits only if pg_restore read the dump to its end; returns its complaint, or nothing."""
    try:
        psql.stdin.write(empty)
        psql.stdin.flush()
        result = subprocess.run(pg_restore, stdout=psql.stdin, stderr=subprocess.PIPE, text=True)
        psql.stdin.write("ROLLBACK;\n" if result.returncode else "COMMIT;\n")
        psql.stdin.flush()
    except BrokenPipeError:
        return ""  # psql stopped at a refused statement, and says which
    return result.stderr if result.returncode else ""
