"""What was put aside: readings that were not accepted, messages that could not be processed."""

import re
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import expect

from tests.browser.window import ADMIN, OPERATOR, Window
from tests.system.installation import Installation

TRUNCATED: Final = '{"type": "user.updated", "data": {"na'


@pytest.fixture
def device(administrator: httpx2.Client) -> dict[str, Any]:
    body = {"name": "Dock crane", "time_zone": "Etc/UTC", "kind": "interval", "interval_s": 60}
    made: dict[str, Any] = administrator.post("/api/devices", json=body).json()
    _switch(administrator, made, active=False)
    return made


def test_a_rejected_reading_tells_why_and_is_accepted_once_that_is_mended(
    window: Window, administrator: httpx2.Client, device: dict[str, Any]
) -> None:
    _send(administrator, device["id"], 500.25)
    window.sign_in(ADMIN)
    window.visit("/rejected?reason=inactive_device")
    row = window.page.get_by_role("row").filter(has_text="500.25").first
    expect(row.get_by_role("link", name=str(device["id"]))).to_be_visible()
    row.get_by_role("button", name="Send again").click()
    expect(window.page.get_by_text(re.compile("Rejected again"))).to_be_visible()

    _switch(administrator, device, active=True)
    _until_taken(administrator, device["id"])
    row.get_by_role("button", name="Send again").click()
    expect(window.page.get_by_text("Accepted this time")).to_be_visible()
    assert window.complaints == []


def test_an_operator_sees_what_was_rejected_and_is_not_offered_to_send_it_again(
    window: Window, administrator: httpx2.Client, device: dict[str, Any]
) -> None:
    _send(administrator, device["id"], 600.25)
    window.sign_in(OPERATOR)
    window.visit("/rejected")
    expect(window.page.get_by_role("row").filter(has_text="600.25").first).to_be_visible()
    expect(window.page.get_by_role("button", name="Send again")).to_have_count(0)


def test_a_dead_letter_is_looked_at_sent_again_and_thrown_away(window: Window, installation: Installation) -> None:
    with start_blocking_portal() as portal:
        portal.call(_bury, installation.data_dir)
    window.sign_in(ADMIN)
    page = window.page
    window.visit("/dead-letters")
    letters = page.get_by_role("row").filter(has_text="user.updated")
    expect(letters).to_have_count(1)
    letters.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem").first.click()
    expect(page.get_by_role("dialog").get_by_text(TRUNCATED)).to_be_visible()
    page.keyboard.press("Escape")

    letters.get_by_role("button", name="Send again").click()
    expect(letters.get_by_text("buried by a test")).to_have_count(0)
    # It is still no event, and is back with the reason of now.
    letters.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("No dead letters")).to_be_visible()
    assert window.complaints == []


async def _bury(data_dir: Path) -> None:
    """Where the broker of this installation keeps what could not be processed: no way of a person makes one."""
    connection = await asyncpg.connect(
        host=str(data_dir / "postgres/run"),
        user="broker",
        database="broker",
        password=(data_dir / "secrets/database_broker").read_text(),
    )
    await connection.execute(
        "INSERT INTO dead_letter (id, queue, reason, at, message_id, body, routing_key, content_type, headers,"
        " correlation_id) VALUES (gen_random_uuid(), 'events.support', 'buried by a test', now(), 'm-1', $1,"
        " 'user.updated', 'application/json', '{}', 'c-1')",
        TRUNCATED.encode(),
    )
    await connection.close()


def _switch(administrator: httpx2.Client, device: dict[str, Any], *, active: bool) -> None:
    administrator.patch(f"/api/devices/{device['id']}", json={"active": active}).raise_for_status()


def _send(administrator: httpx2.Client, device_id: int, value: float) -> None:
    answer = _ingest(administrator, _credential(administrator, device_id), device_id, value)
    assert answer["rejected"] == 1, answer


def _until_taken(administrator: httpx2.Client, device_id: int) -> None:
    """Return when the balancer has heard that the device is active again."""
    credential = _credential(administrator, device_id)
    while not _ingest(administrator, credential, device_id, 1.0)["accepted"]:
        time.sleep(0.2)


def _credential(administrator: httpx2.Client, device_id: int) -> str:
    made: dict[str, str] = administrator.post(f"/api/devices/{device_id}/credentials", json={}).json()
    return made["credential"]


def _ingest(administrator: httpx2.Client, credential: str, device_id: int, value: float) -> dict[str, Any]:
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    reading = {"device_id": device_id, "timestamp": minute.isoformat(), "value": value}
    headers = {"Authorization": f"Bearer {credential}"}
    answer = administrator.post("/api/ingest", json=[reading], headers=headers)
    while answer.status_code == HTTPStatus.UNAUTHORIZED:  # until the balancer has heard of the credential
        answer = administrator.post("/api/ingest", json=[reading], headers=headers)
    counts: dict[str, Any] = answer.json()
    return counts
