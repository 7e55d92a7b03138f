import hashlib
import os

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Met tout en place avant de servir : rôles, base, polices, fichiers statiques."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--for-tests", action="store_true", help="les essais construisent eux-mêmes leurs bases")

    def handle(self, *, for_tests, **options):
        if os.environ.get("DATABASE_SUPERUSER_URL"):
            call_command("create_roles", for_tests=for_tests, verbosity=0)
        if not for_tests:
            call_command("migrate", verbosity=0)
        call_command("build_fonts", verbosity=0)
        collect_static()


def collect_static():
    """Only when a file has changed: compressing them takes seconds."""
    stamp = settings.STATIC_ROOT.with_suffix(".stamp")
    state = state_of_static_files()
    if not settings.STATIC_ROOT.exists() or not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def state_of_static_files():
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {os.stat(storage.path(path)).st_mtime_ns}\n".encode())
    return digest.hexdigest()
