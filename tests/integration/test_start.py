"""A start whose database does not let it in yet waits for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.host import Surroundings, clients_within, verifier_from
from kilowatch.kit.peers import LateApp
from kilowatch.process import open_services
from tests.databases import FreshUrl


async def test_a_service_starts_once_its_database_lets_it_in(
    fresh_url: FreshUrl, postgres: Callable[[str], str], tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    url = await fresh_url("users")
    name = urlsplit(url).path.removeprefix("/")
    server = await asyncpg.connect(postgres("postgres").replace("+asyncpg", ""))
    # What a client sees of it is what it sees of a server that starts, or has too many of them: come again.
    await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    async with clients_within(LateApp()) as clients:
        surroundings = Surroundings(
            data_dir=tmp_path,
            instance="test",
            public_url="http://localhost",
            broker=MemoryBroker(),
            clients=clients,
            verifier=verifier_from(clients),
            database_url=lambda _service: url,
        )
        opening = open_services(["users"], surroundings)
        entered = asyncio.create_task(opening.__aenter__())
        await asyncio.sleep(0.5)
        assert not entered.done()
        await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        [users] = await entered
        await users.ready()
        await opening.__aexit__(None, None, None)
    await server.close()
