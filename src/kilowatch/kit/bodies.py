"""Bodies of requests within bounds, and answers that are given before a body has come to its end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

EndpointT = TypeVar("EndpointT", bound=Callable[..., object])

#: Of a request's body, unless the route says otherwise with `accepts_body`.
MAX_BODY_BYTES = 1 << 20
#: A sender that pauses longer in the middle of a body is let go: each holds a connection and a task.
BODY_PAUSE_S = 30.0
#: What comes of a body that is answered already is read and thrown away, so much of it and for so long: who closes on a
#: sender has the system reset the connection, and the answer is lost.
SPILL_BYTES = 64 << 20
SPILL_S = 10.0
#: Who makes a longer pause in it has read the answer by then.
SPILL_PAUSE_S = 1.0


def accepts_body(*, up_to: int) -> Callable[[EndpointT], EndpointT]:
    """Let a route take a body of more (or fewer) bytes than `MAX_BODY_BYTES`. Goes under the router's decorator."""

    def mark(endpoint: EndpointT) -> EndpointT:
        vars(endpoint)[_BODY_LIMIT] = up_to
        return endpoint

    return mark


_BODY_LIMIT = "max_body_bytes"


def _body_limit(scope: Scope) -> int:
    """Known once the router has found the route, which is before anybody reads the body."""
    return getattr(scope.get("endpoint"), _BODY_LIMIT, MAX_BODY_BYTES)


class Body:
    """The body of a request as the application receives it: bounded in size, and in the time between two pieces."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._size = 0
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:  # what comes now is the disconnect, and it may take as long as it likes
            return await self._receive()
        self._require_room(_announced_size(self._scope))
        try:
            async with asyncio.timeout(BODY_PAUSE_S):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "The body stopped coming.") from None
        self._take(message)
        self._require_room(self._size)
        return message

    @property
    def is_coming(self) -> bool:
        """Whether some of it may still be on its way."""
        return not self._complete and _has_body(self._scope)

    async def spill(self) -> None:
        """Read the rest, within bounds."""
        most = self._size + SPILL_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(SPILL_S):
                while not self._complete and self._size < most:
                    self._take(await asyncio.wait_for(self._receive(), SPILL_PAUSE_S))

    def _take(self, message: Message) -> None:
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)

    def _require_room(self, size: int) -> None:
        limit = _body_limit(self._scope)
        if size > limit:
            detail = f"The body may have {limit:,} bytes; send it in smaller pieces."
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)


def _announced_size(scope: Scope) -> int:
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(announced) if announced.isdigit() else 0


def _has_body(scope: Scope) -> bool:
    return _announced_size(scope) > 0 or any(name == b"transfer-encoding" for name, _ in scope["headers"])


class Answer:
    """What the application sends; its end waits until the body has come, which nobody need have read."""

    def __init__(self, send: Send, body: Body) -> None:
        self._send = send
        self._body = body
        self._is_held = False

    async def send(self, message: Message) -> None:
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        self._is_held = is_last and self._body.is_coming
        await self._send({**message, "more_body": True} if self._is_held else message)

    async def finish(self) -> None:
        if self._is_held:
            await self._body.spill()
            await self._send({"type": "http.response.body"})
