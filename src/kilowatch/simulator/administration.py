"""What an administrator does over the public HTTP API: the simulator has no other way in."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import httpx2
import typer

from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, NotFound, Unauthenticated, Unavailable
from kilowatch.kit.secrets import given_secret
from kilowatch.simulator.demo.accounts import DEMO_PASSWORD

TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
ATTEMPTS: Final = 5
SHORTEST_PAUSE_S: Final = 0.25

#: JSON as other people's code answers it; each caller picks the fields that it knows.
Json = Any
_PASSING: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.BAD_GATEWAY})
_REFUSALS: Final[dict[int, type[KilowatchError]]] = {
    HTTPStatus.UNAUTHORIZED: Unauthenticated,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
}


class Administration:
    """Signs in when it has to, and asks again what failed for a passing reason."""

    def __init__(self, client: httpx2.AsyncClient, email: str, password: str) -> None:
        self._client = client
        self._email = email
        self._password = password
        self._token: str | None = None

    async def get(self, path: str, **query: str | int) -> Json:
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, object]) -> Json:
        return await self._call("POST", path, json=body)

    async def put(self, path: str, body: Mapping[str, object]) -> Json:
        return await self._call("PUT", path, json=body)

    async def patch(self, path: str, body: Mapping[str, object]) -> Json:
        return await self._call("PATCH", path, json=body)

    async def find(self, path: str, search: str, field: str) -> Json | None:
        """The item of a list whose `field` is exactly `search`."""
        page = await self.get(path, search=search, limit=200)
        return next((item for item in page["items"] if item[field] == search), None)

    async def _call(self, method: str, path: str, **request: Json) -> Json:
        """Raises `KilowatchError`."""
        if self._token is None:
            await self._sign_in()
        try:
            return await self._ask(method, path, **request)
        except Unauthenticated:
            await self._sign_in()
            return await self._ask(method, path, **request)

    async def _sign_in(self) -> None:
        self._token = None
        answer = await self._ask("POST", "/api/auth/sign-in", json={"email": self._email, "password": self._password})
        if "access_token" not in answer:
            raise Unauthenticated(
                f"{self._email} signs in with a second factor, for which this command cannot ask; use another account."
            )
        self._token = answer["access_token"]

    async def _ask(self, method: str, path: str, **request: Json) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        pause_s = SHORTEST_PAUSE_S
        for _ in range(ATTEMPTS):
            try:
                response = await self._client.request(method, path, headers=headers, **request)
            except httpx2.TransportError as error:
                reason = f"{type(error).__name__} {error}"
            else:
                if response.status_code not in _PASSING:
                    return _read(response)
                reason = f"HTTP {response.status_code}"
            await asyncio.sleep(pause_s)
            pause_s *= 2
        raise Unavailable(f"{self._client.base_url} does not answer: {reason}.")


def _read(response: httpx2.Response) -> Json:
    if response.is_success:
        return response.json() if response.content else None
    raise _REFUSALS.get(response.status_code, Invalid)(_explanation(response))


def _explanation(response: httpx2.Response) -> str:
    try:
        problem = response.json()
        return " ".join(map(str, (problem["detail"], *problem.get("errors", ()))))
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}: {response.text[:300]}"


@asynccontextmanager
async def open_administration(url: str, email: str, password: str) -> AsyncIterator[Administration]:
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT) as client:
        yield Administration(client, email, password)


async def administrator_password(url: str, email: str, given: str | None) -> str:
    """The given one, also in a mounted file, else the demo's where it is good, else ask."""
    if known := given or given_secret("admin_password"):
        return known
    async with open_administration(url, email, DEMO_PASSWORD) as administration:
        try:
            await administration.get("/api/users/me")
        except Unauthenticated:
            if not sys.stdin.isatty():
                raise Invalid("Give the administrator's password: KILOWATCH_ADMIN_PASSWORD=…") from None
            return str(await asyncio.to_thread(typer.prompt, f"Password of {email}", hide_input=True, err=True))
    return DEMO_PASSWORD
