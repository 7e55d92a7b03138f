#!/usr/bin/env python
"""Runs a command of the portal, with PostgreSQL up and the database role that this command may have."""

import os
import sys

from lemans_solidaire import postgres

MODES = ("demo", "test", "production")
NEEDS_NO_DATABASE = {
    "build_fonts",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "extract_report",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "startapp",
    "version",
}
NEEDS_NO_MODE = {"extract_report"}  # it reads the files that it is given, and knows nobody
OWNER_COMMANDS = {"backup", "migrate", "prepare", "restore", "showmigrations", "sqlmigrate"}


class NotReadyError(Exception):
    """One line in French that says what to set."""


def prepare(command, environ):
    if command in NEEDS_NO_MODE:
        environ.setdefault("LMS_MODE", "test")
    if environ.get("LMS_MODE") not in MODES:
        raise NotReadyError("Choisissez un mode : LMS_MODE=demo, LMS_MODE=test ou LMS_MODE=production.")
    if command not in NEEDS_NO_DATABASE:
        postgres.provide(environ)
        take_role(command, environ)


def take_role(command, environ):
    """Each command sees the addresses of the roles it needs, and no other."""
    if command == "create_roles":
        return
    if command in OWNER_COMMANDS:
        need("DATABASE_OWNER_URL", command, environ)
        environ["LMS_DATABASE_ROLE"] = "owner"
        if command == "prepare":  # which makes the roles too
            return
    else:
        need("DATABASE_URL", command, environ)
        environ.pop("DATABASE_OWNER_URL", None)
    environ.pop("DATABASE_SUPERUSER_URL", None)


def need(name, command, environ):
    if not environ.get(name):
        raise NotReadyError(f"La commande {command} a besoin de {name}, qui manque : voir README.md.")


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemans_solidaire.settings")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal without our apostrophes still gets the message
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        prepare("help" if {"-h", "--help"} & set(sys.argv) else command, os.environ)
    except (NotReadyError, postgres.LauncherError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    run()


def run():
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.MODE  # noqa: B018  reads the settings, which say what the environment lacks
    except ImproperlyConfigured as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
