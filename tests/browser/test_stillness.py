"""Nothing moves under the finger that is about to touch it: what is still to come has its room from the beginning."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, TypeAlias

import pytest
from playwright.sync_api import Browser, ViewportSize

from kilowatch.kit.web import DemoAccount
from tests.browser.pages import DESK, PAGES, PHONE, Shown
from tests.browser.window import Window

WindowOf: TypeAlias = Callable[[DemoAccount | None, str], Window]

SIZES: Final[dict[str, ViewportSize]] = {"phone": PHONE, "desk": DESK}
#: A fifth of what is held to be good; a name that is longer than another may go on to a second line.
STILL: Final = 0.02


@pytest.fixture(scope="module")
def window_of(browser: Browser, demo_url: str) -> Iterator[WindowOf]:
    contexts = []

    @cache
    def open_window(who: DemoAccount | None, size: str) -> Window:
        contexts.append(browser.new_context(base_url=demo_url, locale="en-GB", viewport=SIZES[size]))
        window = Window(contexts[-1].new_page())
        if who:
            window.sign_in(who)
        window.on_a_slow_line()
        return window

    yield open_window
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_nothing_moves_when_the_answers_come_late(window_of: WindowOf, shown: Shown, size: str) -> None:
    window = window_of(shown.who, size)
    window.visit(shown.path)
    moves = window.moves()
    assert sum(far for far, _ in moves) < STILL, moves
