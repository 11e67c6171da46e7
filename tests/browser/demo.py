"""A demo with its history, for whatever looks at pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.history import wait_for_history
from tests.places import open_directory
from tests.system.installation import Installation


@contextmanager
def open_demo(**settings: str) -> Iterator[Installation]:
    """`settings`: `KILOWATCH_…`, beside those of every installation."""
    with open_directory() as directory:
        installation = Installation(directory, "--demo", settings=settings)
        try:
            installation.start()
            wait_for_history(installation)
            yield installation
        finally:
            installation.clean_up()
