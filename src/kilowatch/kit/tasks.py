"""Waiting, with an end to it."""

import asyncio
from collections.abc import Coroutine
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


async def finish(work: Coroutine[Any, Any, T], stopping: asyncio.Event, *, grace_s: float) -> T:
    """What `work` returns. Raises `TimeoutError` when that goes on for longer than `grace_s` once `stopping` is set."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return await asyncio.wait_for(task, grace_s)
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)
