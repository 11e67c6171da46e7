"""Nobody holds a connection, or fills the memory, with a request that never begins."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Receive, Scope, Send

from kilowatch.kit.connection import MAX_HEAD_BYTES, Connection
from kilowatch.kit.edge import bind, serve_http

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Impatient(Connection):
    head_s = 1.0


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    bound, stopping, up = bind("127.0.0.1", 0), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(hello, bound, up.set, Impatient)(stopping))
        await up.wait()
        yield bound.getsockname()[1]
        stopping.set()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side closes."""
    async with asyncio.timeout(20):
        return await reader.read()


async def test_who_says_nothing_or_half_a_head_is_let_go(port: int) -> None:
    for said in (b"", REQUEST[:-2]):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        assert await _rest(reader) == b""
        writer.close()


async def test_who_says_only_line_breaks_after_a_request_is_let_go(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    await reader.readuntil(b"hi")
    writer.write(b"\r\n")
    assert await _rest(reader) == b""
    writer.close()


async def test_who_waits_when_the_server_has_to_end_is_told_to_come_again() -> None:
    asked = asyncio.Event()

    async def endless(_scope: Scope, _receive: Receive, _send: Send) -> None:
        asked.set()
        await asyncio.Event().wait()

    bound, stopping, up = bind("127.0.0.1", 0), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(endless, bound, up.set)(stopping))
        await up.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", bound.getsockname()[1])
        writer.write(REQUEST)
        await asked.wait()
        stopping.set()
        head, _, body = (await _rest(reader)).partition(b"\r\n\r\n")
    assert b" 503 " in head.partition(b"\r\n")[0]
    assert b"retry-after: 2" in head
    assert b"Kilowatch is stopping." in body
    writer.close()


async def test_a_head_without_end_is_refused(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * MAX_HEAD_BYTES)
    assert b" 431 " in (await _rest(reader)).partition(b"\r\n")[0]
    writer.close()


async def test_requests_one_after_the_other_are_all_answered(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(5):
        for piece in (REQUEST[:10], REQUEST[10:]):
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(20):
            assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200")
    writer.close()
