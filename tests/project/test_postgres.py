import os
import signal
import stat
import subprocess
import sys

import psycopg
import pytest

from lemans_solidaire import cluster, postgres
from tests.project.launching import (
    LAUNCHER,
    MANAGE,
    belongs,
    environment,
    manage,
    run,
    says_one_line,
    server_pid,
    short_folder,
    started,
    until,
)

WAITS = ["sh", "-c", "echo up; exec sleep 60"]
as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root goes through user namespaces")


@pytest.fixture(scope="module")
def var():
    """One cluster for the module, stopped between two tests."""
    with short_folder() as folder:
        folder.chmod(0o700)
        yield folder / "var"


@pytest.fixture
def new_var():
    with short_folder() as folder:
        yield folder / "var"


@pytest.fixture(autouse=True)
def stopped_at_the_end(var):
    yield
    assert server_pid(var) is None


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def using(var):
    return started([*LAUNCHER, *WAITS], var)


def is_up(process):
    return process.stdout.readline() == "up\n"


def test_everything_it_makes_is_private(var):
    assert run([*LAUNCHER, "true"], var).returncode == 0
    assert mode(var.parent) == 0o700
    assert mode(var / "secrets") == mode(var / "postgres") == mode(var / "postgres/socket") == 0o700
    passwords = sorted((var / "secrets").iterdir())
    assert [path.name for path in passwords] == [
        "database_lms_owner",
        "database_lms_web",
        "database_postgres",
    ]
    assert {mode(path) for path in passwords} == {0o600}
    assert len({path.read_text() for path in passwords}) == 3


def test_rights_of_the_parent_folder_stay_as_they_are(new_var):
    new_var.parent.chmod(0o751)
    run([*LAUNCHER, "true"], new_var)
    assert mode(new_var.parent) == 0o751


def test_the_server_is_set_up_safely(var):
    with using(var) as process:
        assert is_up(process)
        superuser = postgres.environment(var, "demo")["DATABASE_SUPERUSER_URL"]
        with psycopg.connect(superuser) as connection:
            settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
            assert settings["data_checksums"] == settings["fsync"] == "on"
            assert settings["listen_addresses"] == ""
            assert settings["server_encoding"] == "UTF8"
            assert (
                connection.execute("SELECT datcollate, datlocprovider FROM pg_database").fetchall()
                == [("C.UTF-8", "c")] * 3
            )
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(superuser.replace("postgres:", "postgres:x"))


def test_the_last_user_stops_the_shared_server(var):
    with using(var) as first, using(var) as second:
        assert is_up(first)
        assert is_up(second)
        pid = server_pid(var)
        first.terminate()
        assert first.wait() == 128 + signal.SIGTERM
        assert server_pid(var) == pid
        second.send_signal(signal.SIGINT)
        assert second.wait() == 128 + signal.SIGINT
        assert server_pid(var) is None


def test_several_first_starts_at_once_make_one_cluster(new_var):
    with using(new_var) as first, using(new_var) as second, using(new_var) as third:
        assert all(map(is_up, (first, second, third)))


def test_after_a_kill_the_next_user_takes_over_the_server(var):
    with using(var) as killed:
        assert is_up(killed)
        pid = server_pid(var)
        killed.kill()
        killed.wait()
    with using(var) as process:
        assert is_up(process)
        assert server_pid(var) == pid
    assert server_pid(var) is None


def test_the_command_dies_with_its_launcher(var):
    with started([*LAUNCHER, "sh", "-c", "echo $$; exec sleep 60"], var) as process:
        pid = int(process.stdout.readline())
        process.kill()
        process.wait()
        until(lambda: not belongs(pid, var))
    run([*LAUNCHER, "true"], var)


def test_a_killed_server_starts_again(var):
    with using(var) as process:
        assert is_up(process)
        os.kill(server_pid(var), signal.SIGKILL)
        until(lambda: not server_pid(var))
    assert (var / "postgres/data/postmaster.pid").exists()
    assert run([*LAUNCHER, "true"], var).returncode == 0


def test_a_pid_file_that_names_another_program_is_stale(var):
    run([*LAUNCHER, "true"], var)
    (var / "postgres/data/postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres/data\n")
    assert run([*LAUNCHER, "true"], var).returncode == 0
    assert not (var / "postgres/data/postmaster.pid").exists()


def test_a_half_made_cluster_is_made_again(new_var):
    draft = new_var / "postgres/data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    (new_var / "postgres/data").mkdir()
    assert run([*LAUNCHER, "true"], new_var).returncode == 0
    assert not draft.exists()


def test_passes_the_exit_code_and_the_addresses(var):
    result = run([*LAUNCHER, "sh", "-c", "echo $DATABASE_URL; exit 7"], var, LMS_MODE="test")
    assert result.returncode == 7
    assert result.stdout.startswith("postgresql://lms_web:")
    assert "/lms_test?host=" in result.stdout


def test_fictional_and_real_data_have_each_their_database(var):
    run([*LAUNCHER, "true"], var)
    names = [postgres.environment(var, mode)["DATABASE_URL"] for mode in ("demo", "test", "production")]
    assert [url.split("?")[0].rsplit("/")[-1] for url in names] == ["lms_demo", "lms_test", "lms"]


def test_odd_characters_in_the_folder_are_no_trouble(new_var):
    odd = new_var.parent / "a b'c$é%2F&?"
    result = run([*LAUNCHER, sys.executable, "-c", CONNECT], odd)
    assert (result.returncode, result.stdout) == (0, "postgres\n"), result.stderr


CONNECT = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
    print(connection.execute("SELECT current_database()").fetchone()[0])
"""


def test_does_nothing_when_a_server_is_given(new_var):
    given = {"LMS_MODE": "demo", "VAR_DIR": str(new_var), "DATABASE_URL": "postgresql://elsewhere/x"}
    postgres.provide(given)
    assert len(given) == 3
    assert not new_var.exists()


def test_too_long_a_path(new_var):
    says_one_line(run([*LAUNCHER, "true"], new_var / ("x" * 80)), "trop long", "VAR_DIR")


def test_a_folder_where_nothing_can_be_written(new_var):
    new_var.write_text("a file")
    says_one_line(run([*LAUNCHER, "true"], new_var / "var"), "Impossible d’écrire", "VAR_DIR")


def test_data_without_its_passwords(var):
    run([*LAUNCHER, "true"], var)
    password = var / "secrets/database_lms_web"
    aside = password.rename(var / "aside")
    says_one_line(run([*LAUNCHER, "true"], var), str(password), "remettez ce fichier")
    aside.rename(password)


def test_a_folder_that_is_not_a_cluster(new_var):
    (new_var / "postgres/data").mkdir(parents=True)
    (new_var / "postgres/data/memo.txt").write_text("mine")
    says_one_line(run([*LAUNCHER, "true"], new_var), "n’est pas une base")
    assert (new_var / "postgres/data/memo.txt").exists()


def test_data_of_another_version(var):
    run([*LAUNCHER, "true"], var)
    version = var / "postgres/data/PG_VERSION"
    ours = version.read_text()
    version.write_text("17\n")
    says_one_line(run([*LAUNCHER, "true"], var), "PostgreSQL 17")
    version.write_text(ours)


def fake(folder, name, script):
    folder.mkdir(parents=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@as_root_only
def test_refused_user_namespaces(new_var):
    path = fake(new_var.parent / "bin", "unshare", "echo 'Operation not permitted' >&2; exit 1")
    says_one_line(run([*LAUNCHER, "true"], new_var, PATH=path), "espaces de noms", "compte ordinaire")


def test_missing_and_unusable_programs(new_var, monkeypatch):
    new_var.mkdir()
    monkeypatch.setattr(cluster, "binary", lambda name: "/nowhere/postgres")
    with pytest.raises(postgres.LauncherError, match="ne démarrent pas|ne conviennent pas"):
        postgres.hold(new_var)
    monkeypatch.setattr(cluster, "binary", lambda name: "/bin/false")
    with pytest.raises(postgres.LauncherError, match="ne conviennent pas"):
        postgres.hold(new_var)


def test_programs_not_installed(monkeypatch):
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(postgres.LauncherError, match="make setup"):
        cluster.binary("postgres")


def test_a_command_that_does_not_exist(var):
    says_one_line(run([*LAUNCHER, "no-such-command"], var), "no-such-command")


def test_manage_asks_for_a_mode(new_var):
    says_one_line(manage("migrate", var=new_var, LMS_MODE=""), "LMS_MODE=demo")


def test_with_one_of_the_two_addresses_the_other_is_named(new_var):
    url = "postgresql://someone@/base"
    says_one_line(manage("migrate", var=new_var, DATABASE_URL=url), "DATABASE_OWNER_URL")
    says_one_line(manage("worker", var=new_var, DATABASE_OWNER_URL=url), "DATABASE_URL")
    assert not new_var.exists()


def test_each_command_sees_only_the_addresses_of_its_role():
    import manage as entry  # the script at the root of the project

    given = {"DATABASE_URL": "w", "DATABASE_OWNER_URL": "o", "DATABASE_SUPERUSER_URL": "s"}
    seen = {}
    for command in ("serve", "worker", "demo", "migrate", "create_roles"):
        seen[command] = dict(given)
        entry.take_role(command, seen[command])
    assert seen["serve"] == seen["worker"] == seen["demo"] == {"DATABASE_URL": "w"}
    assert seen["migrate"] == {"DATABASE_URL": "w", "DATABASE_OWNER_URL": "o", "LMS_DATABASE_ROLE": "owner"}
    assert seen["create_roles"] == given


def test_commands_that_need_no_database_start_none(new_var):
    result = subprocess.run([*MANAGE, "version"], env=environment(new_var), capture_output=True, text=True)
    assert result.returncode == 0
    assert not (new_var / "postgres").exists()
