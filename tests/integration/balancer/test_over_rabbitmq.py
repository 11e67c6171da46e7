"""The balancer over either broker: what a full queue does, and a backlog of messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx2
import numpy as np
import pytest

from kilowatch.contracts.batch import READING, Batch, BatchHeader, encode_batch
from kilowatch.contracts.routing import PARTITION_MAX_MESSAGES, PARTITIONS, TELEMETRY
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Broker, Message, QueueFull
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from tests.eventually import eventually
from tests.integration.balancer.conftest import Inventory, OpenPlant, a_credential, a_device
from tests.integration.balancer.test_ingest import in_partition, reading
from tests.integration.balancer.test_ingress import message


@pytest.fixture(params=["memory", "rabbitmq"])
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            yield MemoryBroker()
        else:
            yield await stack.enter_async_context(open_rabbitmq(request.getfixturevalue("amqp_url")))


async def test_a_full_queue_sends_its_senders_away_until_there_is_room(open_plant: OpenPlant, broker: Broker) -> None:
    full, free = in_partition(0), in_partition(1)
    inventory = Inventory([a_device(full), a_device(free)], [a_credential([full, free], gateway_id=9)])
    async with open_plant(inventory, broker=broker, stuck=[0], park_s=0.05) as plant, plant.gateway(9) as sender:
        filling = [asyncio.create_task(fill(broker, partition=0)) for _ in range(PARTITION_MAX_MESSAGES)]
        try:
            await until_full(broker, partition=0)
            answers = [await sender.post("/api/ingest", json=reading(device)) for device in (full, free)]
            assert [answer.status_code for answer in answers] == [503, 202]
            assert int(answers[0].headers["retry-after"]) >= 1
            emptying = asyncio.create_task(plant.taker.take(0))
            await asyncio.gather(*filling, return_exceptions=True)
            answer = await repeated(sender, [reading(full), reading(free)])
            assert answer.json()["accepted"] == 2
            emptying.cancel()
        finally:
            for task in filling:
                task.cancel()


async def repeated(sender: httpx2.AsyncClient, body: object) -> httpx2.Response:
    """As a meter does: again, until it is not sent away."""
    async with asyncio.timeout(20):
        while (answer := await sender.post("/api/ingest", json=body)).status_code == 503:
            await asyncio.sleep(0.1)
        return answer


async def fill(broker: Broker, partition: int) -> None:
    batch = Batch(BatchHeader(id=uuid4(), received_at=0), np.zeros(0, READING))
    message = Message(id=str(batch.header.id), body=encode_batch(batch), routing_key=str(partition))
    await broker.publish(PARTITIONS, message, timeout_s=60)


async def until_full(broker: Broker, partition: int) -> None:
    """It says so itself: a node lets a few in above its bound, and a slow one is not full."""
    async with asyncio.timeout(60):
        while True:
            try:
                await asyncio.wait_for(fill(broker, partition), 0.2)
            except QueueFull:
                return
            except TimeoutError:
                continue


async def test_a_backlog_of_messages_is_taken_in(open_plant: OpenPlant, broker: Broker) -> None:
    ours = range(7_001, 7_051)  # the node may still hold what other tests have left in its queues
    inventory = Inventory([a_device(n) for n in ours], [a_credential([n]) for n in ours])
    values = range(5_000)
    async with open_plant(inventory, broker=broker) as plant:

        def taken() -> list[float]:
            return sorted(value for device, _, value, _ in plant.taker.readings if device in ours)

        sent = [message(reading(ours[n % 50], n), f"device.{ours[n % 50]}") for n in values]
        await asyncio.gather(*(broker.publish(TELEMETRY, one, timeout_s=60) for one in sent))
        await eventually(lambda: len(taken()) >= len(values))
        assert taken() == list(values)
