"""Looking again until a deadline, which is there against waiting for ever: a busy machine may take its time."""

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Final

PAUSE_S: Final = 0.02


async def eventually(look: Callable[[], object], wanted: object = True, *, within_s: float = 60.0) -> None:
    """Return once a look gives what is wanted. It may be a coroutine function."""
    seen: object = None
    try:
        async with asyncio.timeout(within_s):
            while (seen := await _looked(look)) != wanted:
                await asyncio.sleep(PAUSE_S)
    except TimeoutError:
        raise AssertionError(f"{seen!r} for {within_s:g} s, and never {wanted!r}") from None


async def _looked(look: Callable[[], object]) -> object:
    seen = look()
    return await seen if isawaitable(seen) else seen
