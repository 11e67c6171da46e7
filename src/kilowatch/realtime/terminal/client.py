"""A client of the public API: it signs in as a person, holds a socket, and comes back when that is lost."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import httpx2
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from kilowatch.kit.errors import KilowatchError, Unauthenticated, Unavailable
from kilowatch.realtime.socket import CloseCode

TIMEOUT_S: Final = 10.0
#: Before the ten minutes of a token are over.
REFRESH_S: Final = 480.0
LONGEST_PAUSE_S: Final = 15.0

Frame = dict[str, Any]
#: JSON as other people's code answers it; each caller picks the fields that it knows.
Json = Any


class SecondFactorNeeded(KilowatchError):
    """Sign in again with a code."""


class Account:
    """Somebody who is signed in."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self.role = ""
        self._token = ""

    async def sign_in(self, email: str, password: str, code: str | None = None) -> None:
        """Raises `SecondFactorNeeded`, `Unauthenticated`, `Unavailable`."""
        body = {"email": email, "password": password} | ({"code": code} if code else {})
        self._take(await self._ask("POST", "/api/auth/sign-in", json=body))

    async def refresh(self) -> str:
        """A newer token of the same session."""
        self._take(await self._ask("POST", "/api/auth/refresh"))
        return self._token

    async def sign_out(self) -> None:
        await self._ask("POST", "/api/auth/sign-out")

    async def device_names(self) -> dict[int, str]:
        return {device["id"]: device["name"] for device in await self._ask("GET", "/api/devices/mine")}

    async def latest_alerts(self) -> list[Frame]:
        """The newest first."""
        return list((await self._ask("GET", "/api/alerts"))["items"])

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        ticket = (await self._ask("POST", "/api/realtime/tickets"))["ticket"]
        url = str(self._http.base_url.join(f"/api/realtime?ticket={ticket}")).replace("http", "ws", 1)
        async with connect(url, open_timeout=TIMEOUT_S, close_timeout=1) as socket:
            yield socket

    def _take(self, answer: Frame) -> None:
        if "access_token" not in answer:
            raise SecondFactorNeeded("A code of the authenticator app is needed.")
        self._token, self.role = answer["access_token"], answer["role"]

    async def _ask(self, method: str, path: str, **request: Json) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            answer = await self._http.request(method, path, headers=headers, **request)
        except httpx2.TransportError as error:
            raise Unavailable(f"{self._http.base_url} does not answer: {type(error).__name__}.") from error
        if answer.is_success:
            return answer.json() if answer.content else None
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise Unauthenticated(_detail(answer))
        raise Unavailable(_detail(answer))


def _detail(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"


async def frames(account: Account, channels: Sequence[str]) -> AsyncIterator[Frame]:
    """Every frame, each durable one once, over as many sockets as it takes. Raises `Unauthenticated`.

    A frame of type `lost` says that there is no socket for the moment.
    """
    position: Frame | None = None
    pause_s = 0.5
    while True:
        try:
            async with account.socket() as socket, _kept_fresh(account, socket):
                after = {"after": position} if position else {}
                await socket.send(_text({"type": "start", "id": "start", "channels": channels, **after}))
                async for text in socket:
                    frame = msgspec.json.decode(text)
                    position = _position(frame, position)
                    pause_s = 0.5
                    yield frame
        except ConnectionClosed as closed:
            if closed.rcvd and closed.rcvd.code == CloseCode.SESSION_ENDED:
                raise Unauthenticated(f"{closed.rcvd.reason} Sign in again.") from closed
        except (Unavailable, OSError, WebSocketException, TimeoutError):
            pass
        except Unauthenticated:
            await account.refresh()
        yield {"type": "lost"}
        await asyncio.sleep(pause_s * random.uniform(0.5, 1))  # noqa: S311  so that not all come back at once
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _position(frame: Frame, before: Frame | None) -> Frame | None:
    if frame["type"] == "started":
        return dict(frame["position"])
    if "sequence" in frame and before:
        return before | {"sequence": frame["sequence"]}
    return before


@asynccontextmanager
async def _kept_fresh(account: Account, socket: ClientConnection) -> AsyncIterator[None]:
    async def refresh() -> None:
        while True:
            await asyncio.sleep(REFRESH_S)
            await socket.send(_text({"type": "authenticate", "id": "token", "token": await account.refresh()}))

    task = asyncio.create_task(refresh())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _text(frame: Frame) -> str:
    return msgspec.json.encode(frame).decode()
