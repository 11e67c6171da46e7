"""Who is still sending when the answer is known gets to read it, and does not see a connection that is reset."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Final

import pytest
from fastapi import APIRouter, Request

from kilowatch.kit import bodies
from kilowatch.kit.edge import bind, serve_http
from kilowatch.kit.http import build_app
from kilowatch.kit.service import Service
from tests.conftest import Tokens

PIECE: Final = bytes(1 << 16)
#: More than the buffers of two sockets take, and more than a body may have.
SENT: Final = 24 << 20

router = APIRouter()


@router.post("/length")
async def length(request: Request) -> int:
    return len(await request.body())


async def is_ready() -> None: ...


@pytest.fixture
async def port(tokens: Tokens) -> AsyncIterator[int]:
    app = build_app([Service(name="example", router=router, context=object(), ready=is_ready)], tokens.verifier())
    bound, stopping, up = bind("127.0.0.1", 0), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(app, bound, up.set)(stopping))
        await up.wait()
        yield bound.getsockname()[1]
        stopping.set()


def send_all(port: int, head: str, *, chunked: bool = False) -> bytes:
    """Sends all of the body before it reads a word, as simple clients do; gives the first line of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"POST {head}\r\nHost: kilowatch\r\n\r\n".encode())
        piece = b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE
        for _ in range(SENT // len(PIECE)):
            connection.sendall(piece)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        return connection.recv(1 << 16).partition(b"\r\n")[0]


@pytest.mark.parametrize("keep", ["keep-alive", "close"])
@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/length", f"Content-Length: {SENT}", b" 413 "),
        ("/length", "Transfer-Encoding: chunked", b" 413 "),
        ("/nothing", f"Content-Length: {SENT}", b" 404 "),
    ],
)
async def test_an_answer_is_read_by_who_sends_on(port: int, keep: str, path: str, size: str, status: bytes):
    head = f"{path} HTTP/1.1\r\nConnection: {keep}\r\n{size}"
    assert status in await asyncio.to_thread(send_all, port, head, chunked="chunked" in size)


def send_for_ever(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"POST /length HTTP/1.1\r\nHost: kilowatch\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
            time.sleep(0.005)


@pytest.mark.parametrize(("bound", "value"), [("SPILL_BYTES", 1 << 20), ("SPILL_S", 0.2)])
async def test_who_never_ends_is_cut_off(port: int, bound: str, value: float, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, bound, value)
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(asyncio.to_thread(send_for_ever, port), 20)


async def test_who_pauses_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, "SPILL_PAUSE_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /nothing HTTP/1.1\r\nHost: kilowatch\r\nConnection: close\r\nContent-Length: 9\r\n\r\n")
    async with asyncio.timeout(bodies.SPILL_S - 1):
        assert b" 404 " in (await reader.read()).partition(b"\r\n")[0]
    writer.close()


async def test_a_connection_goes_on_after_what_was_too_large(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(f"POST /length HTTP/1.1\r\nHost: kilowatch\r\nContent-Length: {SENT}\r\n\r\n".encode())
        writer.write(bytes(SENT))
        await writer.drain()
        async with asyncio.timeout(20):
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 413 " in head
            [size] = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
            await reader.readexactly(int(size.removeprefix(b"content-length: ")))
    writer.close()
