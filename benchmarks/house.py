"""A house as Kilowatch keeps it: services in this process, over a PostgreSQL that does not lie to the disk."""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from kilowatch.kit.postgres import embedded_postgres
from tests.databases import databases_of
from tests.house import PASSWORD, House, open_house


@asynccontextmanager
async def open_own_house(services: Sequence[str] = ("auth", "users")) -> AsyncIterator[House]:
    os.environ["KILOWATCH_ADMIN_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory(prefix="kw-bench-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        with embedded_postgres(directory / "postgres") as server:
            async with open_house(databases_of(server), directory / "data", services) as house:
                yield house
