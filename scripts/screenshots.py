"""Photographs every page of the web app, light, dark and as a phone shows it, into `docs/screenshots`.

python -m scripts.screenshots                    against a demo of its own
python -m scripts.screenshots URL                against one that runs
python -m scripts.screenshots URL ring desk      of these pages only
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo import open_demo
from tests.browser.pages import DESK, PAGES, PHONE, Shown
from tests.browser.window import Window, chromium

DIRECTORY: Final = Path("docs/screenshots")
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": DESK},
    "dark": {"color_scheme": "dark", "viewport": DESK},
    "phone": {"color_scheme": "light", "viewport": PHONE},
}
#: The chart and the skeletons are drawn by then.
REST_MS: Final = 600


def main(arguments: list[str]) -> None:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with _demo(arguments) as url, sync_playwright() as playwright, chromium(playwright) as browser:
        names = set(arguments[1:])
        pages = [shown for shown in PAGES if not names or shown.name in names]
        for look in LOOKS:
            _photograph_all(browser, url, look, pages)


def _photograph_all(browser: Browser, url: str, look: str, pages: Sequence[Shown]) -> None:
    windows: dict[str | None, Window] = {}
    for shown in pages:
        email = shown.who.email if shown.who else None
        if email not in windows:
            windows[email] = Window(browser.new_context(base_url=url, locale="en-GB", **LOOKS[look]).new_page())
            if shown.who:
                windows[email].sign_in(shown.who)
        _photograph(windows[email], shown, look)


def _photograph(window: Window, shown: Shown, look: str) -> None:
    window.visit(shown.path)
    window.page.wait_for_timeout(REST_MS)
    file = DIRECTORY / f"{shown.name}-{look}.png"
    window.page.screenshot(path=file)
    _make_small(file)
    print(file)


def _make_small(file: Path) -> None:
    """A palette is enough for a page; without pngquant the files are three times as large, and as good."""
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--ext", ".png", "--skip-if-larger", str(file)], check=False)


@contextmanager
def _demo(arguments: list[str]) -> Iterator[str]:
    if arguments:
        yield arguments[0]
        return
    with open_demo() as demo:
        yield demo.url


if __name__ == "__main__":
    main(sys.argv[1:])
