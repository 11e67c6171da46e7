"""A demo with its history, for whatever looks at pages without pytest."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.history import wait_for_history
from tests.places import open_directory
from tests.system.installation import Installation


@contextmanager
def open_demo() -> Iterator[str]:
    with open_directory() as directory:
        installation = Installation(directory, "--demo")
        try:
            installation.start()
            wait_for_history(installation)
            yield installation.url
        finally:
            installation.clean_up()
