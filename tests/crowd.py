"""A crowd of browsers in a process of its own: each holds a socket, comes back when it is lost, and resumes.

    python -m tests.crowd        reads JSON lines: first who they are, then `"tell"` as often as wanted; answers in JSON

Sockets are spoken by hand, since thousands of them must cost less than the server that they are to measure.
"""

import asyncio
import base64
import json
import os
import random
import resource
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2

RECONNECT_S = (0.05, 1.0)
OPENING_AT_ONCE = 50
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

Frame = dict[str, Any]


class _Link(asyncio.Protocol):
    """The client's half of RFC 6455, as far as a server of ours uses it."""

    def __init__(self, host: str, path: str, client: "Client") -> None:
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
        )
        self._client = client
        self._received = bytearray()
        self._open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not say so
        self._transport.write(self._request.encode())

    def connection_lost(self, _: Exception | None) -> None:
        self._client.lost()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._open:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            self._open = self._received.startswith(b"HTTP/1.1 101")
            if not self._open:
                self.close()
                return
            del self._received[: end + 4]
        while (frame := self._next()) is not None:
            self._take(*frame)

    def send(self, opcode: int, payload: bytes) -> None:
        # Masked with zeros, which change nothing.
        size = len(payload)
        header = (
            bytes([0x80 | opcode, 0x80 | size])
            if size < 126
            else bytes([0x80 | opcode, 0xFE]) + struct.pack("!H", size)
        )
        assert self._transport
        self._transport.write(header + b"\0\0\0\0" + payload)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def _next(self) -> tuple[int, bytes] | None:
        received = self._received
        if len(received) < 2:
            return None
        size, start = received[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(received[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(received[2:10]), 10
        if len(received) < start + size:
            return None
        payload = bytes(received[start : start + size])
        opcode = received[0] & 0x0F
        del received[: start + size]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        match opcode:
            case 1:
                self._client.hear(payload)
            case 8:
                self.close()
            case 9:
                self.send(PONG, payload)


@dataclass(slots=True)
class Client:
    token: str
    channels: Sequence[str]
    urls: Sequence[str]
    turn: int
    link: _Link | None = None
    position: Frame | None = None
    seen: list[tuple[int, str, float]] = field(default_factory=list)  #: sequence, event id, when
    live: int = 0
    started: int = 0
    unrecovered: int = 0
    settled: asyncio.Event = field(default_factory=asyncio.Event)  #: it has started, or is gone again
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def live_on(self, http: httpx2.AsyncClient, opening: asyncio.Semaphore) -> None:
        while True:
            url = self.urls[self.turn % len(self.urls)]
            try:
                async with opening:
                    await self._open(http, url)
                    await self.settled.wait()
                await self.gone.wait()
            except (OSError, httpx2.HTTPError, KeyError):
                pass
            self.turn += 1
            await asyncio.sleep(random.uniform(*RECONNECT_S))

    async def _open(self, http: httpx2.AsyncClient, url: str) -> None:
        answer = await http.post(f"{url}/api/realtime/tickets", headers={"Authorization": f"Bearer {self.token}"})
        path = f"/api/realtime?ticket={answer.json()['ticket']}"
        parts = urlsplit(url)
        self.settled.clear()
        self.gone.clear()
        loop = asyncio.get_running_loop()
        # It may hear something before this goes on.
        self.link = link = _Link(parts.netloc, path, self)
        await loop.create_connection(lambda: link, parts.hostname, parts.port)

    def hear(self, payload: bytes) -> None:
        if payload.startswith(b'{"sequence":'):
            frame = json.loads(payload)
            assert self.position
            self.position["sequence"] = frame["sequence"]
            self.seen.append((frame["sequence"], frame["id"], time.time()))
        elif payload.startswith(b'{"type":"welcome"'):
            after = {"after": self.position} if self.position else {}
            start = {"type": "start", "id": "1", "channels": self.channels, **after}
            assert self.link
            self.link.send(TEXT, json.dumps(start).encode())
        elif payload.startswith(b'{"type":"started"'):
            frame = json.loads(payload)
            self.unrecovered += bool(self.position) and not frame["recovered"]
            self.position = frame["position"]
            self.started += 1
            self.settled.set()
        elif payload.startswith(b'{"type":"error"') and self.link:
            self.link.close()  # too busy to start: again later, as browsers do
        elif payload.startswith(b'{"type":"live"'):
            self.live += 1

    def lost(self) -> None:
        self.settled.set()
        self.gone.set()


async def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    wanted = json.loads(await asyncio.to_thread(sys.stdin.readline))
    turns = count(wanted.get("turn", 0))
    clients = [Client(token, wanted["channels"], wanted["urls"], next(turns)) for token in wanted["tokens"]]
    opening = asyncio.Semaphore(OPENING_AT_ONCE)
    limits = httpx2.Limits(max_connections=OPENING_AT_ONCE)
    async with httpx2.AsyncClient(limits=limits, timeout=30) as http:
        tasks = [asyncio.create_task(client.live_on(http, opening)) for client in clients]
        while await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(json.dumps(_report(clients)) + "\n")
            sys.stdout.flush()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(clients: Sequence[Client]) -> Frame:
    return {
        "started": sum(client.started > 0 for client in clients),
        "starts": sum(client.started for client in clients),
        "unrecovered": sum(client.unrecovered for client in clients),
        "live": sum(client.live for client in clients),
        "seen": [client.seen for client in clients],
    }


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
