"""What people do with their own account: a second factor from beginning to end, and all that is held of them."""

import base64
import json
import zipfile
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from kilowatch.auth.domain.totp import code_at, step_at
from kilowatch.kit.web import DemoAccount
from tests.browser.window import CLIENT, Window

PASSWORD: Final = "four unrelated garden words"  # pragma: allowlist secret


@pytest.fixture
def newcomer(administrator: httpx2.Client) -> DemoAccount:
    """Somebody whose account is nobody else's to sign in to."""
    email = f"newcomer-{datetime.now(UTC).timestamp()}@example.org"
    user = administrator.post("/api/users", json={"email": email, "name": "Nora New", "role": "client"}).json()
    link = administrator.post(f"/api/auth/accounts/{user['id']}/link", json={}).json()["url"]
    token = urlsplit(link).fragment.removeprefix("token=")
    redeemed = {"token": token, "password": PASSWORD}
    administrator.post("/api/auth/links/redeem", json=redeemed).raise_for_status()
    return DemoAccount("client", email, PASSWORD)


def test_a_second_factor_is_turned_on_asked_for_replaced_by_a_recovery_code_renewed_and_turned_off(
    window: Window, newcomer: DemoAccount
) -> None:
    page = window.page
    window.sign_in(newcomer)
    window.visit("/profile")
    page.get_by_role("button", name="Turn on", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.get_by_role("img", name="Secret")).to_be_visible()
    secret = base64.b32decode(dialog.get_by_role("status", name="Secret").inner_text())
    dialog.get_by_label("Code").fill("000000")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("That is not the code that the app shows now")).to_be_visible()
    step = step_at(datetime.now(UTC))
    dialog.get_by_label("Code").fill(code_at(secret, step))
    dialog.get_by_role("button", name="Confirm").click()
    codes = dialog.get_by_role("status", name="Recovery codes").inner_text().split()
    assert len(codes) == 10
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("On. 10 recovery codes are left.")).to_be_visible()

    for proof in (code_at(secret, step + 1), codes[0]):  # each code counts once, and the clock of a phone may be ahead
        page.get_by_role("button", name="Sign out", exact=True).click()
        _sign_in(page, newcomer)
        expect(page.get_by_text("or a recovery code")).to_be_visible()
        assert window.violations() == []
        page.get_by_label("Code").fill(proof)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()
    expect(page.get_by_text("On. 9 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="New recovery codes").click()
    _prove(dialog, codes[1], "New recovery codes")
    renewed = dialog.get_by_role("status", name="Recovery codes").inner_text().split()
    assert len({*renewed, *codes}) == 20
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().split() == renewed
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("On. 10 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="Turn off", exact=True).click()
    _prove(dialog, codes[2], "Turn off")
    expect(page.get_by_text("The code is not right")).to_be_visible()
    _prove(dialog, renewed[0], "Turn off")
    expect(page.get_by_text("Off. With it, a stolen password is not enough.")).to_be_visible()


def test_all_that_is_held_of_somebody_comes_as_one_archive(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit("/profile")
    with window.page.expect_download() as download:
        window.page.get_by_role("button", name="Download it").click()
    assert download.value.suggested_filename.endswith(".zip")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert held["users.json"]["account"]["email"] == CLIENT.email
    assert "Home mains" in [device["name"] for device in held["monitoring.json"]["devices"]]
    assert {"auth.json", "devices.json", "realtime.json", "support.json"} <= held.keys()
    assert window.complaints == []


def _prove(dialog: Locator, code: str, action: str) -> None:
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_label("Code").fill(code)
    dialog.get_by_role("button", name=action).click()


def _sign_in(page: Page, who: DemoAccount) -> None:
    page.get_by_label("E-mail", exact=True).fill(who.email)
    page.get_by_label("Password", exact=True).fill(who.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
