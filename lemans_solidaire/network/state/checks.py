"""What the ground floor looks at: tasks, mails, backups, room, versions."""

import platform
import shutil
from datetime import timedelta
from decimal import Decimal

from django import get_version
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from lemans_solidaire.network.models import UnsentMail, Upkeep
from lemans_solidaire.network.registry import Check, Level
from lemans_solidaire.network.state import jobs
from lemans_solidaire.network.state.checking import check
from lemans_solidaire.network.templatetags.french import day_and_clock, figure, plural, size

TELL = "Prévenez la personne qui tient le serveur."
OLD_BACKUP, VERY_OLD_BACKUP = timedelta(days=2), timedelta(days=7)
LITTLE_ROOM, HARDLY_ANY = 0.15, 0.05  # of the disk
GIGABYTE = 1_000_000_000


@check("Le travail de fond")
def worker():
    """Mails, PDF, readings are the work of one process."""
    if jobs.worker_is_there():
        yield Check("Le travail de fond", Level.GOOD, "Le processus qui envoie les courriels et fait les PDF est là.")
    else:
        words = "Le processus qui envoie les courriels et fait les PDF est arrêté."
        yield Check("Le travail de fond", Level.DO, words, f"Rien n’est perdu\u202f: tout partira à son retour. {TELL}")


@check("Les tâches en attente", is_awaited=True)
def jobs_waiting():
    count = jobs.to_do().count()
    if jobs.waits_long():
        words = f"{count} tâche{plural(count)} attend{'ent' if count > 1 else ''} depuis plus d’un quart d’heure."
        yield Check(
            "Les tâches en attente", Level.DO, words, f"Personne ne les fait\u202f: {TELL[0].lower()}{TELL[1:]}"
        )
    else:
        words = (
            f"{count} tâche{plural(count)} attend{'ent' if count > 1 else ''} son tour." if count else "Rien n’attend."
        )
        yield Check("Les tâches en attente", Level.GOOD, words)


@check("Les tâches abandonnées", is_awaited=True)
def jobs_failed():
    count = jobs.failed().count()
    if count:
        words = f"{count} tâche{plural(count)} n’{'ont' if count > 1 else 'a'} pas abouti, après plusieurs essais."
        advice = "Plus bas, relancez-les, ou abandonnez celles qui ne servent plus."
        yield Check("Les tâches abandonnées", Level.DO, words, advice, "#taches", "Les voir")
    else:
        yield Check("Les tâches abandonnées", Level.GOOD, "Tout ce qui a été demandé a été fait.")


@check("Les courriels")
def mails():
    last = Upkeep.last(Upkeep.Kind.TRIAL_MAIL)
    advice = "Envoyez-vous un courriel d’essai, plus bas\u202f: s’il n’arrive pas, regardez aussi les indésirables."
    if settings.MODE == "demo":
        yield Check("Les courriels", Level.LOOK, "En démonstration, aucun courriel ne part vraiment.")
    elif last is None:
        yield Check("Les courriels", Level.LOOK, "Aucun courriel d’essai n’a été envoyé d’ici.", advice)
    elif last.went_well:
        yield Check("Les courriels", Level.GOOD, f"Le dernier courriel d’essai est parti le {day_and_clock(last.at)}.")
    else:
        words = f"Le courriel d’essai du {day_and_clock(last.at)} n’est pas parti."
        yield Check(
            "Les courriels", Level.DO, words, f"Essayez de nouveau. Si cela dure\u202f: {TELL[0].lower()}{TELL[1:]}"
        )


@check("Les courriels qui ne sont pas partis")
def unsent_mails():
    """They speak for themselves in the CCAS's own space."""
    label, count = "Les courriels qui ne sont pas partis", UnsentMail.objects.given_up().count()
    if not count:
        yield Check(label, Level.GOOD, "Tous ceux qui ont été demandés sont partis, ou vont partir.")
        return
    words = f"{count} courriel{plural(count)} n’{'ont' if count > 1 else 'a'} pas pu partir."
    yield Check(label, Level.DO, words, "La page dit pourquoi, et que faire.", reverse("mail:unsent"), "Les voir")


@check("La dernière sauvegarde", is_awaited=True)
def backup():
    label, last = "La dernière sauvegarde", Upkeep.last(Upkeep.Kind.BACKUP)
    do = Level.DO if settings.PRODUCTION else Level.LOOK
    if last is None:
        words = (
            "Aucune sauvegarde connue."
            if settings.PRODUCTION
            else "Aucune sauvegarde connue\u202f: ce portail n’est qu’un essai."
        )
        advice = f"Sans elle, une panne du serveur ferait tout perdre. {TELL}"
        yield Check(label, do, words, advice)
        return
    age = timezone.now() - last.at
    words = f"Le {day_and_clock(last.at)}. {last.detail}".strip()
    level = do if age > VERY_OLD_BACKUP else Level.LOOK if age > OLD_BACKUP or not last.went_well else Level.GOOD
    advice = "" if level == Level.GOOD else f"Il en faut une chaque nuit, sur une autre machine. {TELL}"
    yield Check(label, level, words, advice)


@check("La place sur le disque", is_awaited=True)
def room():
    """Of where uploads are kept, and the embedded database if it is ours."""
    disk = shutil.disk_usage(settings.VAR_DIR)
    free = disk.free / disk.total
    level = Level.DO if free < HARDLY_ANY else Level.LOOK if free < LITTLE_ROOM else Level.GOOD
    words = f"Il reste {in_gigabytes(disk.free)} sur {in_gigabytes(disk.total)}, là où le portail garde ses fichiers."
    yield Check(
        "La place sur le disque",
        level,
        words,
        "" if level == Level.GOOD else f"Le portail s’arrêterait, faute de place. {TELL}",
    )


def in_gigabytes(octets):
    return f"{figure(round(Decimal(octets) / GIGABYTE, 1))}\u202fGo"


@check("La base de données")
def database_size():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (octets,) = cursor.fetchone()
    yield Check("La base de données", Level.GOOD, f"Elle pèse {size(octets)}.")


@check("Les versions")
def versions():
    """Python and PostgreSQL, to tell whoever helps."""
    with connection.cursor():
        number = connection.connection.info.server_version
    words = (
        f"PostgreSQL {number // 10000}.{number % 10000}, Python {platform.python_version()}, Django {get_version()}."
    )
    yield Check("Les versions", Level.GOOD, words, "À dire à qui vous aide.")
