"""A house as Kilowatch keeps it: services in this process, over a PostgreSQL that does not lie to the disk."""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from kilowatch.kit.postgres import create_databases, embedded_postgres
from tests.house import PASSWORD, House, open_house


@asynccontextmanager
async def open_own_house(services: Sequence[str] = ("auth", "users")) -> AsyncIterator[House]:
    os.environ["KILOWATCH_ADMIN_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory(prefix="kw-bench-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        with embedded_postgres(directory / "postgres") as server:

            async def fresh_url(service: str) -> str:
                await create_databases(server.superuser_url, [service])
                return server.superuser_url(service)

            async with open_house(fresh_url, directory / "data", services) as house:
                yield house
