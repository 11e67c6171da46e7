"""Readings over HTTP: a JSON array to `POST /api/ingest`, with the credential of a gateway or a device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import httpx2
import msgspec

from kilowatch.contracts.batch import Source
from kilowatch.kit.errors import Forbidden, Invalid, KilowatchError, Unauthenticated
from kilowatch.simulator.domain.outgoing import Outgoing
from kilowatch.simulator.sending import Delayed, Delivered, reading_rows

INGEST: Final = "/api/ingest"
TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)

_NOTHING: Final = Delivered(0)
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_REFUSALS: Final[dict[int, type[KilowatchError]]] = {
    HTTPStatus.UNAUTHORIZED: Unauthenticated,
    HTTPStatus.FORBIDDEN: Forbidden,
}


class HttpSender:
    def __init__(self, client: httpx2.AsyncClient, credential: str, source: Source) -> None:
        self._client = client
        self._source = source
        self._headers = {"Authorization": f"Bearer {credential}", "Content-Type": "application/json"}

    async def send(self, readings: Outgoing) -> Delivered | Delayed:
        body = msgspec.json.encode(reading_rows(readings))
        try:
            response = await self._client.post(
                INGEST, params={"source": self._source}, content=body, headers=self._headers
            )
        except httpx2.TransportError as error:
            # Cut before the answer: it may be stored. The receiver knows a reading again by device and time.
            return Delayed(_NOTHING, readings, f"{type(error).__name__}: {error}".rstrip(": "))
        if response.is_success:
            return read_answer(response.content, len(readings))
        if response.is_server_error or response.status_code in _PASSING:
            return Delayed(_NOTHING, readings, f"HTTP {response.status_code}", _retry_after_s(response))
        raise _REFUSALS.get(response.status_code, Invalid)(f"HTTP {response.status_code}: {response.text[:500]}")


@asynccontextmanager
async def open_http_sender(
    url: str, credential: str, *, source: Source = Source.LIVE, connections: int = 4
) -> AsyncIterator[HttpSender]:
    """`Source.IMPORT` for history: nobody is notified of alerts found in it."""
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits) as client:
        yield HttpSender(client, credential, source)


class _Answer(msgspec.Struct):
    accepted: int
    rejected: int = 0
    reasons: dict[str, int] = {}


def read_answer(body: bytes, sent: int) -> Delivered:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.MsgspecError:
        return Delivered(sent)
    return Delivered(answer.accepted, answer.rejected, answer.reasons)


def _retry_after_s(response: httpx2.Response) -> float | None:
    """Seconds; the other form of the header, a date, is not used by Kilowatch."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
