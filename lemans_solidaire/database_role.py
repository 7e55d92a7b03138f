"""The portal serves only through a database role that cannot do more than it should (design, section 3)."""

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created

TOO_STRONG = """
    WITH RECURSIVE reachable(oid) AS (
        SELECT oid FROM pg_roles WHERE rolname = current_user
        UNION
        SELECT m.roleid FROM pg_auth_members m JOIN reachable r ON m.member = r.oid
    )
    SELECT rolname,
           CASE WHEN rolsuper THEN 'est superutilisateur'
                WHEN rolbypassrls THEN 'passe outre la protection des lignes'
                ELSE 'possède des tables' END
      FROM pg_roles JOIN reachable USING (oid)
     WHERE rolsuper OR rolbypassrls
        OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relowner = pg_roles.oid AND n.nspname = 'public')
     LIMIT 1
"""
FICTIONAL_ACCOUNTS = "SELECT count(*) FROM network_user WHERE email LIKE '%%@demo.test'"


def reason_not_to_serve(cursor):
    """One sentence in French, or None when the role and the data are fit to be served."""
    cursor.execute(TOO_STRONG)
    too_strong = cursor.fetchone()
    if too_strong:
        role, why = too_strong
        return f"Le portail ne démarre pas : le rôle {role} de DATABASE_URL {why}. Voir docs/deploiement.md."
    if settings.PRODUCTION and fictional_accounts(cursor):
        return "Le portail ne démarre pas : cette base contient le réseau fictif de la démonstration."
    return None


def fictional_accounts(cursor):
    cursor.execute("SELECT to_regclass('public.network_user') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return 0
    cursor.execute(FICTIONAL_ACCOUNTS)
    return cursor.fetchone()[0]


def refuse_too_strong_a_role():
    """Called once by each process that serves: exits, or checks at the first connection if the database is down."""
    try:
        with connection.cursor() as cursor:
            reason = reason_not_to_serve(cursor)
    except OperationalError:
        connection_created.connect(check_at_connection, dispatch_uid="database_role")
        return
    finally:
        connection.close()
    if reason:
        print(reason, file=sys.stderr, flush=True)
        raise SystemExit(3)


def check_at_connection(sender, connection, **kwargs):
    """Stays connected, and refuses every request, until the database has once been found fit."""
    with connection.cursor() as cursor:
        reason = reason_not_to_serve(cursor)
    if reason:
        connection.close()
        raise ImproperlyConfigured(reason)
    connection_created.disconnect(dispatch_uid="database_role")
