"""`kilowatch up` from the outside: starts in an empty directory, survives being killed, stops when it is told to."""

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.system.installation import Installation

ADMINISTRATOR = "admin@kilowatch.local"
DEMO_PASSWORD = "watch-every-watt"  # pragma: allowlist secret
PASSWORD = "nine-Lives-of-a-meter"  # pragma: allowlist secret

pytestmark = pytest.mark.timeout(420)  # a start has three minutes, and some tests start it several times

Install = Callable[..., Installation]


def kilowatch(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "kilowatch", *arguments)
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_the_first_page_says_how_everything_is(demo: Installation):
    with demo.client() as client:
        page = client.get("/")
    assert page.status_code == 200
    assert "Kilowatch" in page.text
    assert "default-src" in page.headers["content-security-policy"]


def test_the_demo_accounts_are_printed_and_can_sign_in(demo: Installation):
    from kilowatch.simulator.demo.accounts import DEMO_ACCOUNTS  # noqa: PLC0415  the printed ones, not the inside

    for account in DEMO_ACCOUNTS:
        assert account.email in demo.log()
    accounts = [account for account in DEMO_ACCOUNTS if account.role == "administrator"]
    with demo.signed_in(accounts[0].email, accounts[0].password) as client:
        assert client.get("/api/devices").status_code == 200


def test_what_does_not_exist_below_api_is_not_a_page(demo: Installation):
    with demo.client() as client:
        answer = client.get("/api/no/such/thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_api_describes_itself(demo: Installation):
    with demo.client() as client:
        paths = client.get("/api/openapi.json").json()["paths"]
    assert "/api/devices" in paths
    assert not [path for path in paths if path.startswith("/internal")]


def test_no_secret_is_readable_by_others(demo: Installation):
    for path in (demo.data_dir / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_second_start_in_the_same_place_is_one_clear_line(demo: Installation):
    again = kilowatch("up", "--port", "0", "--data-dir", str(demo.data_dir))
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert "already running" in again.stderr


def test_a_port_that_is_taken_is_one_clear_line(demo: Installation, tmp_path: Path):
    again = kilowatch("up", "--port", str(demo.port), "--data-dir", str(tmp_path))
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert f"127.0.0.1:{demo.port}" in again.stderr


def test_doctor_finds_a_running_installation_well(demo: Installation):
    examined = kilowatch("doctor", "--data-dir", str(demo.data_dir))
    assert examined.returncode == 0, examined.stdout
    assert "PostgreSQL 18" in examined.stdout
    assert demo.is_ready()


def test_somebody_can_be_made_administrator_while_it_runs(demo: Installation):
    made = kilowatch("create-admin", "new@example.org", "--password", PASSWORD, "--data-dir", str(demo.data_dir))
    assert made.returncode == 0, made.stderr
    with demo.signed_in("new@example.org", PASSWORD) as client:
        assert client.get("/api/users").status_code == 200


def test_a_demo_has_its_thirteen_months_within_a_minute_of_two_processors(demo: Installation):
    """By the time that it had of them: other tests run beside this one, and the machine may be a slow one."""

    def has_its_history() -> bool:
        with demo.signed_in(ADMINISTRATOR, DEMO_PASSWORD) as client:
            shown = client.get("/api/demo").json()
        return shown["phase"] == "live" and shown["accepted"] > 700_000

    _until(has_its_history, timeout_s=300, look_every_s=2)
    taken = demo.processor_s()
    assert taken < 2 * 60


def test_a_life_of_kills_stops_and_starts(install: Install):
    installation = install()
    installation.start()
    assert ADMINISTRATOR in installation.log()
    assert kilowatch(
        "create-admin", "kept@example.org", "--password", PASSWORD, "--data-dir", str(installation.data_dir)
    ).returncode == 0  # fmt: skip
    installation.kill()
    assert installation.postmaster().is_running()
    installation.start()
    _sign_in(installation)
    installation.kill_with_database()
    installation.start()
    _sign_in(installation)
    postmaster = installation.postmaster()
    assert installation.stop() == 0
    assert not psutil.pid_exists(postmaster.pid)
    installation.start()
    _sign_in(installation)


def _sign_in(installation: Installation) -> None:
    with installation.signed_in("kept@example.org", PASSWORD) as client:
        assert client.get("/api/users").status_code == 200


def test_told_to_stop_while_it_starts_it_leaves_nothing_behind(install: Install):
    installation = install()
    installation.start(wait=False)
    pid_file = installation.data_dir / "postgres/data/postmaster.pid"
    _until(pid_file.exists)
    postmaster = installation.postmaster()
    installation.stop()
    assert not psutil.pid_exists(postmaster.pid)
    installation.start()


def test_a_database_that_dies_ends_kilowatch_with_a_clear_line_and_the_next_start_recovers(install: Install):
    installation = install()
    installation.start()
    installation.postmaster().send_signal(signal.SIGKILL)
    _until(lambda: installation.exit_code() is not None)
    assert installation.exit_code() == 1
    assert "PostgreSQL has died" in installation.log()
    installation.start()


def _until(condition: Callable[[], bool], timeout_s: float = 60.0, look_every_s: float = 0.02) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(look_every_s)


@pytest.mark.parametrize("command", ["up", "serve", "migrate", "create-admin", "doctor", "simulate", "demo"])
def test_every_command_explains_itself(command: str):
    explained = kilowatch(command, "--help")
    assert explained.returncode == 0
    assert f"kilowatch {command}" in explained.stdout
