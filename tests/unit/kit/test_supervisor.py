import asyncio

import pytest

from kilowatch.kit.supervisor import JobFailed, supervise


async def until_stopped(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def fails_at_once(_stopping: asyncio.Event) -> None:
    raise OSError("the disk is gone")


async def test_the_first_failure_stops_the_rest_and_is_what_comes_out():
    stopped = []

    async def drains(stopping: asyncio.Event) -> None:
        await stopping.wait()
        stopped.append("drained")

    with pytest.raises(JobFailed, match="broken: the disk is gone"):
        await supervise([{"front": drains}, {"broken": fails_at_once, "other": drains}], asyncio.Event())
    assert stopped == ["drained", "drained"]


async def test_a_failure_while_stopping_is_not_hidden():
    stop = asyncio.Event()

    async def fails_on_the_way_out(stopping: asyncio.Event) -> None:
        await stopping.wait()
        raise ValueError("could not flush")

    stop.set()
    with pytest.raises(JobFailed, match="could not flush"):
        await supervise([{"job": fails_on_the_way_out}], stop)


async def test_a_stage_is_stopped_only_when_the_one_before_has_finished():
    order, stop, asked, release = [], asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def front(stopping: asyncio.Event) -> None:
        await stopping.wait()
        order.append("front asked")
        asked.set()
        await release.wait()
        order.append("front done")

    async def back(stopping: asyncio.Event) -> None:
        await stopping.wait()
        order.append("back asked")

    supervised = asyncio.ensure_future(supervise([{"front": front}, {"back": back}], stop))
    stop.set()
    await asked.wait()
    assert order == ["front asked"]
    release.set()
    await supervised
    assert order == ["front asked", "front done", "back asked"]


async def test_a_job_that_does_not_drain_in_time_is_cancelled():
    stop, cancelled = asyncio.Event(), asyncio.Event()

    async def clings(_stopping: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    stop.set()
    await asyncio.wait_for(supervise([{"clings": clings}, {"polite": until_stopped}], stop, drain_s=0.01), 5)
    assert cancelled.is_set()


async def test_a_job_may_end_when_its_work_is_done():
    stop, done = asyncio.Event(), asyncio.Event()

    async def once(_stopping: asyncio.Event) -> None:
        done.set()

    supervised = asyncio.ensure_future(supervise([{"once": once, "other": until_stopped}], stop))
    await done.wait()
    assert not supervised.done()
    stop.set()
    await supervised
