"""Holds a socket for somebody, and comes back when that is lost."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from kilowatch.kit.account import Account
from kilowatch.kit.errors import Unauthenticated, Unavailable
from kilowatch.realtime.socket import CloseCode

TIMEOUT_S: Final = 10.0
#: Before the ten minutes of a token are over.
REFRESH_S: Final = 480.0
LONGEST_PAUSE_S: Final = 15.0

Frame = dict[str, Any]


async def device_names(account: Account) -> dict[int, str]:
    return {device["id"]: device["name"] for device in await account.get("/api/devices/mine")}


async def frames(account: Account, channels: Sequence[str]) -> AsyncIterator[Frame]:
    """Every frame, each durable one once, over as many sockets as it takes. Raises `Unauthenticated`.

    A frame of type `lost` says that there is no socket for the moment.
    """
    position: Frame | None = None
    pause_s = 0.5
    while True:
        try:
            async with _open_socket(account) as socket, _kept_fresh(account, socket):
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


@asynccontextmanager
async def _open_socket(account: Account) -> AsyncIterator[ClientConnection]:
    ticket = (await account.post("/api/realtime/tickets", {}))["ticket"]
    url = str(account.url.join(f"/api/realtime?ticket={ticket}")).replace("http", "ws", 1)
    async with connect(url, open_timeout=TIMEOUT_S, close_timeout=1) as socket:
        yield socket


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
