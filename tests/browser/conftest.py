"""Debian's Chromium against a real `kilowatch up --demo`."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.window import ADMIN, Window, chromium
from tests.places import open_directory
from tests.system.installation import Installation

WEB = Path(__file__).parents[2] / "src/kilowatch/web"


#: Thirteen months of twelve meters; a minute where nothing else runs.
HISTORY_TIMEOUT_S = 300.0


@pytest.fixture(scope="session")
def demo() -> Iterator[Installation]:
    if not (WEB / "index.html").is_file():
        pytest.skip("The web app is not built: make web")
    with open_directory() as directory:
        installation = Installation(directory, "--demo")
        try:
            installation.start()
            _wait_for_history(installation)
            yield installation
        finally:
            installation.clean_up()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not shutil.which("chromium"):
        pytest.skip("Chromium is missing: sudo apt-get install chromium")
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


@pytest.fixture
def open_window(browser: Browser, demo: Installation) -> Iterator[Callable[..., Window]]:
    """`open_window(color_scheme="dark")`: a browser of its own, with nothing kept from before."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Window:
        contexts.append(browser.new_context(base_url=demo.url, locale="en-GB", **options))
        return Window(contexts[-1].new_page())

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()


@pytest.fixture
def page(window: Window) -> Page:
    return window.page


def _wait_for_history(installation: Installation) -> None:
    deadline = time.monotonic() + HISTORY_TIMEOUT_S
    with installation.signed_in(ADMIN.email, ADMIN.password) as client:
        while client.get("/api/demo").json()["phase"] != "live":
            assert time.monotonic() < deadline, installation.log()[-4000:]
            time.sleep(0.5)
