import json
import stat
import tarfile
from pathlib import Path

import psycopg
import pytest

from lemans_solidaire import backup, postgres
from lemans_solidaire.backup import BackupError, Manifest, digest
from tests.project.launching import manage, says_one_line, short_folder

RIGHTS_AND_RULES = """
    SELECT 'table', relname, relowner::regrole::text, relrowsecurity::text,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))::text[]
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
    UNION ALL
    SELECT 'function', oid::regprocedure::text, proowner::regrole::text, prosecdef::text, proacl::text[]
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgname, tgrelid::regclass::text, tgenabled::text, NULL
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'policy', polname, polrelid::regclass::text, pg_get_expr(polqual, polrelid), NULL FROM pg_policy
    UNION ALL
    SELECT 'extension', extname, extowner::regrole::text, extversion, NULL FROM pg_extension
    UNION ALL
    SELECT 'default', defaclobjtype::text, defaclrole::regrole::text, '', defaclacl::text[]
      FROM pg_default_acl
    UNION ALL
    SELECT 'schema', nspname, nspowner::regrole::text, '', nspacl::text[]
      FROM pg_namespace WHERE nspname = 'public'
"""


@pytest.fixture(scope="module")
def var():
    """The demo's portal with its data and an uploaded file, on a running server of its own."""
    with short_folder() as folder:
        postgres.hold(folder)
        for command in (["prepare"], ["demo"]):
            ready = manage(*command, var=folder)
            assert ready.returncode == 0, ready.stderr
        (folder / "uploads/rapports").mkdir(parents=True, exist_ok=True)  # the demo puts its reports there
        (folder / "uploads/rapports/été 2025.pdf").write_bytes(b"%PDF-1.7 \xff")
        yield folder
        postgres.release()


@pytest.fixture(scope="module")
def saved(var):
    folder = var.parent / f"{var.name}-saved"
    done = manage("backup", str(folder), var=var)
    assert done.returncode == 0, done.stderr
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.fixture
def copy(saved, tmp_path):
    """A backup that the test may damage."""
    for path in saved.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def owner(var, **changes):
    return psycopg.connect(postgres.environment(var, "demo")["DATABASE_OWNER_URL"], autocommit=True, **changes)


def snapshot(var, **changes):
    """All the rows of all the tables, what may be done with them, and the uploaded files."""
    with owner(var, **changes) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        rows = {name: sorted(database.execute(f'SELECT t::text FROM "{name}" t').fetchall()) for (name,) in tables}
        del rows["network_upkeep"]  # says that a backup was made, once it is whole: it cannot be inside
        rights = sorted(
            (*rest, sorted(acl) if acl else acl) for *rest, acl in database.execute(RIGHTS_AND_RULES).fetchall()
        )
    return rows, rights, uploads(var)


def uploads(var):
    folder = var / "uploads"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_noted(var, saved):
    with owner(var) as database:
        ((kind, detail),) = database.execute("SELECT kind, detail FROM network_upkeep").fetchall()
    assert kind == "backup"
    assert saved.name in detail
    assert str(saved.parent) not in detail


def test_everything_comes_back(var, saved):
    before = snapshot(var)
    assert before[0]["network_user"]
    assert before[2]
    with owner(var) as database:
        database.execute("DELETE FROM mfa_authenticator")
        database.execute("CREATE TABLE stray (id int)")
        database.execute("GRANT UPDATE ON network_event TO lms_web")
    (var / "uploads/rapports/été 2025.pdf").unlink()
    (var / "uploads/stray.txt").write_text("later")
    done = manage("restore", str(saved), "--replace", var=var)
    assert done.returncode == 0, done.stderr
    assert "Portail restauré" in done.stdout
    assert snapshot(var) == before


def test_comes_back_on_a_new_machine(var, saved):
    addresses = postgres.environment(var, "demo")
    other = {name: url.replace("/lms_demo?", "/lms_other?") for name, url in addresses.items()}
    with short_folder() as files:
        assert manage("create_roles", var=files, **other).returncode == 0
        done = manage("restore", str(saved), var=files, **other)
        assert done.returncode == 0, done.stderr
        assert snapshot(var, dbname="lms_other")[:2] == snapshot(var)[:2]
        assert uploads(files) == uploads(var)
        checked = manage("migrate", "--check", var=files, **other)
        assert checked.returncode == 0, checked.stdout


def test_history_is_still_append_only(var, saved):
    assert manage("restore", str(saved), "--replace", var=var).returncode == 0
    with (
        psycopg.connect(postgres.environment(var, "demo")["DATABASE_URL"]) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        web.execute("DELETE FROM network_event")
    with owner(var) as database, pytest.raises(psycopg.Error):
        database.execute("DELETE FROM network_event")


def test_the_backup_is_private_and_has_no_key(var, saved):
    assert {path.name for path in saved.iterdir()} == {"database.dump", "uploads.tar", "manifest.json"}
    assert {mode(path) for path in saved.iterdir()} == {0o600}
    assert mode(saved) == 0o700
    content = b"".join(path.read_bytes() for path in saved.iterdir())
    for secret in (var / "secrets").iterdir():
        assert secret.read_bytes() not in content
    assert not Path(f"{saved}.tmp").exists()


def test_says_where_the_keys_are(var, tmp_path):
    done = manage("backup", str(tmp_path / "a"), var=var)
    assert f"{var}/secrets" in done.stdout


def test_does_not_write_over_anything(var, saved, tmp_path):
    says_one_line(manage("backup", str(saved), var=var), "n’est pas vide")
    (tmp_path / "a.tmp").mkdir()
    (tmp_path / "a.tmp/letter.txt").write_text("mine")
    says_one_line(manage("backup", str(tmp_path / "a"), var=var), "existe déjà")
    assert (tmp_path / "a.tmp/letter.txt").exists()


def test_an_interrupted_backup_is_no_obstacle(var, tmp_path):
    (tmp_path / "a.tmp").mkdir()
    (tmp_path / "a.tmp/database.dump").write_bytes(b"half")
    (tmp_path / "a").mkdir()
    assert manage("backup", str(tmp_path / "a"), var=var).returncode == 0
    assert (tmp_path / "a/manifest.json").exists()


def refuses(var, folder, *parts):
    """One line, and nothing has changed."""
    before = snapshot(var)
    says_one_line(manage("restore", str(folder), "--replace", var=var), *parts)
    assert snapshot(var) == before


def rewrite(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def test_refuses_to_replace_without_being_told(var, saved):
    says_one_line(manage("restore", str(saved), var=var), "--replace")


def test_a_changed_byte(var, copy):
    dump = copy / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    refuses(var, copy, "abîmée", "database.dump")


def test_a_dump_cut_short_before_its_digest_was_taken(var, copy):
    dump = copy / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    digests = {name: digest(copy / name) for name in backup.PARTS}
    rewrite(copy, digests=digests)
    refuses(var, copy, "rien n’a changé")


def test_files_that_would_leave_their_folder(var, copy):
    with tarfile.open(copy / "uploads.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../../escaped"))
    rewrite(copy, digests={name: digest(copy / name) for name in backup.PARTS})
    refuses(var, copy, "abîmée", "uploads.tar")


def test_from_a_newer_portal(var, copy):
    rewrite(copy, migrations=["network.9999_of_tomorrow"])
    refuses(var, copy, "version plus récente")


def test_from_a_newer_server(var, copy):
    rewrite(copy, server_major=99)
    refuses(var, copy, "PostgreSQL 99")


def test_real_data_do_not_enter_the_demo(var, copy):
    rewrite(copy, mode="production")
    refuses(var, copy, "mode production")


def test_while_the_portal_is_in_use(var, saved):
    with psycopg.connect(postgres.environment(var, "demo")["DATABASE_URL"]):
        refuses(var, saved, "arrêtez-le")


@pytest.mark.parametrize("name", ["database.dump", "uploads.tar"])
def test_a_missing_file(copy, name):
    (copy / name).unlink()
    with pytest.raises(BackupError, match=f"incomplète.*{name}"):
        backup.check_files(copy, Manifest.read(copy))


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"format": 1}'])
def test_a_manifest_that_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(BackupError, match="sauvegarde"):
        Manifest.read(tmp_path)


def test_a_manifest_of_another_format(copy):
    rewrite(copy, format=2)
    with pytest.raises(BackupError, match="format 2"):
        Manifest.read(copy)


def test_tools_of_the_server_s_version():
    with pytest.raises(BackupError, match="postgresql-client-99"):
        backup.tool("pg_dump", 99)


def test_the_owner_s_address_is_needed(tmp_path):
    given = {"DATABASE_URL": "postgresql://lms_web@/lms_demo"}
    says_one_line(manage("backup", str(tmp_path / "a"), var=tmp_path, **given), "DATABASE_OWNER_URL")
