from collections.abc import AsyncIterator

import pytest

from tests.system.fleet import Fleet, open_fleet
from tests.topology import Topology, open_topology


@pytest.fixture(scope="module")
async def topology() -> AsyncIterator[Topology]:
    """The whole of it, two replicas of what has several."""
    async with open_topology() as opened:
        await opened.start_all(at_most=2)
        yield opened


@pytest.fixture(scope="module")
async def fleet(topology: Topology) -> Fleet:
    """Meters that are registered and send nothing yet."""
    return await open_fleet(topology)
