from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from kilowatch.kit.database import Database


@pytest.fixture
async def bare_database(
    empty_url: Callable[[str], Awaitable[str]],
) -> AsyncIterator[Callable[[], Awaitable[Database]]]:
    """Opens an empty database, without anybody's schema."""
    async with AsyncExitStack() as stack:

        async def open_bare() -> Database:
            engine = create_async_engine(await empty_url("bare"), pool_size=5, max_overflow=0)
            stack.push_async_callback(engine.dispose)
            return Database(engine)

        yield open_bare
