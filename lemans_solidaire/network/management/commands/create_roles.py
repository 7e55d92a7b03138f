import os

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from lemans_solidaire.network.management.impossible import Impossible

TRUSTED_EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist", "cube")
LOGIN_ONLY = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"

DATABASE_RIGHTS = """
    REVOKE ALL ON DATABASE {database} FROM PUBLIC;
    REVOKE ALL ON DATABASE {database} FROM {web};
    GRANT CONNECT ON DATABASE {database} TO {web};
"""
SCHEMA_RIGHTS = """
    ALTER SCHEMA public OWNER TO {owner};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM {web};
    GRANT USAGE ON SCHEMA public TO {web};
"""
# Tables to come; append-only and dossier tables take some of these rights back in their own migrations.
FUTURE_RIGHTS = """
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {web};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {web};
"""
MEMBERSHIPS = """
    SELECT g.rolname FROM pg_auth_members m
      JOIN pg_roles g ON g.oid = m.roleid
      JOIN pg_roles w ON w.oid = m.member
     WHERE w.rolname = %s
"""


class Command(BaseCommand):
    help = "Crée dans PostgreSQL les deux rôles du portail et sa base ; peut être relancée sans risque."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--superuser-url",
            default=os.environ.get("DATABASE_SUPERUSER_URL") or "dbname=postgres",
            help="adresse d’un superutilisateur (sinon DATABASE_SUPERUSER_URL, sinon les réglages de libpq)",
        )
        parser.add_argument("--for-tests", action="store_true", help="le propriétaire pourra créer des bases")

    def handle(self, *, superuser_url, for_tests, **options):
        if for_tests and settings.MODE != "test":
            raise Impossible("--for-tests n’est permis qu’avec LMS_MODE=test.")
        owner, web = addresses()
        with connected(superuser_url) as server:
            refuse_a_superuser(server, owner, web)
            create_role(server, owner, "INHERIT CREATEDB" if for_tests else "INHERIT NOCREATEDB")
            create_role(server, web, "NOINHERIT NOCREATEDB")
            leave_every_group(server, web)
            create_database(server, owner, web)
        with connected(superuser_url, dbname=owner["dbname"]) as database:
            execute(database, SCHEMA_RIGHTS + FUTURE_RIGHTS, owner, web)
        create_extensions(owner)
        with connected(web):
            pass  # its password works
        self.report(owner, web, options["verbosity"])

    def report(self, owner, web, verbosity):
        if verbosity:
            database, owner, web = owner["dbname"], owner["user"], web["user"]
            self.stdout.write(f"Base {database} prête : {owner} la possède, {web} la sert.")


def addresses():
    owner, web = address("DATABASE_OWNER_URL"), address("DATABASE_URL")
    if owner["user"] == web["user"]:
        raise Impossible("DATABASE_OWNER_URL et DATABASE_URL doivent nommer deux rôles différents.")
    if owner["dbname"] != web["dbname"]:
        raise Impossible("DATABASE_OWNER_URL et DATABASE_URL doivent nommer la même base.")
    return owner, web


def address(name):
    try:
        parts = conninfo_to_dict(os.environ.get(name, ""))
    except psycopg.ProgrammingError:
        raise Impossible(f"{name} n’est pas une adresse de PostgreSQL : voir README.md.") from None
    if not parts.get("user") or not parts.get("dbname"):
        raise Impossible(f"{name} doit nommer un rôle et une base : postgresql://role:motdepasse@serveur/base")
    return parts


def connected(who, **changes):
    conninfo, parts = (who, changes) if isinstance(who, str) else ("", {**who, **changes})
    try:
        return psycopg.connect(conninfo, autocommit=True, connect_timeout=5, **parts)
    except psycopg.OperationalError as error:
        name = parts.get("user", "superutilisateur")
        raise Impossible(f"PostgreSQL refuse la connexion ({name}) : {' '.join(str(error).split())}") from None


def refuse_a_superuser(server, owner, web):
    row = server.execute("SELECT rolsuper, rolname FROM pg_roles WHERE rolname = current_user").fetchone()
    if not row[0]:
        raise Impossible(f"Le rôle {row[1]} n’est pas superutilisateur : donnez-en un dans DATABASE_SUPERUSER_URL.")
    if row[1] in (owner["user"], web["user"]):
        raise Impossible(f"Le rôle {row[1]} administre le serveur : choisissez d’autres noms pour ceux du portail.")


def create_role(server, role, abilities):
    name = sql.Identifier(role["user"])
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role["user"]]).fetchone():
        server.execute(sql.SQL("CREATE ROLE {}").format(name))
    server.execute(sql.SQL(f"ALTER ROLE {{}} {LOGIN_ONLY} {abilities}").format(name))
    if role.get("password"):
        server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, scrambled(server, role)))


def scrambled(server, role):
    """So that the password itself is in no server log."""
    verifier = server.pgconn.encrypt_password(role["password"].encode(), role["user"].encode(), b"scram-sha-256")
    return sql.Literal(verifier.decode())


def leave_every_group(server, role):
    for (group,) in server.execute(MEMBERSHIPS, [role["user"]]).fetchall():
        server.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(role["user"])))


def create_database(server, owner, web):
    encoding = server.execute(
        "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s", [owner["dbname"]]
    ).fetchone()
    if encoding and encoding[0] != "UTF8":
        raise Impossible(f"La base {owner['dbname']} n’est pas en UTF8 : choisissez un autre nom de base.")
    action = "ALTER DATABASE {database} OWNER TO {owner}" if encoding else CREATE_DATABASE
    execute(server, action, owner, web)
    execute(server, DATABASE_RIGHTS, owner, web)


CREATE_DATABASE = """
    CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER libc LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'
"""


def create_extensions(owner):
    """As the owner, to whom they then belong: backup and restore do without a superuser."""
    with connected(owner) as database:
        for extension in TRUSTED_EXTENSIONS:
            try:
                database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            except psycopg.Error as error:
                raise Impossible(
                    f"L’extension {extension} manque à PostgreSQL ({error.diag.message_primary}) : "
                    "sous Debian, installez le paquet postgresql-contrib."
                ) from None


def execute(connection, statements, owner, web):
    names = {"owner": owner["user"], "web": web["user"], "database": owner["dbname"]}
    query = sql.SQL(statements).format(**{key: sql.Identifier(name) for key, name in names.items()})
    connection.execute(query)
