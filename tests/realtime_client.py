"""A browser's tab as the tests see it: a socket, and what has come over it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import jsonschema
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE_S = 20.0
DESCRIPTION = Path(__file__).parents[1] / "docs" / "asyncapi.json"

Frame = dict[str, Any]


@cache
def described(type_: str) -> jsonschema.Draft202012Validator:
    """What the protocol's description says of the frames of a type that the server sends."""
    whole = msgspec.json.decode(DESCRIPTION.read_bytes())
    sent = [each["$ref"].rpartition("/")[2] for each in whole["operations"]["hear"]["messages"]]
    messages = [whole["components"]["messages"][name] for name in sent]
    payloads = [message["payload"] for message in messages if message["name"] == type_]
    return jsonschema.Draft202012Validator({"anyOf": payloads, "components": whole["components"]})


@dataclass
class Tab:
    socket: ClientConnection
    seen: list[Frame] = field(default_factory=list)
    position: Frame | None = None
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def send(self, type_: str, **fields: Any) -> str:
        frame_id = str(fields.pop("id", next(self._ids)))
        await self.socket.send(msgspec.json.encode({"type": type_, "id": frame_id, **fields}).decode())
        return frame_id

    async def ask(self, type_: str, **fields: Any) -> Frame:
        """Send a frame and give the answer to it."""
        frame_id = await self.send(type_, **fields)
        return await self.until(lambda frame: frame.get("reply_to") == frame_id)

    async def start(self, *channels: str, after: Frame | None = None) -> Frame:
        return await self.ask("start", channels=channels, **({"after": after} if after else {}))

    async def chat(self, command: Frame) -> Frame:
        return await self.ask("chat", id=uuid4(), command=command)

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE_S):
            frame: Frame = msgspec.json.decode(await self.socket.recv())
        described(frame["type"]).validate(frame)
        self.seen.append(frame)
        if frame["type"] == "started":
            self.position = frame["position"]
        elif "sequence" in frame and self.position:
            self.position = self.position | {"sequence": frame["sequence"]}
        return frame

    async def until(self, wanted: Any) -> Frame:
        """Read on until a frame of this type, or one that this holds of."""
        holds = wanted if callable(wanted) else lambda frame: frame["type"] == wanted
        while not holds(frame := await self.next()):
            pass
        return frame

    async def silent(self, seconds: float = 0.5) -> bool:
        """Whether nothing but heartbeats comes for so long."""
        try:
            async with asyncio.timeout(seconds):
                while (await self.next())["type"] == "heartbeat":
                    pass
        except TimeoutError:
            return True
        return False

    async def closed(self) -> tuple[int, str]:
        """Code and reason, once it is closed."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")

    def durable(self) -> list[Frame]:
        return [frame for frame in self.seen if "sequence" in frame]


@asynccontextmanager
async def open_tab(url: str, ticket: str, **options: Any) -> AsyncIterator[Tab]:
    """`url` is that of the server: `http://127.0.0.1:8080`."""
    address = f"{url.replace('http', 'ws', 1)}/api/realtime?ticket={quote(ticket)}"
    async with connect(address, compression=None, max_size=None, **options) as socket:
        tab = Tab(socket)
        yield tab
