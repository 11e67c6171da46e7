"""Waiting, with an end to it."""

import asyncio

import pytest

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.tasks import finish, unless


async def test_work_that_is_done_before_the_stop_gives_its_result():
    assert await unless(asyncio.Event(), asyncio.sleep(0, "done")) == "done"


async def test_work_that_a_stop_overtakes_is_cancelled_and_gives_nothing():
    stopping, ended = asyncio.Event(), asyncio.Event()

    async def work() -> str:
        stopping.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "too late"

    assert await unless(stopping, work()) is None
    assert ended.is_set()


async def test_once_stopped_what_is_ready_is_not_taken_any_more():
    stopping = asyncio.Event()
    stopping.set()
    assert await unless(stopping, asyncio.sleep(0, "ready")) is None


async def test_what_work_raises_is_raised():
    async def work() -> None:
        raise Unavailable("gone")

    with pytest.raises(Unavailable, match="gone"):
        await unless(asyncio.Event(), work())


async def test_work_under_way_at_the_stop_is_finished_within_its_grace():
    stopping = asyncio.Event()
    stopping.set()
    assert await finish(asyncio.sleep(0.01, "done"), stopping, grace_s=5) == "done"


async def test_work_that_needs_longer_than_its_grace_is_cancelled():
    stopping = asyncio.Event()
    stopping.set()
    with pytest.raises(TimeoutError):
        await finish(asyncio.Event().wait(), stopping, grace_s=0.01)
