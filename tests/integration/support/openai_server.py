"""A server that speaks like OpenAI's, over real HTTP, and does what a test has written down: one script a request."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    pieces: Sequence[str]
    pause_s: float = 0.0
    first_after_s: float = 0.0
    ends: bool = True  #: False: the link breaks in the middle


@dataclass(frozen=True)
class Call:
    """The model asks for a tool."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Status:
    code: int
    body: str = '{"error": {"message": "no", "type": "server_error"}}'
    retry_after: int | None = None


@dataclass(frozen=True)
class Garbage:
    content: bytes = b"data: {not json\n\ndata: <html>\n\n"


Script = Text | Call | Status | Garbage


@dataclass
class OpenAIServer:
    scripts: list[Script]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                self.requests.append(json.loads(await _body(reader)))
                await self._play(self.scripts.pop(0) if self.scripts else Status(500), writer)
                await writer.drain()
                break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _play(self, script: Script, writer: asyncio.StreamWriter) -> None:
        match script:
            case Status(code, body, retry_after):
                extra = f"Retry-After: {retry_after}\r\n" if retry_after is not None else ""
                head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\n{extra}"
                writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
            case Garbage(content):
                writer.write(_HEAD)
                writer.write(_chunk(content) + b"0\r\n\r\n")
            case Call(tool, arguments):
                call = {"index": 0, "id": "call_1", "type": "function"}
                function = {"name": tool, "arguments": json.dumps(arguments)}
                writer.write(_HEAD)
                writer.write(_event({"role": "assistant", "tool_calls": [call | {"function": function}]}, None))
                writer.write(_event({}, "tool_calls") + _END)
            case Text(pieces, pause_s, first_after_s, ends):
                await asyncio.sleep(first_after_s)
                writer.write(_HEAD)
                for piece in pieces:
                    writer.write(_event({"role": "assistant", "content": piece}, None))
                    await writer.drain()
                    await asyncio.sleep(pause_s)
                if ends:
                    writer.write(_event({}, "stop") + _END)


@asynccontextmanager
async def openai_server(*scripts: Script) -> AsyncIterator[OpenAIServer]:
    fake = OpenAIServer(list(scripts))
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield fake
    finally:
        server.close()


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


def _event(delta: dict[str, Any], finish_reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return _data({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice]})


def _data(content: dict[str, Any]) -> bytes:
    return _chunk(b"data: " + json.dumps(content).encode() + b"\n\n")


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


_USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
_END = (
    _data({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [], "usage": _USAGE})
    + _chunk(b"data: [DONE]\n\n")
    + b"0\r\n\r\n"
)


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if line)
    return await reader.readexactly(int(lines.get("content-length", "0")))
