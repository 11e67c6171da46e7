"""A receiver of readings that misbehaves as it is told, on a real socket."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

import pytest

#: `busy` is a 503 with Retry-After: 0 and `broken` a 500, nothing stored; `cut` closes the connection before the body
#: is stored, `cut after storing` before the answer; `silent` is a 202 without a body.
Answer = Literal["ok", "busy", "broken", "cut", "cut after storing", "silent", "unauthorized"]


@dataclass
class Receiver:
    """Answers as `script` says, then OK for ever. Knows a reading again by device and time."""

    script: deque[Answer] = field(default_factory=deque)
    stored: dict[tuple[int, str], float] = field(default_factory=dict)
    repeated: int = 0
    conflicts: int = 0
    requests: int = 0
    most_at_once: int = 0
    credentials: set[str] = field(default_factory=set)
    url: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    _now: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.credentials.add(headers["authorization"])
        try:
            return await self._answer(json.loads(body), writer)
        finally:
            self._now -= 1

    async def _answer(self, readings: list[dict[str, object]], writer: asyncio.StreamWriter) -> bool:
        self.asked.set()
        await asyncio.sleep(0)
        answer = self.script.popleft() if self.script else "ok"
        accepted = self._store(readings) if answer in ("ok", "silent", "cut after storing") else 0
        if answer.startswith("cut"):
            return False
        rejected = len(readings) - accepted
        reasons = {"conflict": rejected} if rejected else {}
        counts = {"received": len(readings), "accepted": accepted, "rejected": rejected, "reasons": reasons}
        writer.write(_response(answer, json.dumps(counts)))
        await writer.drain()
        return True

    def _store(self, readings: list[dict[str, object]]) -> int:
        accepted = 0
        for reading in readings:
            key = (int(str(reading["device_id"])), str(reading["timestamp"]))
            value = float(str(reading["value"]))
            known = self.stored.setdefault(key, value)
            accepted += known == value
            self.repeated += key in self.stored
            self.conflicts += known != value
        return accepted


def _response(answer: str, body: str) -> bytes:
    status = {"ok": "200 OK", "silent": "202 Accepted", "unauthorized": "401 Unauthorized", "busy": "503 Busy"}
    headers = "Retry-After: 0\r\n" if answer == "busy" else ""
    body = body if answer == "ok" else ""
    line = f"HTTP/1.1 {status.get(answer, '500 Defect')}\r\n"
    return f"{line}{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


@pytest.fixture
async def listen() -> AsyncIterator[Callable[[Receiver], Awaitable[Receiver]]]:
    """Lets a receiver listen; at the port of its `url` when it has one."""
    servers: list[asyncio.Server] = []

    async def start(receiver: Receiver) -> Receiver:
        port = int(receiver.url.rpartition(":")[2] or 0)
        servers.append(await asyncio.start_server(receiver.serve, "127.0.0.1", port))
        receiver.url = f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"
        return receiver

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def receiver(listen: Callable[[Receiver], Awaitable[Receiver]]) -> Receiver:
    return await listen(Receiver())
