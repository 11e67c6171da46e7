"""Somebody at the public HTTP API: commands have no other way in."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, BinaryIO, Final, TypeAlias

import httpx2

from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, NotFound, Unauthenticated, Unavailable

TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
#: Between attempts, as long as the reason is one that passes.
PAUSES_S: Final = (0.25, 0.5, 1.0, 2.0)

#: JSON as the other end answers it; each caller picks the fields that it knows.
Json: TypeAlias = Any

_REFUSALS: Final[Mapping[int, type[KilowatchError]]] = {
    HTTPStatus.UNAUTHORIZED: Unauthenticated,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.TOO_MANY_REQUESTS: Unavailable,
}


class SecondFactorNeeded(Unauthenticated):
    """Sign in again with a code."""


class Account:
    """Signs in when it has to, and asks again what failed for a passing reason. Raises `KilowatchError`."""

    def __init__(self, http: httpx2.AsyncClient, email: str, password: str) -> None:
        self._http = http
        self._who = {"email": email, "password": password}
        self.role = ""

    @property
    def url(self) -> httpx2.URL:
        return self._http.base_url

    async def get(self, path: str, **query: str | int) -> Json:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, object]) -> Json:
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, body: Mapping[str, object]) -> Json:
        return await self.ask("PUT", path, json=body)

    async def patch(self, path: str, body: Mapping[str, object]) -> Json:
        return await self.ask("PATCH", path, json=body)

    async def find(self, path: str, search: str, field: str) -> Json | None:
        """The item of a list whose `field` is exactly `search`."""
        page = await self.get(path, search=search, limit=200)
        return next((item for item in page["items"] if item[field] == search), None)

    async def ask(self, method: str, path: str, **request: Json) -> Json:
        if "Authorization" not in self._http.headers:
            await self.sign_in()
        try:
            return await self._ask(method, path, **request)
        except Unauthenticated:
            await self.sign_in()
            return await self._ask(method, path, **request)

    async def download(self, path: str, target: BinaryIO) -> None:
        """When it fails, part of it may have been written."""
        try:
            async with self._http.stream("GET", path) as response:
                if not response.is_success:
                    await response.aread()
                    _content(response)
                async for piece in response.aiter_bytes():
                    target.write(piece)
        except httpx2.TransportError as error:
            raise self._silent(error) from error

    async def sign_in(self, code: str | None = None) -> None:
        self._http.headers.pop("Authorization", None)
        answer = await self._ask("POST", "/api/auth/sign-in", json=self._who | ({"code": code} if code else {}))
        if "access_token" not in answer:
            raise SecondFactorNeeded(
                f"{self._who['email']} signs in with a second factor, for which this command cannot ask; "
                "use another account."
            )
        self._keep(answer)

    async def refresh(self) -> str:
        """A newer token of the same session."""
        return self._keep(await self._ask("POST", "/api/auth/refresh"))

    async def sign_out(self) -> None:
        await self._try("POST", "/api/auth/sign-out")

    def _keep(self, answer: Mapping[str, str]) -> str:
        self.role, token = answer["role"], answer["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        return token

    async def _ask(self, method: str, path: str, **request: Json) -> Json:
        for pause_s in PAUSES_S:
            with suppress(Unavailable):
                return await self._try(method, path, **request)
            await asyncio.sleep(pause_s)
        return await self._try(method, path, **request)

    async def _try(self, method: str, path: str, **request: Json) -> Json:
        try:
            return _content(await self._http.request(method, path, **request))
        except httpx2.TransportError as error:
            raise self._silent(error) from error

    def _silent(self, error: httpx2.TransportError) -> Unavailable:
        return Unavailable(f"{self.url} does not answer: {type(error).__name__} {error}".rstrip())


@asynccontextmanager
async def open_account(url: str, email: str, password: str) -> AsyncIterator[Account]:
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT) as http:
        yield Account(http, email, password)


def _content(response: httpx2.Response) -> Json:
    if response.is_success:
        return _values(response)
    refusal = Unavailable if response.is_server_error else _REFUSALS.get(response.status_code, Invalid)
    raise refusal(_explanation(response))


def _values(response: httpx2.Response) -> Json:
    if "ndjson" in response.headers.get("Content-Type", ""):
        return [json.loads(line) for line in response.text.splitlines()]
    return response.json() if response.content else None


def _explanation(response: httpx2.Response) -> str:
    try:
        problem = response.json()
        return " ".join(map(str, (problem["detail"], *problem.get("errors", ()))))
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}: {response.text[:300]}"
