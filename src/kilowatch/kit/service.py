"""What a service is to the process that runs it, and what that process gives to the service.

Each service's `app.py` has one function

    @asynccontextmanager
    async def open_NAME(host: Host) -> AsyncIterator[Service]: ...

that builds everything the service needs and yields it ready to run; leaving closes what it opened. `kilowatch up`
opens them all in one process, `kilowatch serve NAME` opens one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter
from starlette.websockets import WebSocket

from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock
from kilowatch.kit.problems import PROBLEMS
from kilowatch.kit.security import Verifier

#: A job of a service: it returns when its work is done, at the latest soon after `stopping` is set, having finished
#: what it held. An error that it raises ends the process.
Job = Callable[[asyncio.Event], Awaitable[None]]


class Peers(Protocol):
    """How a service asks another one over HTTP, wherever that one runs."""

    async def get_json(self, service: str, path: str, *, timeout_s: float = 5.0) -> object:
        """GET `path` (`/internal/…` or `/api/…`) with this service's own token.

        Raises `Unavailable` when the peer does not answer in time or answers 5xx, `KilowatchError` otherwise.
        """

    async def post_json(self, service: str, path: str, body: Mapping[str, str], *, timeout_s: float = 5.0) -> object:
        """POST to `path`, otherwise as `get_json`. After `Unavailable` it may or may not have been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the process gives to a service."""

    data_dir: Path  #: files of this installation; secrets lie here with mode 0600
    instance: str  #: names this process among its replicas; the same after a restart where that can be
    public_url: str  #: where browsers and meters reach it
    broker: Broker
    clock: Clock
    verifier: Verifier  #: checks access tokens against the published key set
    peers: Peers
    database_url: Callable[[str], str]  #: service name → its own database and login (postgresql+asyncpg://…)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    name: str
    router: APIRouter  #: with whole paths, `/api/…`: `joined`
    context: object  #: what the routes work with; they ask for it by its type (`kit.http.provided`)
    #: Those who open WebSockets, by whole path.
    sockets: Mapping[str, Callable[[WebSocket], Awaitable[None]]] = field(default_factory=dict)
    jobs: Sequence[Job] = ()
    ready: Callable[[], Awaitable[None]]  #: raises `Unavailable` with the reason while it is not ready


def joined(*parts: APIRouter, tags: Sequence[str] = ()) -> APIRouter:
    """The routes of a service, each with the problems that it may answer. The first that fits answers."""
    router = APIRouter(tags=[*tags], responses=PROBLEMS)
    for part in parts:
        router.include_router(part)
    return router
