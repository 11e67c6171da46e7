"""Waiting, with an end to it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


async def wait_for_any(*events: asyncio.Event, timeout_s: float) -> None:
    """Return when one of `events` is set or the time is over."""
    waiters = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiters, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` returns or raises; None once `stopping` is set, which cancels it."""
    async with _raced(work, stopping) as task:
        result = task.result() if task.done() else None
        return None if stopping.is_set() else result


async def finish(work: Coroutine[Any, Any, T], stopping: asyncio.Event, *, grace_s: float) -> T:
    """What `work` returns. Raises `TimeoutError` when that goes on for longer than `grace_s` once `stopping` is set."""
    async with _raced(work, stopping) as task:
        return await asyncio.wait_for(task, grace_s)


@asynccontextmanager
async def _raced(work: Coroutine[Any, Any, T], stopping: asyncio.Event) -> AsyncIterator[asyncio.Task[T]]:
    """The task of `work`, once it is done or `stopping` is set; it ends on leaving, whatever became of it."""
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        yield task
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)
