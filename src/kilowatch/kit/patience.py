"""A start waits for what it needs: a database on a busy machine, or just after a crash, refuses at first."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.telemetry import logger

log = logger(__name__)

T = TypeVar("T")

PATIENCE_S: Final = 120.0
PAUSE_S: Final = 1.0


async def patiently(
    attempt: Callable[[], Awaitable[T]], *, patience_s: float = PATIENCE_S, pause_s: float = PAUSE_S
) -> T:
    """What `attempt` returns, which is called again while something that it needs is away.

    Raises the last `Unavailable` when that takes longer than `patience_s`.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return await attempt()
        except Unavailable as error:
            if time.monotonic() > deadline:
                raise
            log.warning("start_waits", reason=str(error))
        await asyncio.sleep(pause_s)


@asynccontextmanager
async def opened_patiently(opening: Callable[[], AbstractAsyncContextManager[T]]) -> AsyncIterator[T]:
    async with AsyncExitStack() as stack:
        yield await patiently(lambda: stack.enter_async_context(opening()))
