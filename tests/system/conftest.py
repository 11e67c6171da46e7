from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.places import open_directory
from tests.system.installation import Installation


@pytest.fixture(scope="module")
def demo() -> Iterator[Installation]:
    """A running `kilowatch up --demo`, shared by the tests of a module that do not end it."""
    with open_directory() as directory:
        installation = Installation(directory, "--demo")
        try:
            installation.start()
            yield installation
        finally:
            installation.clean_up()


@pytest.fixture
def install() -> Iterator[Callable[..., Installation]]:
    """`install("--demo", KILOWATCH_…="…")`: an installation of the test's own, not started yet."""
    with ExitStack() as stack:

        def make(*arguments: str, **settings: str) -> Installation:
            installation = Installation(stack.enter_context(open_directory()), *arguments, settings=settings)
            stack.callback(installation.clean_up)
            return installation

        yield make
