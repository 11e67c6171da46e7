"""What must hold of every page, in either theme, on a desk and in a hand."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.pages import PAGES, PHONE, Shown
from tests.browser.window import Window

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": PHONE},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_it_is_for_everybody(open_window: Callable[..., Window], shown: Shown, look: str) -> None:
    window = open_window(**LOOKS[look])
    if shown.who:
        window.sign_in(shown.who)
    window.visit(shown.path)
    assert window.violations() == []
    assert window.complaints == []
    wider = window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, "the page scrolls sideways"
