from collections.abc import AsyncIterator

import pytest

from tests.system.fleet import Fleet, open_fleet
from tests.topology import open_topology


@pytest.fixture(scope="module")
async def fleet() -> AsyncIterator[Fleet]:
    """The whole topology, two replicas of what has several, with meters that are registered and send nothing yet."""
    async with open_topology() as topology:
        await topology.start_all(at_most=2)
        yield await open_fleet(topology)
