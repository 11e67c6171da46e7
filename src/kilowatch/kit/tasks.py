"""Waiting, with an end to it."""

import asyncio


async def wait_for_any(*events: asyncio.Event, timeout_s: float) -> None:
    """Return when one of `events` is set or the time is over."""
    waiters = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiters, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)
