"""Every dialog and menu by the keyboard alone: it takes the focus, Escape closes it, and the focus is where it was."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from kilowatch.kit.web import DemoAccount
from tests.browser.window import ADMIN, CLIENT, Window

#: Where, and the name of what opens it.
DIALOGS = (
    ("/users", "New user", ADMIN),
    ("/devices", "New device", ADMIN),
    ("/devices", "Import", ADMIN),
    ("/devices/1", "Edit", ADMIN),
    ("/devices/1", "Swap meter", ADMIN),
    ("/devices/1", "Assign", ADMIN),
    ("/devices/1", "Delete", ADMIN),
    ("/sites", "New site", ADMIN),
    ("/sites/1", "Add devices", ADMIN),
    ("/gateways", "New gateway", ADMIN),
    ("/gateways/1", "Rotate", ADMIN),
    ("/tariffs", "New tariff", ADMIN),
    ("/tariffs/1", "New prices", ADMIN),
    ("/tariffs/1", "Assign", ADMIN),
    ("/rules", "Edit", ADMIN),
    ("/corrections", "New correction", ADMIN),
    ("/desk", "Edit", ADMIN),
    ("/desk", "New reply", ADMIN),
    ("/administration", "Go to…", ADMIN),
    ("/administration", "Notifications", ADMIN),
    ("/users", "Actions", ADMIN),
    ("/my-devices/1", "Edit", CLIENT),
    ("/consumption", "Download", CLIENT),
    ("/profile", "New key", CLIENT),
)


@pytest.fixture(scope="module")
def windows(browser: Browser, demo_url: str) -> Iterator[dict[DemoAccount, Window]]:
    contexts = {who: browser.new_context(base_url=demo_url, locale="en-GB") for who in (ADMIN, CLIENT)}
    windows = {who: Window(context.new_page()) for who, context in contexts.items()}
    for who, window in windows.items():
        window.sign_in(who)
    yield windows
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("path", "name", "who"), DIALOGS, ids=lambda value: None if hasattr(value, "email") else value)
def test_it_takes_the_focus_and_gives_it_back(
    windows: dict[DemoAccount, Window], path: str, name: str, who: DemoAccount
) -> None:
    page = windows[who].page
    windows[who].visit(path)
    opener = page.get_by_role("button", name=re.compile(f"^{name}")).first
    opener.focus()
    page.keyboard.press("Enter")
    opened = page.locator("[role=dialog], [role=alertdialog], [role=menu]").first
    expect(opened).to_be_visible()
    assert _has_focus(opened), "the focus stays outside"
    for _ in range(3):
        page.keyboard.press("Tab")
        assert _has_focus(opened), "the focus leaves what is open"
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(opener).to_be_focused()


def _has_focus(opened: Locator) -> bool:
    within: bool = opened.evaluate("element => element.contains(document.activeElement)")
    return within
