"""The server from the wheel: started, killed, taken over, stopped; who may connect to what."""

import asyncio
import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from kilowatch.kit.postgres import Server, create_logins, embedded_postgres, running_postgres
from kilowatch.kit.postgres.server import PostgresFailed
from tests.places import open_directory

PASSWORDS = {"devices": "a'b/c@d:e%f", "users": "other"}

#: Starts the server as Kilowatch does, says so, and waits to be killed.
HOLDER = """
import sys
from pathlib import Path
from kilowatch.kit.postgres import embedded_postgres
with embedded_postgres(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""

#: The same, and is told to stop when the server has only just begun.
HASTY = (
    """
import signal, sys
import psutil
class Popen(psutil.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        signal.raise_signal(signal.SIGTERM)
psutil.Popen = Popen
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
"""
    + HOLDER
)


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as place:
        yield place / "postgres"
        if pid := postmaster_pid(place / "postgres"):
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                process.send_signal(signal.SIGQUIT)
                process.wait(10)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_directory() as place, embedded_postgres(place / "postgres") as running:
        yield running


def postmaster_pid(directory: Path) -> int | None:
    try:
        return int((directory / "data" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None


def start_holder(directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(directory)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert "ready\n" in holder.stdout, "the output ended before"
    return holder


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("+asyncpg", ""), timeout=10)


async def count(server: Server) -> int:
    connection = await connect(server.superuser_url())
    try:
        return await connection.fetchval("SELECT count(*) FROM kept")
    finally:
        await connection.close()


async def keep_one(server: Server) -> None:
    connection = await connect(server.superuser_url())
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
    await connection.close()


async def test_a_server_that_is_stopping_is_started_again(directory: Path):
    holder = start_holder(directory)
    left = running_postgres(directory)
    assert left
    await keep_one(left)
    pid = postmaster_pid(directory)
    assert pid
    holder.kill()
    holder.wait(10)
    late = await connect(left.superuser_url())  # a busy machine, or somebody with psql
    os.kill(pid, signal.SIGTERM)  # PostgreSQL lets those finish whom it has let in
    while not (directory / "data" / "postmaster.pid").read_text().endswith("stopping\n"):
        await asyncio.sleep(0.01)

    with embedded_postgres(directory) as server:
        assert await count(server) == 1
        assert postmaster_pid(directory) != pid
    late.terminate()


async def test_a_server_that_a_killed_kilowatch_left_behind_is_taken_over(directory: Path):
    with closing(start_holder(directory).stdin) as _, suppress(BrokenPipeError):
        pass  # a first, orderly life
    holder = start_holder(directory)
    left = running_postgres(directory)
    assert left
    await keep_one(left)
    pid = postmaster_pid(directory)
    holder.kill()
    holder.wait(10)
    with embedded_postgres(directory) as server:
        assert postmaster_pid(directory) == pid
        assert await count(server) == 1
    assert postmaster_pid(directory) is None


async def test_a_server_that_died_with_kilowatch_recovers_what_was_committed(directory: Path):
    holder = start_holder(directory)
    server = running_postgres(directory)
    assert server
    await keep_one(server)
    pid = postmaster_pid(directory)
    assert pid
    os.kill(pid, signal.SIGKILL)
    holder.kill()
    holder.wait(10)
    assert postmaster_pid(directory) == pid, "the lock file is stale"
    with embedded_postgres(directory) as again:
        assert await count(again) == 1
        assert postmaster_pid(directory) != pid


async def test_a_stale_lock_whose_process_id_was_given_to_another_program_does_not_stop_the_start(directory: Path):
    with embedded_postgres(directory) as server:
        await keep_one(server)
        lock = (directory / "data" / "postmaster.pid").read_text().splitlines()
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        # As after a restart of a container, where process ids begin anew.
        owner = (directory / "data").stat()
        for path in (directory / "data" / "postmaster.pid", directory / "run" / ".s.PGSQL.5432.lock"):
            path.write_text("\n".join([str(stranger.pid), *lock[1:]]) + "\n")
            os.chown(path, owner.st_uid, owner.st_gid)
        with embedded_postgres(directory) as server:
            assert await count(server) == 1
        assert stranger.returncode is None
    finally:
        stranger.kill()
        await stranger.wait()


def test_it_stops_when_kilowatch_does(directory: Path):
    holder = start_holder(directory)
    pid = postmaster_pid(directory)
    assert pid
    assert holder.stdin
    holder.stdin.close()
    assert holder.wait(15) == 0
    assert not psutil.pid_exists(pid)


def test_a_server_that_cannot_start_says_why(directory: Path):
    with pytest.raises(PostgresFailed, match="work_mem"), embedded_postgres(directory, {"work_mem": "plenty"}):
        pass


def test_told_to_stop_as_it_starts_it_leaves_no_server_behind(directory: Path):
    hasty = subprocess.run([sys.executable, "-c", HASTY, str(directory)], check=False, capture_output=True, timeout=60)
    assert hasty.returncode == 143, hasty.stderr.decode()
    assert b"ready" not in hasty.stdout
    assert not [process for process in psutil.process_iter() if str(directory) in " ".join(_command_of(process))]


def _command_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def test_a_crash_while_the_cluster_is_made_is_made_good(directory: Path):
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "PG_VERSION").write_text("18\n")
    with embedded_postgres(directory):
        assert (directory / "data" / "PG_VERSION").exists()


def test_a_path_too_long_for_a_socket_will_do(directory: Path):
    with embedded_postgres(directory / ("a-long-name-" * 12)) as server:
        assert len(str(server.socket_directory)) < 100


async def test_each_service_has_a_login_and_a_database_of_its_own(server: Server):
    await create_logins(server.superuser_url(), PASSWORDS)
    for service, password in PASSWORDS.items():
        connection = await connect(server.service_url(service, password))
        row = await connection.fetchrow("SELECT current_user, current_database()")
        assert tuple(row) == (service, service)
        await connection.execute("CREATE TABLE IF NOT EXISTS own (n int)")
        await connection.close()


@pytest.mark.parametrize("database", ["users", "postgres", "template1"])
async def test_no_service_can_connect_to_another_database(server: Server, database: str):
    await create_logins(server.superuser_url(), PASSWORDS)
    url = server.service_url("devices", PASSWORDS["devices"]).replace("/devices?", f"/{database}?")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await connect(url)


async def test_the_privileges_say_so_too_should_the_rules_of_connecting_ever_be_loosened(server: Server):
    await create_logins(server.superuser_url(), PASSWORDS)
    connection = await connect(server.superuser_url())
    rows = await connection.fetch(
        "SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege('devices', oid, 'CONNECT')"
    )
    await connection.close()
    assert {row["datname"] for row in rows} == {"devices"}


async def test_a_wrong_password_is_refused(server: Server):
    await create_logins(server.superuser_url(), PASSWORDS)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(server.service_url("devices", "guess"))


async def test_a_password_that_changed_holds_after_the_next_start(server: Server):
    await create_logins(server.superuser_url(), PASSWORDS)
    await create_logins(server.superuser_url(), {**PASSWORDS, "users": "new"})
    await (await connect(server.service_url("users", "new"))).close()


async def test_a_service_may_end_its_own_backends_and_nobody_elses(server: Server):
    await create_logins(server.superuser_url(), PASSWORDS)
    devices, second, users = [
        await connect(server.service_url(name, PASSWORDS[name])) for name in ("devices", "devices", "users")
    ]
    assert await devices.fetchval("SELECT pg_terminate_backend($1, 5000)", second.get_server_pid())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await devices.fetchval("SELECT pg_terminate_backend($1)", users.get_server_pid())
    for connection in (devices, users):
        await connection.close()


async def test_what_was_answered_is_on_the_disk(server: Server):
    connection = await connect(server.superuser_url())
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert await connection.fetchval("SELECT current_setting($1)", setting) == "on"
    await connection.close()


def test_nobody_else_can_look_into_the_data(server: Server):
    data = server.socket_directory.parent / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_an_ordinary_user_too(directory: Path):
    nobody, home = pwd.getpwnam("nobody"), directory.parent
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    done = subprocess.run(
        [_python_for(nobody), "-c", HOLDER, str(directory)],
        check=False,
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        cwd=home,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if "-packages" in path or path.endswith("src"))},
        **_account(nobody),
    )
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr
    assert (directory / "data").stat().st_uid == nobody.pw_uid


def _python_for(user: pwd.struct_passwd) -> str:
    """An interpreter like ours that the user may run; ours may lie in somebody's home."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with suppress(OSError):
            if subprocess.run([python, "-c", ""], check=False, env={}, **_account(user)).returncode == 0:
                return python
    pytest.skip("no Python here that an ordinary user may run")


def _account(user: pwd.struct_passwd) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
