"""Readings over AMQP: one JSON reading a message on the exchange `telemetry`, counted as sent when confirmed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

import aio_pika
import msgspec
import numpy as np
import numpy.typing as npt
from aio_pika.abc import AbstractConnection, AbstractExchange, DeliveryMode
from aio_pika.exceptions import AMQPError, DeliveryError

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.routing import TELEMETRY
from kilowatch.kit.errors import Unauthenticated
from kilowatch.simulator.domain.outgoing import Outgoing
from kilowatch.simulator.sending import Delayed, Delivered, Reading, reading_rows

CONNECT_TIMEOUT_S: Final = 5.0
CONFIRM_TIMEOUT_S: Final = 10.0
#: Messages on their way without a confirm. More gain nothing and must all be sent again when the link breaks.
IN_FLIGHT: Final = 500
#: What aio-pika raises, or cancels a confirm with, when the broker refuses or the link is gone.
LINK_ERRORS: Final = (AMQPError, OSError, TimeoutError, RuntimeError, asyncio.CancelledError)


class AmqpSender:
    """Connects when it has something to send, and again after a failure."""

    def __init__(self, url: str, exchange: str = TELEMETRY) -> None:
        self._url = url
        self._login = urlsplit(url).username
        self._exchange_name = exchange
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._connecting = asyncio.Lock()

    async def send(self, readings: Outgoing) -> Delivered | Delayed:
        confirmed = np.zeros(len(readings), np.bool_)
        rows = reading_rows(readings)
        reason = ""
        for start in range(0, len(rows), IN_FLIGHT):
            reason = await self._publish_all(rows[start : start + IN_FLIGHT], confirmed[start : start + IN_FLIGHT])
            if reason:
                break
        done = Delivered(int(confirmed.sum()))
        return Delayed(done, readings.pick(~confirmed), reason) if reason else done

    async def close(self) -> None:
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            with suppress(AMQPError, OSError, TimeoutError):
                await asyncio.wait_for(connection.close(), CONNECT_TIMEOUT_S)

    async def _publish_all(self, rows: list[Reading], confirmed: npt.NDArray[np.bool_]) -> str:
        """Mark what the broker has confirmed. Returns why the rest is not; empty: everything is."""
        try:
            exchange = await self._open_exchange()
        except LINK_ERRORS as error:
            return _reason(error)
        outcomes = await asyncio.gather(*(self._publish(exchange, row) for row in rows), return_exceptions=True)
        confirmed[:] = [outcome is None for outcome in outcomes]
        failures = [outcome for outcome in outcomes if outcome is not None]
        if any(not isinstance(failure, DeliveryError) for failure in failures):
            await self.close()  # a refusal comes over a sound link; anything else puts the link in doubt
        if defect := next((failure for failure in failures if not isinstance(failure, LINK_ERRORS)), None):
            raise defect
        return _reason(failures[0]) if failures else ""

    async def _publish(self, exchange: AbstractExchange, row: Reading) -> None:
        message = aio_pika.Message(
            msgspec.json.encode(row),
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            user_id=self._login,
        )
        key = Holder(HolderKind.DEVICE, row.device_id).routing_key
        # aio-pika's own timeout does not cover a link that is gone without a word.
        async with asyncio.timeout(CONFIRM_TIMEOUT_S):
            await exchange.publish(message, key, mandatory=True)

    async def _open_exchange(self) -> AbstractExchange:
        async with self._connecting:
            if self._exchange is None:
                self._connection = await self._connect()
                channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
                self._exchange = await channel.get_exchange(self._exchange_name, ensure=False)
            return self._exchange

    async def _connect(self) -> AbstractConnection:
        try:
            return await aio_pika.connect(self._url, timeout=CONNECT_TIMEOUT_S)
        except aio_pika.exceptions.ProbableAuthenticationError as error:
            raise Unauthenticated(f"The broker refuses the login {self._login}.") from error


@asynccontextmanager
async def open_amqp_sender(url: str, exchange: str = TELEMETRY) -> AsyncIterator[AmqpSender]:
    sender = AmqpSender(url, exchange)
    try:
        yield sender
    finally:
        await sender.close()


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
