"""Meters at a real RabbitMQ that asks us who they are, over AMQP and over MQTT."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
import pytest
import uvicorn
from aiormq.exceptions import ChannelAccessRefused, ProbableAuthenticationError

from kilowatch.contracts.routing import TELEMETRY
from kilowatch.kit.http import build_app
from tests.rabbitmq_node import RabbitNode, free_ports, rabbitmq_node

TIMEOUT_S = 10.0
READING = b'{"device_id": 1, "timestamp": "2026-06-01T12:00:00Z", "value": 1}'
PLUGINS = ("rabbitmq_auth_backend_http", "rabbitmq_mqtt")


@asynccontextmanager
async def served(running, tokens) -> AsyncIterator[int]:
    """The service at a port, where RabbitMQ reaches it."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(build_app([running.service], tokens.verifier()), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def asking(port: int, key: str, mqtt_port: int) -> str:
    address = f"http://127.0.0.1:{port}/internal/broker-auth/{key}"
    paths = "".join(f"auth_http.{kind}_path = {address}/{kind}\n" for kind in ("user", "vhost", "resource", "topic"))
    return (
        "auth_backends.1 = internal\nauth_backends.2 = http\nauth_http.http_method = post\n"
        + paths
        + f"mqtt.listeners.tcp.1 = 127.0.0.1:{mqtt_port}\nmqtt.exchange = {TELEMETRY}\nmqtt.allow_anonymous = false\n"
    )


@dataclass(frozen=True)
class Site:
    """A broker with the telemetry exchange, a queue that hears everything, and two meters."""

    node: RabbitNode
    mqtt_port: int
    queue: aio_pika.abc.AbstractQueue
    mine: dict[str, Any]
    other: dict[str, Any]

    def url(self, password: str | None = None) -> str:
        return f"amqp://{self.mine['login']}:{password or self.mine['credential']}@127.0.0.1:{self.node.port}/"

    async def next_key(self) -> str:
        message = await self.queue.get(timeout=TIMEOUT_S, fail=False)
        assert message is not None, "nothing came"
        await message.ack()
        return str(message.routing_key)


@pytest.fixture
async def site(running, tokens) -> AsyncIterator[Site]:
    mine, other = [
        await running.create(f"/api/devices/{(await running.register())['id']}/credentials") for _ in range(2)
    ]
    [mqtt_port] = free_ports(1)
    async with served(running, tokens) as port:
        configuration = asking(port, running.context.broker_key, mqtt_port)
        starting = rabbitmq_node(PLUGINS, configuration)
        node = await asyncio.to_thread(starting.__enter__)
        try:
            async with await aio_pika.connect(node.url, timeout=TIMEOUT_S) as connection:
                channel = await connection.channel()
                exchange = await channel.declare_exchange(TELEMETRY, aio_pika.ExchangeType.TOPIC, durable=True)
                queue = await channel.declare_queue("heard")
                await queue.bind(exchange, "#")
                yield Site(node, mqtt_port, queue, mine, other)
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)


async def publish(url: str, exchange: str, key: str) -> None:
    async with asyncio.timeout(TIMEOUT_S), await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        target = await channel.get_exchange(exchange, ensure=False)
        await target.publish(aio_pika.Message(READING), key)


async def consume(url: str, queue: str) -> None:
    async with asyncio.timeout(TIMEOUT_S), await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(queue, ensure=False)).get(fail=False)


class Mqtt:
    """As much of MQTT 3.1.1 as a meter speaks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def connect(self, client_id: str, username: str, password: str) -> int:
        """Gives the return code: 0 accepted, 4 or 5 refused."""
        header = _text("MQTT") + bytes([4, 0b1100_0010]) + struct.pack("!H", 30)
        answer = await self._ask(0x10, header + _text(client_id) + _text(username) + _text(password))
        return answer[1] if answer else 5

    async def publish(self, topic: str) -> bool:
        """With quality of service 1; whether the broker took it."""
        return bool(await self._ask(0x32, _text(topic) + struct.pack("!H", 1) + READING))

    async def subscribe(self, topic: str) -> bool:
        answer = await self._ask(0x82, struct.pack("!H", 1) + _text(topic) + b"\x01")
        return bool(answer) and answer[-1] != 0x80

    async def _ask(self, kind: int, body: bytes) -> bytes:
        """Send a packet and read the answer; empty when the broker hangs up."""
        size, length = b"", len(body)
        while length >= 128:
            size, length = size + bytes([length % 128 | 128]), length // 128
        self._writer.write(bytes([kind]) + size + bytes([length]) + body)
        async with asyncio.timeout(TIMEOUT_S):
            try:
                head = await self._reader.readexactly(2)
                return await self._reader.readexactly(head[1])
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""


def _text(value: str) -> bytes:
    return struct.pack("!H", len(value.encode())) + value.encode()


@asynccontextmanager
async def mqtt(port: int) -> AsyncIterator[Mqtt]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Mqtt(reader, writer)
    finally:
        writer.close()


async def test_a_meter_at_a_real_broker_may_send_its_readings_and_nothing_else(site) -> None:
    own, others = f"device.{site.mine['login'][7:]}", f"device.{site.other['login'][7:]}"
    await publish(site.url(), TELEMETRY, own)
    assert await site.next_key() == own
    for exchange, key in [(TELEMETRY, others), ("amq.topic", own), ("", "heard")]:
        with pytest.raises(ChannelAccessRefused):
            await publish(site.url(), exchange, key)
    with pytest.raises(ChannelAccessRefused):
        await consume(site.url(), "heard")
    for password in (site.other["credential"], "guest"):
        with pytest.raises(ProbableAuthenticationError):
            await publish(site.url(password), TELEMETRY, own)

    login, credential = site.mine["login"], site.mine["credential"]
    async with mqtt(site.mqtt_port) as meter:
        assert await meter.connect(login, login, credential) == 0
        assert await meter.publish(own.replace(".", "/") + "/phase-1")
        assert await site.next_key() == f"{own}.phase-1"
        assert not await meter.publish(others.replace(".", "/"))
    async with mqtt(site.mqtt_port) as meter:
        assert await meter.connect("any name", login, credential) == 0
        assert await meter.publish(own.replace(".", "/"))
        assert await site.next_key() == own
        assert not await meter.subscribe("#")
    async with mqtt(site.mqtt_port) as meter:
        assert await meter.connect(login, login, site.other["credential"]) in {4, 5}
