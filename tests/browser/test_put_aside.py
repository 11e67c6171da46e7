"""What was put aside: readings that were not accepted, messages that could not be processed."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from tests.browser.window import ADMIN, OPERATOR, Window


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


def _switch(administrator: httpx2.Client, device: dict[str, Any], *, active: bool) -> None:
    administrator.patch(f"/api/devices/{device['id']}", json={"active": active}).raise_for_status()


def _send(administrator: httpx2.Client, device_id: int, value: float) -> None:
    path = f"/api/devices/{device_id}/credentials"
    credential = administrator.post(path, json={}).json()["credential"]
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    reading = {"device_id": device_id, "timestamp": minute.isoformat(), "value": value}
    headers = {"Authorization": f"Bearer {credential}"}
    answer = administrator.post("/api/ingest", json=[reading], headers=headers)
    while answer.status_code == HTTPStatus.UNAUTHORIZED:  # until the balancer has heard of the device
        answer = administrator.post("/api/ingest", json=[reading], headers=headers)
    assert answer.json()["rejected"] == 1, answer.text
