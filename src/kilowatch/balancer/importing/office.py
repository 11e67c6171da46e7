"""An administrator at the public HTTP API, signed in when that is needed."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, Final, TypeAlias

import httpx2

from kilowatch.kit.errors import Forbidden, Invalid, KilowatchError, NotFound, Unauthenticated, Unavailable

#: JSON as the other end answers it; each caller picks the fields that it knows.
Json: TypeAlias = Any

TIMEOUT: Final = httpx2.Timeout(300.0, connect=5.0)
_ERRORS: Final[Mapping[int, type[KilowatchError]]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound}


class Office:
    def __init__(self, http: httpx2.AsyncClient, email: str, password: str) -> None:
        self._http = http
        self._who = {"email": email, "password": password}

    async def ask(self, method: str, path: str, **request: Json) -> Json:
        """Raises `KilowatchError`."""
        if "Authorization" not in self._http.headers:
            await self._sign_in()
        response = await self._send(method, path, **request)
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            await self._sign_in()
            response = await self._send(method, path, **request)
        return _content(response)

    async def download(self, path: str, target: BinaryIO) -> None:
        """Raises `KilowatchError`; then part of it may have been written."""
        try:
            async with self._http.stream("GET", path) as response:
                if not response.is_success:
                    await response.aread()
                    _content(response)
                async for piece in response.aiter_bytes():
                    target.write(piece)
        except httpx2.TransportError as error:
            raise self._silent(error) from error

    async def _sign_in(self) -> None:
        self._http.headers.pop("Authorization", None)
        answer = _content(await self._send("POST", "/api/auth/sign-in", json=self._who))
        if "access_token" not in answer:
            raise Unauthenticated("This account signs in with a second factor; use another, or the API with a key.")
        self._http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    async def _send(self, method: str, path: str, **request: Json) -> httpx2.Response:
        try:
            return await self._http.request(method, path, **request)
        except httpx2.TransportError as error:
            raise self._silent(error) from error

    def _silent(self, error: httpx2.TransportError) -> Unavailable:
        return Unavailable(f"{self._http.base_url} does not answer: {error}")


@asynccontextmanager
async def open_office(url: str, email: str, password: str) -> AsyncIterator[Office]:
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT) as http:
        yield Office(http, email, password)


def _content(response: httpx2.Response) -> Json:
    if response.is_success:
        # A bulk registration answers a line of JSON for each device.
        return [json.loads(line) for line in response.text.splitlines()] if _is_lines(response) else response.json()
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = response.text[:300]
    raise _ERRORS.get(response.status_code, Invalid)(detail)


def _is_lines(response: httpx2.Response) -> bool:
    return "ndjson" in response.headers.get("content-type", "")
