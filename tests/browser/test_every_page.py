"""What must hold of every page, in either theme, on a desk and in a hand."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final, TypeAlias

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from kilowatch.kit.web import DemoAccount
from tests.browser.pages import DESK, OPERATED, PAGES, PHONE, Shown
from tests.browser.window import Scheme, Window

WindowOf: TypeAlias = Callable[[DemoAccount | None], Window]

#: With the rules that may be broken there and not on the desk in light: a dark page differs in nothing but colours.
LOOKS: Final[dict[str, tuple[Scheme, ViewportSize, Sequence[str]]]] = {
    "light": ("light", DESK, ()),
    "dark": ("dark", DESK, ("color-contrast",)),
    "phone": ("light", PHONE, ()),
}
#: It tells of a meter that goes on meanwhile, and is half transparent as it comes and goes.
TOAST: Final = "[data-sonner-toast]"


@pytest.fixture(scope="module")
def window_of(browser: Browser, demo_url: str) -> Iterator[WindowOf]:
    """The window of somebody, who signs in once and then walks through the pages; of nobody: None."""
    contexts = []

    @cache
    def open_window(who: DemoAccount | None) -> Window:
        contexts.append(browser.new_context(base_url=demo_url, locale="en-GB"))
        window = Window(contexts[-1].new_page())
        if who:
            window.sign_in(who)
        return window

    yield open_window
    for context in contexts:
        context.close()


@pytest.mark.parametrize("shown", [*PAGES, *OPERATED], ids=lambda shown: shown.name)
def test_it_is_for_everybody(window_of: WindowOf, shown: Shown) -> None:
    window = window_of(shown.who)
    window.complaints.clear()
    window.visit(shown.path)
    for look, (scheme, size, rules) in LOOKS.items():
        window.change_look(scheme, size)
        assert window.violations(but=[TOAST], rules=rules) == [], look
        assert _too_wide(window) == 0, f"{look}: the page scrolls sideways"
    assert window.complaints == []


@pytest.mark.parametrize("shown", [shown for shown in PAGES if shown.who], ids=lambda shown: shown.name)
def test_romanian_which_is_longer_fits_a_phone(window_of: WindowOf, shown: Shown) -> None:
    window = window_of(shown.who)
    window.speak("ro")
    window.visit(shown.path)
    window.change_look("light", PHONE)
    expect(window.page.locator("html[lang=ro]")).to_have_count(1)
    assert _too_wide(window) == 0, "the page scrolls sideways"
    window.page.unroute("**/api/users/me")


def _too_wide(window: Window) -> int:
    """By how many pixels the page scrolls sideways."""
    wider: int = window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
