"""A queue beside those of the partitions: it gets a copy of every batch, so that the tally can be checked."""

import asyncio
from contextlib import suppress
from uuid import UUID

from kilowatch.contracts.batch import MalformedBatch, decode_batch
from kilowatch.contracts.routing import PARTITIONS
from kilowatch.kit.broker.port import Binding, Broker, Exchange, ExchangeKind, Queue, Topology
from kilowatch.kit.errors import Unavailable

QUEUE = "chaos.observer"


class Observer:
    """How many readings there are in each batch that a balancer has published, by its id."""

    def __init__(self, broker: Broker, partitions: int) -> None:
        self.sizes: dict[UUID, int] = {}
        self._broker = broker
        self._topology = Topology(
            exchanges=[Exchange(PARTITIONS, ExchangeKind.DIRECT)],
            queues=[Queue(name=QUEUE, max_messages=1_000_000)],
            bindings=[Binding(PARTITIONS, QUEUE, str(partition)) for partition in range(partitions)],
        )

    async def declare(self) -> None:
        await self._broker.declare(self._topology)

    async def run(self) -> None:
        while True:
            with suppress(Unavailable):
                await self._observe()
            await asyncio.sleep(0.2)

    async def _observe(self) -> None:
        async with self._broker.subscribe(QUEUE, prefetch=1_000) as subscription:
            while True:
                deliveries = await subscription.receive_many(1_000)
                for delivery in deliveries:
                    self._note(delivery.message.body)
                await subscription.ack_all(deliveries)

    def _note(self, body: bytes) -> None:
        with suppress(MalformedBatch):
            batch = decode_batch(body)
            self.sizes[batch.header.id] = len(batch.readings) + len(batch.header.rejections)
