"""A hundred thousand meters, known to balancer and monitoring without the detour over 100,000 HTTP requests."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text

from kilowatch.balancer.store import ProjectionStore as BalancerStore
from kilowatch.contracts.credentials import Holder, HolderKind, credential_digest, credential_text
from kilowatch.contracts.events import Credential
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.kit.database import open_database
from kilowatch.monitoring.store.projection import ProjectionStore as MonitoringStore
from tests.stack import Stack

#: Six digits each, so that a reading has the same length whatever the device.
FIRST_ID: Final = 100_000
CREDENTIAL: Final = credential_text(Holder(HolderKind.GATEWAY, 1), "benchmark")
PAGE: Final = 5_000


def devices(count: int) -> list[Device]:
    """Counters with a limit that one in a thousand passes."""
    configuration = MeterConfiguration(
        valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=MeterKind.COUNTER, interval_s=60
    )
    return [
        Device(
            id=FIRST_ID + number,
            version=1,
            name=f"meter {number}",
            time_zone="Europe/Bucharest",
            direction=Direction.CONSUMPTION,
            hourly_limit_kwh=0.1 if number % 1_000 == 0 else 5.0,
            configurations=(configuration,),
        )
        for number in range(count)
    ]


async def seed(stack: Stack, count: int) -> None:
    """Make both projections; returns when they are built."""
    await make_known(stack, devices(count))


async def make_known(stack: Stack, fleet: Sequence[Device]) -> None:
    """Tell balancer and monitoring of the devices, and of a gateway that may send for all of them."""
    now = datetime.now(UTC)
    credential = Credential(
        id=uuid.uuid4(),
        version=1,
        sha256=credential_digest(CREDENTIAL),
        gateway_id=1,
        device_ids=tuple(device.id for device in fleet),
        valid_until=now + timedelta(days=1),
    )
    async with open_database(stack.sqlalchemy_url("balancer"), "balancer") as database:
        for start in range(0, len(fleet), PAGE):
            async with database.transaction() as connection:
                await BalancerStore(connection).save_devices(fleet[start : start + PAGE])
        async with database.transaction() as connection:
            await BalancerStore(connection).save_credentials([credential])
            await BalancerStore(connection).mark_built(now)
    async with open_database(stack.sqlalchemy_url("monitoring"), "monitoring") as database:
        for start in range(0, len(fleet), PAGE):
            async with database.transaction() as connection:
                await MonitoringStore(connection).save(fleet[start : start + PAGE])
        async with database.transaction() as connection:
            await MonitoringStore(connection).note_built("devices", now)
            await connection.execute(text("ANALYZE"))
