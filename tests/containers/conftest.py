from collections.abc import Iterator

import pytest

from tests.containers.composed import Composed, composed_system
from tests.system.fleet import Fleet, open_fleet


@pytest.fixture(scope="session")
def composed() -> Iterator[Composed]:
    with composed_system() as running:
        yield running


@pytest.fixture(scope="session")
async def fleet(composed: Composed) -> Fleet:
    return await open_fleet(composed)
