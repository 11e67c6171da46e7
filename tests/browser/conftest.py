"""Debian's Chromium against a real `kilowatch up --demo`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.demo import open_demo
from tests.browser.history import HISTORY_TIMEOUT_S
from tests.browser.window import ADMIN, Window, chromium
from tests.integration.support.openai_server import OpenAIServer, openai_server
from tests.system.installation import Installation

WEB = Path(__file__).parents[2] / "src/kilowatch/web"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test is the first waits for the history too."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(HISTORY_TIMEOUT_S + 60))


@pytest.fixture(scope="session")
def model() -> Iterator[OpenAIServer]:
    """In place of a language model; a test says what it answers next."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(openai_server()) as server:
        yield server


@pytest.fixture(scope="session")
def installation(model: OpenAIServer) -> Iterator[Installation]:
    """A demo of our own, for all tests."""
    if not (WEB / "index.html").is_file():
        pytest.skip("The web app is not built: make web")
    with open_demo(KILOWATCH_LLM_BASE_URL=model.url, KILOWATCH_LLM_MODEL="fake") as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_url(request: pytest.FixtureRequest) -> str:
    """That of our own demo, or of the one that the environment names."""
    given = os.environ.get("KILOWATCH_TEST_URL")
    return given or cast("Installation", request.getfixturevalue("installation")).url


@pytest.fixture
def administrator(demo_url: str) -> Iterator[httpx2.Client]:
    """For what a test needs before it opens a window."""
    with httpx2.Client(base_url=demo_url, timeout=30) as client:
        answer = client.post("/api/auth/sign-in", json={"email": ADMIN.email, "password": ADMIN.password})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        client.cookies.clear()
        yield client


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not shutil.which("chromium"):
        pytest.skip("Chromium is missing: sudo apt-get install chromium")
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


@pytest.fixture
def open_window(browser: Browser, demo_url: str) -> Iterator[Callable[..., Window]]:
    """`open_window(color_scheme="dark")`: a browser of its own, with nothing kept from before."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Window:
        contexts.append(browser.new_context(base_url=demo_url, locale="en-GB", **options))
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
