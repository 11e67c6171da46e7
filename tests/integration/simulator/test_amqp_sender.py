"""Readings to a real broker: counted as sent when it has confirmed them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika
import numpy as np
import pytest
from aio_pika.abc import AbstractExchange, AbstractQueue

from kilowatch.kit.errors import Unauthenticated
from kilowatch.simulator.amqp_sender import AmqpSender, open_amqp_sender
from kilowatch.simulator.domain.outgoing import Outgoing, outgoing
from kilowatch.simulator.sending import Delayed, Delivered
from tests.tcp_proxy import TcpProxy, tcp_proxy

SECOND = 1_000_000
START = 1_795_000_000 * SECOND


@dataclass(frozen=True)
class Telemetry:
    """An exchange of our own with a queue for at most 50 readings."""

    exchange: AbstractExchange
    queue: AbstractQueue

    async def bind(self) -> None:
        await self.queue.bind(self.exchange, "#")

    async def bodies(self) -> list[dict[str, object]]:
        found = []
        while message := await self.queue.get(no_ack=True, fail=False):
            found.append(json.loads(message.body))
        return found


@pytest.fixture
async def telemetry(amqp_url: str) -> AsyncIterator[Telemetry]:
    async with await aio_pika.connect(amqp_url, timeout=10) as connection:
        channel = await connection.channel()
        name = f"telemetry-{uuid4().hex[:8]}"
        exchange = await channel.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True)
        arguments: dict[str, object] = {"x-max-length": 50, "x-overflow": "reject-publish"}
        queue = await channel.declare_queue(name, durable=True, arguments=arguments)
        yield Telemetry(exchange, queue)
        await queue.delete(if_unused=False, if_empty=False)
        await exchange.delete()


@pytest.fixture
async def sender(amqp_url: str, telemetry: Telemetry) -> AsyncIterator[AmqpSender]:
    async with open_amqp_sender(amqp_url, telemetry.exchange.name) as sender:
        yield sender


def some(count: int) -> Outgoing:
    return outgoing(7, START + np.arange(count, dtype=np.int64) * SECOND, np.arange(count) / 1000)


async def test_every_reading_is_a_message_under_the_key_of_its_device(sender: AmqpSender, telemetry: Telemetry) -> None:
    await telemetry.bind()
    assert await sender.send(some(2)) == Delivered(2)
    message = await telemetry.queue.get(no_ack=True)
    assert json.loads(message.body) == {"device_id": 7, "timestamp": "2026-11-18T11:06:40.000Z", "value": 0.0}
    assert message.routing_key == "device.7"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT


async def test_what_no_queue_takes_is_still_to_send(sender: AmqpSender, telemetry: Telemetry) -> None:
    outcome = await sender.send(some(2))
    assert isinstance(outcome, Delayed)
    assert len(outcome.rest) == 2
    await telemetry.bind()
    assert await sender.send(outcome.rest) == Delivered(2)


async def test_of_a_batch_that_a_full_queue_refuses_only_the_rest_is_sent_again(
    sender: AmqpSender, telemetry: Telemetry
) -> None:
    await telemetry.bind()
    outcome = await sender.send(some(80))
    assert isinstance(outcome, Delayed)
    arrived = await telemetry.bodies()
    assert len(arrived) == outcome.done.accepted
    assert await sender.send(outcome.rest) == Delivered(80 - len(arrived))
    arrived += await telemetry.bodies()
    assert len({reading["timestamp"] for reading in arrived}) == len(arrived) == 80


async def test_it_connects_again_after_the_link_was_cut(amqp_url: str, telemetry: Telemetry) -> None:
    await telemetry.bind()
    broker = urlsplit(amqp_url)
    async with tcp_proxy(broker.port or 5672, broker.hostname or "127.0.0.1") as proxy:
        address = f"{broker.username}:{broker.password}@127.0.0.1:{proxy.port}"
        async with open_amqp_sender(broker._replace(netloc=address).geturl(), telemetry.exchange.name) as sender:
            await _send_over_a_cut(sender, proxy)
    assert len({reading["timestamp"] for reading in await telemetry.bodies()}) == 10


async def _send_over_a_cut(sender: AmqpSender, proxy: TcpProxy) -> None:
    assert await sender.send(some(1)) == Delivered(1)
    proxy.cut()
    outcome = await sender.send(some(10))
    rest = outcome.rest if isinstance(outcome, Delayed) else some(0)
    assert await sender.send(rest) == Delivered(len(rest))


async def test_a_refused_login_is_not_tried_for_ever(amqp_url: str) -> None:
    broker = urlsplit(amqp_url)
    address = f"nobody:wrong@{broker.hostname}:{broker.port or 5672}"
    async with open_amqp_sender(broker._replace(netloc=address).geturl()) as sender:
        with pytest.raises(Unauthenticated):
            await sender.send(some(1))


async def test_a_broker_that_is_away_is_a_delay() -> None:
    async with open_amqp_sender("amqp://guest:guest@127.0.0.1:1/") as sender:
        outcome = await sender.send(some(1))
    assert isinstance(outcome, Delayed)
    assert len(outcome.rest) == 1
