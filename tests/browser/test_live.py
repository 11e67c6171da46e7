"""What comes by itself, and comes again after the server was away."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.window import ADMIN, CLIENT, PATIENCE_MS, Window
from tests.system.installation import Installation

HEAT_PUMP, FRIDGE = 2, 6


def test_an_alert_is_told_without_a_reload(window: Window, installation: Installation) -> None:
    window.sign_in(CLIENT)
    window.open_chat()
    _watch(installation, HEAT_PUMP, {"kind": "daily_budget", "kwh": 0.001})
    toast = window.page.get_by_role("listitem").filter(has_text="of the day's budget")
    expect(toast).to_be_visible()
    expect(window.page.get_by_role("button", name=re.compile(r"Notifications: \d+ unread"))).to_be_visible()
    toast.get_by_role("button", name="Look").click()
    expect(window.page).to_have_url(re.compile(f"/consumption\\?device={HEAT_PUMP}&date="))
    assert window.complaints == []


def test_a_page_goes_on_by_itself_after_the_server_was_killed(window: Window, installation: Installation) -> None:
    window.sign_in(CLIENT)
    chat = window.open_chat()
    installation.kill()
    expect(chat.get_by_text("Connecting…")).to_be_visible()
    installation.start()
    expect(chat.get_by_text("Connecting…")).to_have_count(0, timeout=2 * PATIENCE_MS)
    _watch(installation, FRIDGE, {"kind": "daily_budget", "kwh": 0.001})
    expect(window.page.get_by_role("listitem").filter(has_text="Fridge")).to_be_visible()
    chat.get_by_label("Write a message").fill("What is a kWh?")
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_role("log").get_by_text("What is a kWh?").last).to_be_visible()


def _watch(installation: Installation, device: int, rule: dict[str, Any]) -> None:
    """A rule that the device breaks at once."""
    with installation.signed_in(ADMIN.email, ADMIN.password) as client:
        client.put(f"/api/alert-rules/devices/{device}", json=rule).raise_for_status()
