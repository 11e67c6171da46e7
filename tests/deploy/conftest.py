from collections.abc import AsyncIterator

import pytest

from tests.topology import Topology, open_topology


@pytest.fixture(scope="session")
async def engines() -> AsyncIterator[Topology]:
    """RabbitMQ and PostgreSQL with the files of `deploy/`, and no service."""
    async with open_topology() as topology:
        yield topology
