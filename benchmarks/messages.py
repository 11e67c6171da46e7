"""A backlog of AMQP messages of one reading each."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import numpy as np
import pika

from benchmarks.fleet import FIRST_ID
from benchmarks.load import DEVICES, STEP_S, MeterTime, register_wh
from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.routing import TELEMETRY, TELEMETRY_INGRESS

MESSAGES: Final = int(os.environ.get("BENCH_MESSAGES", "600000"))
GATEWAY: Final = Holder(HolderKind.GATEWAY, 1)
POLL_S: Final = 0.5


async def pile_up(amqp_url: str, time_of_meters: MeterTime) -> None:
    """Publish `MESSAGES` while nobody consumes; return once the queue holds them all."""
    await asyncio.to_thread(_publish, amqp_url, time_of_meters)
    time_of_meters.pass_for(MESSAGES)


def _publish(amqp_url: str, time_of_meters: MeterTime) -> None:
    persistent = pika.BasicProperties(delivery_mode=2, content_type="application/json")
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        for body in _bodies(time_of_meters):
            channel.basic_publish(TELEMETRY, GATEWAY.routing_key, body, persistent)
        # Without confirms, which would take longer than the drain that is measured: the queue says when it has all.
        while channel.queue_declare(TELEMETRY_INGRESS, passive=True).method.message_count < MESSAGES:
            time.sleep(POLL_S)


def _bodies(time_of_meters: MeterTime) -> Iterator[bytes]:
    """A reading of each device in turn, a minute apart."""
    steps = np.arange(-(-MESSAGES // DEVICES)) * STEP_S
    registers = register_wh(time_of_meters.minute * 60 + steps)
    for step_s, watt_hours in zip(steps.tolist(), registers.tolist(), strict=True):
        moment = f"{time_of_meters.now + timedelta(seconds=step_s):%Y-%m-%dT%H:%M:%SZ}"
        for device in range(FIRST_ID, FIRST_ID + min(DEVICES, MESSAGES - step_s // STEP_S * DEVICES)):
            yield f'{{"device_id":{device},"timestamp":"{moment}","value":{watt_hours / 1000}}}'.encode()
