"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.errors import Invalid
from kilowatch.kit.outbox import relay
from kilowatch.kit.partitions import partition_topology
from kilowatch.kit.service import Host, Service
from kilowatch.monitoring.api import router
from kilowatch.monitoring.api.context import MonitoringContext
from kilowatch.monitoring.consumers import PATTERNS, SERVICE, DeviceSnapshot, apply_events
from kilowatch.monitoring.fleet import FleetSource
from kilowatch.monitoring.housekeeping import keep_house
from kilowatch.monitoring.leases import LeaseKeeper, LeaseSettings, Replica
from kilowatch.monitoring.ledger.commit import Ledger
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.live import LiveUsage
from kilowatch.monitoring.news import Teller
from kilowatch.monitoring.retention import drop_months, first_kept_month, months_to_drop
from kilowatch.monitoring.settings import MonitoringSettings
from kilowatch.monitoring.settling import Settler
from kilowatch.monitoring.store.months import StoredMonth
from kilowatch.monitoring.watching import Watcher, check_intake
from kilowatch.monitoring.writer import Writer


@asynccontextmanager
async def open_monitoring(host: Host) -> AsyncIterator[Service]:
    settings = MonitoringSettings()
    url = host.database_url(SERVICE)
    # Declared first: what happens while the snapshot is read waits in the queue.
    await host.broker.declare(event_topology(SERVICE, PATTERNS))
    await host.broker.declare(partition_topology(settings.partitions))
    async with open_database(url, SERVICE, pool_size=settings.monitoring_pool_size) as database:
        snapshot = DeviceSnapshot(database, host.peers, host.clock)
        live = LiveUsage(database, host.broker, host.clock, host.instance)
        keeper, writer = _write_path(host, database, snapshot, settings, live)
        yield Service(
            name=SERVICE,
            router=router,
            context=MonitoringContext(database, host.clock, host.peers, snapshot),
            jobs=[
                relay(database, host.broker),
                consume_events(SERVICE, database, host.broker, apply_events(host.clock)),
                snapshot.build_once,
                keep_house(database, settings, host.clock),
                Settler(database, host.clock, settings.partitions).job(),
                Watcher(database, host.clock, settings.partitions, check_intake(host.broker, host.peers)).job(),
                Teller(database, host.clock).job(),
                partial(_consume_partitions, keeper, writer),
                live.listen,
                live.tell(lambda: writer.fleet, writer.ours),
            ],
            ready=partial(_require_ready, database, keeper),
        )


def _write_path(
    host: Host, database: Database, snapshot: DeviceSnapshot, settings: MonitoringSettings, live: LiveUsage
) -> tuple[LeaseKeeper, Writer]:
    dsn = host.database_url(SERVICE).replace("postgresql+asyncpg", "postgresql")

    async def open_ledger(recent: Recent) -> Ledger:
        return await Ledger.open(dsn, recent, partitions=settings.partitions, clock=host.clock)

    writer = Writer(
        host.broker,
        FleetSource(database),
        snapshot.ensure_devices,
        open_ledger,
        partitions=settings.partitions,
        clock=host.clock,
        committed=live.committed,
    )
    keeper = LeaseKeeper(
        database,
        partitions=settings.partitions,
        replica=Replica(uuid4(), host.instance),
        settings=LeaseSettings(),
        consumer=writer,
        probe=host.broker.check,
    )
    return keeper, writer


async def _consume_partitions(keeper: LeaseKeeper, writer: Writer, stopping: asyncio.Event) -> None:
    """The writer works until the keeper has given back every lease, and so has nothing left in hand."""
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(writer.run())
        await keeper.job()(stopping)
        writing.cancel()


async def _require_ready(database: Database, keeper: LeaseKeeper) -> None:
    await database.check()
    await keeper.check()


async def rebuild_projection(host: Host) -> None:
    """For the command line: take over every device anew, and forget who has left."""
    async with open_database(host.database_url(SERVICE), SERVICE, pool_size=1) as database:
        await DeviceSnapshot(database, host.peers, host.clock).rebuild()


async def drop_old_readings(
    url: str, kept_days: int | None, now: datetime, *, only_look: bool
) -> Sequence[StoredMonth]:
    """For the command line: the months that are, or would be, dropped. Raises `Invalid`, `Unavailable`."""
    kept_days = kept_days or MonitoringSettings().readings_kept_days
    if kept_days is None:
        raise Invalid("Say how long readings are kept: --keep-days, or KILOWATCH_READINGS_KEPT_DAYS.")
    first_kept = first_kept_month(now, timedelta(days=kept_days))
    async with open_database(url, SERVICE, pool_size=1) as database:
        if not only_look:
            return await drop_months(database, first_kept)
        async with database.transaction() as connection:
            return await months_to_drop(connection, first_kept)
