"""A balancer between stand-ins: `devices` answers from memory, a broker in memory, somebody who takes batches."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import numpy as np
import pytest
from fastapi import FastAPI

from kilowatch.balancer.api.context import BalancerContext
from kilowatch.balancer.app import open_balancer
from kilowatch.balancer.settings import BalancerSettings
from kilowatch.contracts.batch import READING, Batch, decode_batch
from kilowatch.contracts.credentials import Holder, HolderKind, credential_digest, credential_text
from kilowatch.contracts.events import Credential, Payload
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.contracts.routing import EVENTS, partition_queue
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.events import encode_event, event_message
from kilowatch.kit.http import build_app
from kilowatch.kit.outbox import new_event
from kilowatch.kit.service import Host, Service
from tests.databases import fresh_databases
from tests.eventually import eventually

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PARTITION_COUNT = 8


def a_device(device_id: int, *, version: int = 1, kind: MeterKind = MeterKind.INTERVAL, **fields: Any) -> Device:
    defaults = {"name": f"Meter {device_id}", "time_zone": "Europe/Bucharest", "direction": Direction.CONSUMPTION}
    configuration = MeterConfiguration(valid_from=LONG_AGO, kind=kind)
    return Device(id=device_id, version=version, configurations=(configuration,), **defaults | fields)


def secret_of(holder: Holder) -> str:
    return credential_text(holder, f"secret-of-{holder.id}")


def a_credential(
    device_ids: Sequence[int], *, gateway_id: int | None = None, version: int = 1, **fields: Any
) -> Credential:
    holder = Holder(HolderKind.GATEWAY, gateway_id) if gateway_id else Holder(HolderKind.DEVICE, device_ids[0])
    defaults: dict[str, Any] = {"id": uuid4(), "sha256": credential_digest(secret_of(holder))}
    return Credential(version=version, gateway_id=gateway_id, device_ids=tuple(device_ids), **defaults | fields)


@dataclass
class Inventory:
    """Stands for `devices`: answers with snapshots, a page at a time, unless it is down."""

    devices: list[Device] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    serial_numbers: dict[str, int] = field(default_factory=dict)
    down: bool = False
    page: int = 2

    async def get_json(self, service: str, path: str, *, timeout_s: float = 5.0) -> object:
        if self.down:
            raise Unavailable(f"{service} does not answer.")
        if service == "monitoring":
            return {"total": 1, "items": [{"reason": "conflict", "raw": path[-36:]}], "next": None}
        if path.startswith("/internal/devices/named?"):
            return self._named(httpx2.QueryParams(path.partition("?")[2]).get_list("name"))
        items: list[Any] = self.devices if path.startswith("/internal/devices?") else self.credentials
        after = int(path.partition("&after=")[2] or 0)
        page = items[after : after + self.page]
        following = str(after + self.page) if after + self.page < len(items) else None
        return msgspec.to_builtins(Snapshot(tuple(page), following))

    def _named(self, names: Sequence[str]) -> object:
        kinds = {str(device.id): device.configurations[0].kind.value for device in self.devices}
        ids = {name: self.serial_numbers.get(name, name) for name in names}
        return {name: {"id": int(id_), "kind": kinds[str(id_)]} for name, id_ in ids.items() if str(id_) in kinds}


@dataclass
class Taker:
    """Stands for monitoring: takes batches from the partitions, and keeps them."""

    broker: Broker
    batches: list[Batch] = field(default_factory=list)

    async def take(self, partition: int) -> None:
        async with self.broker.subscribe(partition_queue(partition), prefetch=10) as subscription:
            while True:
                delivery = await subscription.receive()
                self.batches.append(decode_batch(delivery.message.body))
                await delivery.ack()

    @property
    def accepted(self) -> int:
        return sum(len(batch.readings) for batch in self.batches)

    @property
    def rejected(self) -> int:
        return sum(len(batch.header.rejections) for batch in self.batches)

    @property
    def reasons(self) -> list[str]:
        return sorted(rejection.reason for batch in self.batches for rejection in batch.header.rejections)

    @property
    def readings(self) -> list[tuple[int, int, float, int]]:
        together = np.concatenate([np.zeros(0, READING), *(batch.readings for batch in self.batches)])
        return sorted(tuple(reading) for reading in together.tolist())


@dataclass
class Settable:
    """A clock that the test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Plant:
    """A running balancer and what is around it."""

    service: Service
    app: FastAPI
    broker: MemoryBroker
    taker: Taker
    clock: Settable

    @property
    def context(self) -> BalancerContext:
        assert isinstance(self.service.context, BalancerContext)
        return self.service.context

    def sender(self, holder: Holder | None) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {secret_of(holder)}"} if holder else {}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    def device(self, device_id: int) -> httpx2.AsyncClient:
        return self.sender(Holder(HolderKind.DEVICE, device_id))

    def gateway(self, gateway_id: int) -> httpx2.AsyncClient:
        return self.sender(Holder(HolderKind.GATEWAY, gateway_id))

    async def say(self, payload: Payload) -> None:
        event = new_event(payload, source="devices", clock=self.clock)
        await self.broker.publish(EVENTS, event_message(event.id, payload.type, encode_event(event)))


OpenPlant = Callable[..., Any]


@pytest.fixture(scope="session")
def open_plant(postgres: Callable[[str], str], tokens: Any) -> OpenPlant:
    """`async with open_plant(inventory) as plant`: a balancer with a database of its own, or with one given again."""

    @asynccontextmanager
    async def open_(
        inventory: Inventory,
        *,
        url: str | None = None,
        stuck: Sequence[int] = (),
        broker: MemoryBroker | None = None,
        **settings: Any,
    ) -> AsyncIterator[Plant]:
        broker, clock = broker or MemoryBroker(), Settable()
        async with fresh_databases(postgres) as fresh_url:
            own = url or await fresh_url("balancer")
            host = Host(
                instance="test",
                data_dir=Path(),  # keeps nothing in files
                public_url="http://test",
                broker=broker,
                clock=clock,
                verifier=tokens.verifier(),
                peers=inventory,
                database_url=lambda _: own,
            )
            async with open_balancer(host, BalancerSettings(**{"partitions": PARTITION_COUNT} | settings)) as service:
                taker = Taker(broker)
                plant = Plant(service, build_app([service], tokens.verifier()), broker, taker, clock)
                free = [taker.take(number) for number in range(PARTITION_COUNT) if number not in stuck]
                async with running(service, free):
                    await asyncio.sleep(0)  # each job has begun
                    plant.context.intake.lanes.require_running()
                    if not inventory.down:
                        await eventually(plant.context.intake.projection.built.is_set)
                    yield plant

    return open_


@asynccontextmanager
async def running(service: Service, others: Sequence[Any]) -> AsyncIterator[None]:
    """The jobs of a service, and tasks beside them that end with it."""
    stopping = asyncio.Event()
    beside = [asyncio.create_task(other) for other in others]
    try:
        async with asyncio.TaskGroup() as jobs:
            for job in service.jobs:
                jobs.create_task(job(stopping))
            try:
                yield
            finally:
                stopping.set()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
