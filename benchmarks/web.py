"""The web app, as Chromium has it: what has to be fetched, how long a chart takes to draw, what axe-core finds.

Against a demo of its own, or the one that `KILOWATCH_TEST_URL` names.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo import open_demo
from tests.browser.pages import DESK, PAGES, PHONE
from tests.browser.weight import BUDGETS_KB, weight_kb
from tests.browser.window import CLIENT, Window, chromium

MAINS: Final = 1
DRAWINGS: Final = 9
#: From the options of the plot to the end of its drawing, as the page itself measures it.
DRAWN: Final = "performance.getEntriesByName('chart').map(({ duration }) => duration)"


def run() -> dict[str, float]:
    weights = {page: weight_kb(page) for page in BUDGETS_KB}
    for page, budget in BUDGETS_KB.items():
        print(f"{page}: {weights[page]:.1f} of {budget:.0f} KB")
    with _demo() as url, sync_playwright() as playwright, chromium(playwright) as browser:
        return {
            "signin_kb_gzip": weights["sign-in"],
            "overview_kb_gzip": weights["overview"],
            "year_chart_ms": _year_chart_ms(browser, url),
            "axe_violations": len(list(_violations(browser, url))),
        }


def _year_chart_ms(browser: Browser, url: str) -> float:
    """8,760 hours; the first drawing of a page that has drawn nothing before, in the middle of several pages."""
    window = Window(browser.new_context(base_url=url, locale="en-GB", viewport=DESK).new_page())
    window.sign_in(CLIENT)
    until = datetime.now(UTC).date()
    since = until - timedelta(days=364)
    return median(_drawn_ms(window, f"/consumption?device={MAINS}&range=custom&from={since}&to={until}&by=hour"))


def _drawn_ms(window: Window, path: str) -> Sequence[float]:
    taken = []
    for _ in range(DRAWINGS):
        window.visit(path)
        window.page.wait_for_function(f"{DRAWN}.length > 0")
        taken.append(max(window.page.evaluate(DRAWN)))
    return taken


def _violations(browser: Browser, url: str) -> Iterator[str]:
    """On every page, in either theme, on a desk and in a hand."""
    for look in ({"viewport": DESK}, {"viewport": DESK, "color_scheme": "dark"}, {"viewport": PHONE}):
        windows: dict[str | None, Window] = {}
        for shown in PAGES:
            email = shown.who.email if shown.who else None
            if email not in windows:
                windows[email] = Window(browser.new_context(base_url=url, locale="en-GB", **look).new_page())
                if shown.who:
                    windows[email].sign_in(shown.who)
            windows[email].visit(shown.path)
            for found in windows[email].violations():
                print(f"{shown.name}: {found}")
                yield found


@contextmanager
def _demo() -> Iterator[str]:
    if given := os.environ.get("KILOWATCH_TEST_URL"):
        yield given
        return
    with open_demo() as demo:
        yield demo.url
