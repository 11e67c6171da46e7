"""A back-up of a running Kilowatch, laid into an empty place, is the same Kilowatch."""

import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.system.installation import Installation
from tests.system.test_kills import Sender

pytestmark = pytest.mark.timeout(400)

ADMINISTRATOR = "admin@kilowatch.local"
PASSWORD = "nine-Lives-of-a-meter"  # pragma: allowlist secret


def kilowatch(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "kilowatch", *map(str, arguments))
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


def test_a_restore_into_an_empty_place_equals_the_original(install, tmp_path: Path):
    original: Installation = install()
    original.start()
    made = kilowatch("create-admin", ADMINISTRATOR, "--password", PASSWORD, "--data-dir", original.data_dir)
    assert made.returncode == 0, made.stderr
    with original.signed_in(ADMINISTRATOR, PASSWORD) as administrator:
        sender = meter_of(administrator, original)
        send(original, sender, range(100))
        before = state_of(administrator, sender.device_id)
        backup = original.data_dir.parent / "backup"
        taken = kilowatch("backup", backup, "--data-dir", original.data_dir)
        assert taken.returncode == 0, taken.stderr
        send(original, sender, range(100, 150))
    assert original.stop() == 0

    copy: Installation = install()
    restored = kilowatch("restore", backup, "--data-dir", copy.data_dir)
    assert restored.returncode == 0, restored.stderr
    copy.start()
    with copy.signed_in(ADMINISTRATOR, PASSWORD) as administrator:
        assert state_of(administrator, sender.device_id) == before
        # A meter repeats what it is not sure of: what the back-up has is recognised, the rest is counted.
        send(copy, sender, range(50, 150))
        readings = state_of(administrator, sender.device_id)["readings"]
        assert len(readings) == 150

    again = kilowatch("restore", backup, "--data-dir", copy.data_dir)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1), "a place in use is refused in one line"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700, "it holds secrets"
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (backup / "secrets").iterdir())

    damage(backup / "postgres" / "base.tar.gz")
    refused = kilowatch("restore", backup, "--data-dir", tmp_path / "empty")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), (
        "a back-up that is damaged is refused in one line"
    )
    shutil.rmtree(backup)


def test_where_nothing_is_nothing_is_backed_up_and_nothing_made(tmp_path: Path):
    refused = kilowatch("backup", tmp_path / "backup", "--data-dir", tmp_path / "elsewhere")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--data-dir" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def meter_of(administrator: httpx2.Client, installation: Installation) -> Sender:
    body = {"name": "kept", "time_zone": "Etc/UTC", "kind": "interval", "interval_s": 60}
    device = administrator.post("/api/devices", json=body).json()
    credential = administrator.post(f"/api/devices/{device['id']}/credentials", json={}).json()["credential"]
    sender = Sender(installation.url, device["id"], credential)
    sender.send_first()
    return sender


def send(installation: Installation, sender: Sender, minutes: range) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    readings = [
        {"device_id": sender.device_id, "timestamp": (start + timedelta(minutes=at)).isoformat(), "value": 0.125}
        for at in minutes
    ]
    headers = {"Authorization": f"Bearer {sender._credential}"}
    answer = httpx2.post(f"{installation.url}/api/ingest", json=readings, headers=headers, timeout=30)
    assert answer.json()["accepted"] == len(readings), answer.text


def state_of(administrator: httpx2.Client, device_id: int) -> dict[str, Any]:
    usage = administrator.get(f"/api/usage/devices/{device_id}?by=hour&from=2026-03-01&to=2026-03-02").json()
    return {
        "usage": usage["series"],
        "readings": administrator.get(f"/api/readings/{device_id}?limit=1000").json()["items"],
        "devices": administrator.get("/api/devices").json()["total"],
        "users": administrator.get("/api/users").json()["total"],
    }


def damage(archive: Path) -> None:
    with archive.open("r+b") as file:
        file.seek(archive.stat().st_size // 2)
        file.write(b"\0\1\2\3")
