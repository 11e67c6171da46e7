"""Fixtures of the read side."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.service import Host
from kilowatch.monitoring.app import open_monitoring
from tests.integration.monitoring.read_side import FakePeers, HandClock, ReadSide


@pytest.fixture
def ann() -> UUID:
    return uuid4()


@pytest.fixture
def bob() -> UUID:
    return uuid4()


@pytest.fixture
async def monitoring(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, tokens: Any, clients_of: Callable[..., Any]
) -> AsyncIterator[ReadSide]:
    clock, peers, url = HandClock(), FakePeers(), await fresh_url("monitoring")
    host = Host(
        data_dir=tmp_path,
        instance="test",
        public_url="http://test",
        broker=MemoryBroker(),
        clock=clock,
        verifier=tokens.verifier(),
        peers=peers,
        database_url=lambda _: url,
    )
    async with open_monitoring(host) as service:
        yield ReadSide(service, clock, peers, clients_of, host.verifier, url)
