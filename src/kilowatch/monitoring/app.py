"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.outbox import relay
from kilowatch.kit.service import Host, Service
from kilowatch.monitoring.api import router
from kilowatch.monitoring.api.context import MonitoringContext
from kilowatch.monitoring.consumers import PATTERNS, SERVICE, DeviceSnapshot, apply_events
from kilowatch.monitoring.settings import MonitoringSettings


@asynccontextmanager
async def open_monitoring(host: Host) -> AsyncIterator[Service]:
    settings = MonitoringSettings()
    url = host.database_url(SERVICE)
    # Declared first: what happens while the snapshot is read waits in the queue.
    await host.broker.declare(event_topology(SERVICE, PATTERNS))
    async with open_database(url, SERVICE, pool_size=settings.monitoring_pool_size) as database:
        snapshot = DeviceSnapshot(database, host.peers, host.clock)
        context = MonitoringContext(database, host.clock, snapshot)
        read_side = [
            relay(database, host.broker),
            consume_events(SERVICE, database, host.broker, apply_events(host.clock)),
            snapshot.build_once,
        ]
        yield Service(name=SERVICE, router=router, context=context, jobs=read_side, ready=database.check)
