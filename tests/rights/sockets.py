"""The door of a socket, without what is behind it."""

from collections.abc import Mapping
from contextlib import suppress

from starlette.types import ASGIApp, Message


class _Left(Exception):
    """How who knocks goes away, which is no error."""


async def knock(app: ASGIApp, path: str, query: str, headers: Mapping[str, str] | None = None) -> str:
    """`websocket.accept` when it opens (who knocks then leaves at once), else the status of the refusal."""
    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("192.0.2.1", 50_000),
        "server": ("localhost", 8080),
        "scheme": "ws",
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }
    said: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1000} if said else {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(str(message.get("status", message["type"])))
        if message["type"] == "websocket.accept":
            raise _Left

    with suppress(_Left):
        await app(scope, receive, send)
    return said[0]
