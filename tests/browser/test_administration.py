import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID
from tests.browser.pages import PHONE
from tests.browser.window import ADMIN, Window

PASSWORD = "four unrelated garden words"  # pragma: allowlist secret


def test_a_new_user_sets_a_password_by_the_link_and_is_deleted_in_the_end(open_window: Callable[..., Window]) -> None:
    admin = open_window()
    admin.sign_in(ADMIN)
    page = admin.page
    page.get_by_role("link", name="Users").first.click()
    page.get_by_role("button", name="New user").click()
    page.get_by_label("Name", exact=True).fill("Ioana Radu")
    page.get_by_label("E-mail", exact=True).fill("ioana@example.org")
    page.get_by_role("button", name="Create").click()
    link = page.get_by_role("status", name=re.compile("One-time link")).inner_text()

    guest = open_window().page
    guest.goto(link)
    expect(guest.get_by_role("heading", name="Welcome, Ioana Radu")).to_be_visible()
    guest.get_by_label("New password").fill(PASSWORD)
    guest.get_by_label("Once more").fill(PASSWORD)
    guest.get_by_role("button", name="Save").click()
    guest.get_by_label("E-mail", exact=True).fill("ioana@example.org")
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest.get_by_text("No devices yet")).to_be_visible()

    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.get_by_label("Search by name or e-mail").fill("ioana")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Actions: Ioana Radu").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    assert admin.complaints == []


def test_a_device_is_made_given_a_credential_assigned_and_deleted(window: Window) -> None:
    window.sign_in(ADMIN)
    page = window.page
    page.get_by_role("link", name="Devices").first.click()
    page.get_by_role("button", name="New device").click()
    page.get_by_label("Name", exact=True).fill("Cellar")
    page.get_by_role("dialog").get_by_label("Kind").select_option("counter")
    page.get_by_label("Limit, kWh an hour").fill("4.5")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1, name="Cellar")).to_be_visible()

    page.get_by_role("button", name="New credential").click()
    credential = page.get_by_role("dialog").get_by_role("status").inner_text()
    assert len(credential) > 20
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_text(credential)).to_have_count(0)

    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_label("Find a person by name or e-mail").fill("ana")
    page.get_by_role("radio", name=re.compile("ana@kilowatch.local")).check()
    page.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(page.get_by_role("button", name=re.compile("^End: "))).to_be_visible()

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Cellar is deleted")).to_be_visible()
    assert window.complaints == []


def test_an_alert_is_acknowledged_with_a_note(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/alerts")
    page = window.page
    page.get_by_role("button", name="Acknowledge").first.click()
    page.get_by_label("Note").fill("The sauna was on.")
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("radio", name="Acknowledged").click()
    expect(page.get_by_text("The sauna was on.").first).to_be_visible()


@pytest.mark.parametrize("typed", ["locatii", "Locații"])
def test_the_palette_finds_romanian_words_with_and_without_their_marks(window: Window, typed: str) -> None:
    window.sign_in(ADMIN)
    window.speak("ro")
    window.visit("/administration")
    expect(window.page.locator("html[lang=ro]")).to_have_count(1)
    window.page.keyboard.press("Control+k")
    window.page.get_by_role("dialog").get_by_role("combobox").fill(typed)
    expect(window.page.get_by_role("option")).to_have_text(["Locații"])
    window.page.keyboard.press("Enter")
    expect(window.page).to_have_url("/sites")


def test_on_a_phone_the_audit_log_says_who_did_it_without_scrolling(open_window: Callable[..., Window]) -> None:
    window = open_window(viewport=PHONE)
    window.sign_in(ADMIN)
    window.visit(f"/audit?actor=user/{FIRST_ADMINISTRATOR_ID}")
    newest = window.page.get_by_role("row").nth(1)
    expect(newest.get_by_text("Administrator").locator("visible=true").first).to_be_in_viewport(ratio=1)


def test_the_palette_goes_anywhere_by_the_keyboard_alone(window: Window) -> None:
    window.sign_in(ADMIN)
    window.page.keyboard.press("Control+k")
    expect(window.page.get_by_role("combobox", name="Go to…")).to_be_focused()
    window.page.keyboard.type("ring")
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("heading", level=1, name="Ring")).to_be_visible()
    expect(window.page.get_by_role("img", name=re.compile(r"\d+ partitions on 1 replicas"))).to_be_visible()
    assert window.complaints == []
