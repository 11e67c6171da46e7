"""How services ask each other over HTTP, each with a short token of its own.

A token comes from `auth` in exchange for the service's secret (`kit.secrets.service_secret`):

    POST /internal/auth/service-token {"service": "devices", "secret": "…"}
    → {"access_token": "…", "expires_in": 300}

In one process the requests do not leave it (ASGI transport); the routes, tokens and checks are the same.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, TypeAlias

import httpx2
import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from kilowatch.kit.clock import Clock
from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, NotFound, Unavailable
from kilowatch.kit.security import FetchKeySet
from kilowatch.kit.telemetry import correlation_id
from kilowatch.kit.tracing import Kind, span, traceparent

KEY_SET_PATH: Final = "/api/auth/.well-known/jwks.json"
TOKEN_PATH: Final = "/internal/auth/service-token"  # noqa: S105  a path, no password
TIMEOUT_S: Final = 5.0
#: A token is renewed this long before it ends, for the time it spends on its way.
RENEW_BEFORE: Final = timedelta(seconds=30)

#: Gives the client that reaches a service by its name.
ClientOf: TypeAlias = Callable[[str], httpx2.AsyncClient]

_ERRORS: Final[Mapping[int, type[KilowatchError]]] = {
    HTTPStatus.UNAUTHORIZED: Forbidden,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.TOO_MANY_REQUESTS: Unavailable,
}


class _Minted(msgspec.Struct):
    access_token: str
    expires_in: float


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: datetime


class HttpPeers:
    """Keeps the promises of `Peers` for one service."""

    def __init__(self, client_of: ClientOf, *, service: str, secret: str, clock: Clock) -> None:
        self._client_of = client_of
        self._service = service
        self._secret = secret
        self._clock = clock
        self._token: _Token | None = None
        self._lock = asyncio.Lock()

    async def get_json(self, service: str, path: str, *, timeout_s: float = TIMEOUT_S) -> object:
        return await self._ask(service, "GET", path, timeout_s, None)

    async def post_json(
        self, service: str, path: str, body: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
    ) -> object:
        return await self._ask(service, "POST", path, timeout_s, body)

    async def _ask(
        self, service: str, method: str, path: str, timeout_s: float, body: Mapping[str, str] | None
    ) -> object:
        client = self._client_of(service)
        response = await _send(client, method, path, timeout_s, token=await self._current_token(), body=body)
        if response.status_code == HTTPStatus.UNAUTHORIZED:  # the signing key is gone, say after a restore
            self._token = None
            response = await _send(client, method, path, timeout_s, token=await self._current_token(), body=body)
        return _content(response, service)

    async def _current_token(self) -> str:
        async with self._lock:
            if self._token is None or self._clock() > self._token.until - RENEW_BEFORE:
                self._token = await self._mint()
            return self._token.text

    async def _mint(self) -> _Token:
        asked_at = self._clock()
        body = {"service": self._service, "secret": self._secret}
        response = await _send(self._client_of("auth"), "POST", TOKEN_PATH, TIMEOUT_S, body=body)
        minted = msgspec.convert(_content(response, "auth"), _Minted)
        return _Token(minted.access_token, asked_at + timedelta(seconds=minted.expires_in))


def key_set_from(client_of: ClientOf) -> FetchKeySet:
    """Fetches the published key set of `auth`."""

    async def fetch() -> Mapping[str, object]:
        response = await _send(client_of("auth"), "GET", KEY_SET_PATH, TIMEOUT_S)
        return msgspec.convert(_content(response, "auth"), dict[str, object])

    return fetch


class LateApp:
    """Stands for an application that is built after those who will ask it."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            raise Unavailable("Kilowatch is still starting.")
        await self.app(scope, receive, send)


async def _send(
    client: httpx2.AsyncClient,
    method: str,
    path: str,
    timeout_s: float,
    *,
    token: str | None = None,
    body: Mapping[str, str] | None = None,
) -> httpx2.Response:
    try:
        # The ASGI transport knows no time limit of its own.
        with span(f"{method} {client.base_url.host}", Kind.CLIENT):
            headers = _headers(token)
            async with asyncio.timeout(timeout_s):
                return await client.request(method, path, headers=headers, json=body, timeout=timeout_s)
    except (httpx2.TransportError, TimeoutError) as error:
        raise Unavailable(f"{client.base_url.host} does not answer.") from error


def _headers(token: str | None) -> dict[str, str]:
    """Who asks, and what it is a part of."""
    given = {
        "Authorization": f"Bearer {token}" if token else "",
        "X-Correlation-Id": correlation_id.get(),
        "traceparent": traceparent(),
    }
    return {name: value for name, value in given.items() if value}


def _content(response: httpx2.Response, service: str) -> object:
    if response.is_success:
        return msgspec.json.decode(response.content)
    if response.is_server_error:
        raise Unavailable(f"{service} answers {response.status_code}.")
    kind = _ERRORS.get(response.status_code, Invalid)
    raise kind(f"{service} answers {response.status_code}: {response.text[:300]}")
