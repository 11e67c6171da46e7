"""Frames that are not what they should be."""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from kilowatch.realtime.domain.pace import BURST
from kilowatch.realtime.socket import CloseCode
from tests.house import Person
from tests.integration.realtime.conftest import Town, raised
from tests.realtime_client import Tab

FORGED = [
    "",
    "null",
    "[]",
    "1e999",
    '"start"',
    "{",
    "{}",
    '{"type":"start"}',
    '{"type":"start","id":1}',
    '{"type":"start","id":"1","channels":"alerts"}',
    '{"type":"start","id":"1","user_id":"00000000-0000-4000-8000-000000000001"}',
    '{"type":"start","id":"1","after":{"stream":"x","sequence":0}}',
    '{"type":"start","id":"1","after":{"stream":"00000000-0000-4000-8000-000000000001","sequence":-1}}',
    '{"type":"start","id":"1","after":{"stream":"00000000-0000-4000-8000-000000000001","sequence":1e300}}',
    '{"type":"welcome","id":"1","user_id":"00000000-0000-4000-8000-000000000001"}',
    '{"type":"alert.raised","id":"1","sequence":1,"data":{}}',
    '{"type":"subscribe","id":"' + "i" * 65 + '","channel":"alerts"}',
    '{"type":"subscribe","id":"1","channel":"' + "c" * 65 + '"}',
    '{"type":"chat","id":"1","command":{"type":"message.send","text":"hi"}}',
    '{"type":"chat","id":"00000000-0000-4000-8000-000000000009","command":{"type":"message.send","text":""}}',
    '{"type":"chat","id":"00000000-0000-4000-8000-000000000009","command":{"type":"conversation.claim"}}',
    "[" * 20_000,
    '{"type":"ping","id":"\ud800"}'.encode("utf-8", "replace").decode() + "x",
]


async def test_forged_frames_are_refused_and_change_nothing(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.next()
        for text in FORGED:
            await tab.socket.send(text)
            assert (await tab.next())["code"] == "invalid", text
        assert (await tab.start("alerts"))["type"] == "started"
        await town.publish(raised(ana))
        await tab.until("alert.raised")


async def test_a_socket_starts_once(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        assert (await tab.start("alerts"))["code"] == "conflict"


async def test_before_the_start_nothing_comes(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.next()
        await town.publish(raised(ana))
        assert await tab.silent()


@pytest.mark.parametrize("frame", [b"\x00binary", "x" * 70_000])
async def test_bytes_and_long_frames_close_the_socket(town: Town, ana: Person, frame: Any) -> None:
    async with town.tab(ana) as tab:
        await tab.socket.send(frame)
        assert (await tab.closed())[0] == CloseCode.MISBEHAVED


async def test_frames_beyond_all_bounds_are_not_even_read(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        with suppress(ConnectionClosed):
            await tab.socket.send("x" * 10_000_000)
        assert (await tab.closed())[0] in {1009, 1006}


async def test_who_speaks_too_fast_is_told_and_in_the_end_closed(town: Town, ana: Person, bob: Person) -> None:
    async with town.tab(ana) as tab, town.tab(bob) as other:
        for number in range(int(BURST) + 20):
            await tab.send("ping", id=number)
        slowed = await tab.until(lambda frame: frame.get("code") == "slow_down")
        assert slowed["retry_after_s"] > 0
        closed = asyncio.create_task(tab.closed())
        await _flood(tab)
        assert (await closed)[0] in {CloseCode.MISBEHAVED, 1006}
        assert (await other.ask("ping"))["type"] == "pong"


async def _flood(tab: Tab) -> None:
    frame = msgspec.json.encode({"type": "ping", "id": "f"}).decode()
    try:
        for _ in range(3_000):
            await tab.socket.send(frame)
    except ConnectionClosed:
        return
