"""Ten thousand sockets at one replica of realtime: memory, fan-out, and the way of an alert.

RabbitMQ, PostgreSQL, the replica and the clients are processes of their own on this machine. `auth` alone is stood for:
ten thousand sign-ins would measure argon2.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import numpy as np
import psutil

from benchmarks.fleet import CREDENTIAL, FIRST_ID, devices, make_known
from benchmarks.ingest import generate, settled, until_steady
from benchmarks.load import DEVICES, MeterTime
from kilowatch.contracts.events import Alert, AlertKind, AlertRaised, AlertState, Event
from kilowatch.contracts.metering import AccessLevel, Assignment, Device, MeterConfiguration, MeterKind
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.events import encode_event, event_message
from tests.crowded import Citizen, Crowd, Registry, open_crowd, open_registry
from tests.realtime_client import Tab, open_tab
from tests.stack import Process, Stack, open_stack

SOCKETS = int(os.environ.get("BENCH_SOCKETS", "10000"))
CROWDS = 2
ROUNDS = 5
PROBES = int(os.environ.get("BENCH_PROBES", "300"))
ALERT_RATE = 10_000.0
ALERT_SECONDS = float(os.environ.get("BENCH_ALERT_SECONDS", "60"))
LIMITS = {name: str(2 * SOCKETS) for name in ("KILOWATCH_REALTIME_SOCKETS", "KILOWATCH_REALTIME_SOCKETS_OF_ADDRESS")}


async def measure() -> dict[str, float]:
    async with open_stack(**LIMITS) as stack, open_registry(stack.ports["auth"]) as registry:
        replica = await stack.start("realtime")
        figures = await _crowded(stack, registry, replica)
        return figures | await _alerts(stack, registry, replica)


async def _crowded(stack: Stack, registry: Registry, replica: Process) -> dict[str, float]:
    before = _rss_kb(replica)
    citizens = registry.citizens(SOCKETS)
    async with AsyncExitStack() as crowds:
        opened = [
            await crowds.enter_async_context(open_crowd(citizens[number::CROWDS], [replica.url], ["alerts"]))
            for number in range(CROWDS)
        ]
        await _until_started(opened)
        await asyncio.sleep(3)  # what opening them took is given back
        after = _rss_kb(replica)
        fanouts = [await _fan_out(stack, opened, citizens, number) for number in range(1, ROUNDS + 1)]
        sockets = sum([(await crowd.report())["started"] for crowd in opened])
    return {
        "sockets": sockets,
        "kb_per_socket": (after - before) / SOCKETS,
        "fanout_s": float(np.median(fanouts)),
        "fanout_worst_s": max(fanouts),
    }


async def _until_started(crowds: Sequence[Crowd]) -> None:
    async with asyncio.timeout(600):
        while not all([await crowd.has_started() for crowd in crowds]):
            await asyncio.sleep(1)


async def _fan_out(stack: Stack, crowds: Sequence[Crowd], citizens: Sequence[Citizen], number: int) -> float:
    """From publishing the event to the last of all clients having its frame: stored and numbered for each of them."""
    began = time.time()
    await _announce(stack, citizens)
    async with asyncio.timeout(120):
        while True:
            await asyncio.sleep(2)
            seen = [each for crowd in crowds for each in (await crowd.report())["seen"]]
            if all(len(each) == number for each in seen):
                return max(each[-1][2] for each in seen) - began


async def _announce(stack: Stack, citizens: Sequence[Citizen]) -> None:
    now = datetime.now(UTC)
    alert = Alert(
        id=uuid4(),
        version=1,
        kind=AlertKind.HOURLY_LIMIT,
        state=AlertState.RAISED,
        device_id=1,
        device_name="everybody's meter",
        since=now,
        raised_at=now,
        energy_kwh=2.0,
        limit_kwh=1.0,
        historical=False,
        user_ids=tuple(each.user_id for each in citizens),
    )
    event = Event(id=uuid4(), source="benchmark", time=now, payload=AlertRaised(alert))
    async with open_rabbitmq(stack.rabbit.url) as broker:
        await broker.publish(EVENTS, event_message(event.id, AlertRaised.type, encode_event(event)))


async def _alerts(stack: Stack, registry: Registry, replica: Process) -> dict[str, float]:
    """From sending a reading that passes the limit of its hour to the frame at the client, while others arrive."""
    citizen = registry.citizens(1)[0]
    await make_known(stack, [*devices(DEVICES), *_probes(citizen)])
    await stack.start("monitoring", "monitoring-1")
    await stack.start("monitoring", "monitoring-2")
    balancer = await stack.start("balancer")
    await settled(stack)
    others = asyncio.create_task(generate(balancer.url, MeterTime(), ALERT_SECONDS, ALERT_RATE))
    await until_steady(ALERT_RATE)
    headers = {"Authorization": f"Bearer {CREDENTIAL}"}
    async with (
        httpx2.AsyncClient(base_url=balancer.url, headers=headers) as client,
        open_tab(replica.url, await _ticket(replica, citizen)) as tab,
    ):
        await tab.start("alerts")
        latencies = [await _probe(client, tab, FIRST_ID + DEVICES + number) for number in range(PROBES)]
    await others
    return {
        "alert_p50_ms": float(np.percentile(latencies, 50)) * 1_000,
        "alert_p99_ms": float(np.percentile(latencies, 99)) * 1_000,
    }


def _probes(citizen: Citizen) -> list[Device]:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    configuration = MeterConfiguration(valid_from=since, kind=MeterKind.INTERVAL, interval_s=60)
    owner = Assignment(user_id=citizen.user_id, level=AccessLevel.OWNER, since=since)
    return [
        replace(
            device,
            id=FIRST_ID + DEVICES + number,
            configurations=(configuration,),
            hourly_limit_kwh=0.1,
            assignments=(owner,),
        )
        for number, device in enumerate(devices(PROBES))
    ]


async def _ticket(replica: Process, citizen: Citizen) -> str:
    async with httpx2.AsyncClient(base_url=replica.url) as client:
        answer = await client.post("/api/realtime/tickets", headers={"Authorization": f"Bearer {citizen.token}"})
    return str(answer.json()["ticket"])


async def _probe(client: httpx2.AsyncClient, tab: Tab, device_id: int) -> float:
    def is_mine(frame: dict[str, Any]) -> bool:
        return frame["type"] == "alert.raised" and frame["data"]["device_id"] == device_id

    reading = {"device_id": device_id, "timestamp": datetime.now(UTC).isoformat(), "value": 1.0}
    began = time.monotonic()
    sending = asyncio.create_task(client.post("/api/ingest", json=reading))
    await tab.until(is_mine)
    latency = time.monotonic() - began
    (await sending).raise_for_status()
    return latency


def _rss_kb(process: Process) -> float:
    return float(psutil.Process(process.popen.pid).memory_info().rss) / 1024
