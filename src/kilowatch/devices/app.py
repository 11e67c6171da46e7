"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from kilowatch.devices.api import router
from kilowatch.devices.api.context import DevicesContext
from kilowatch.devices.consumers import PATTERNS, on_event, rebuild_people
from kilowatch.devices.expiry import end_what_is_due
from kilowatch.devices.settings import DevicesSettings
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.outbox import relay
from kilowatch.kit.secrets import secret
from kilowatch.kit.service import Host, Service
from kilowatch.kit.snapshots import catch_up_at_start


@asynccontextmanager
async def open_devices(host: Host) -> AsyncIterator[Service]:
    settings = DevicesSettings()
    await host.broker.declare(event_topology("devices", PATTERNS))
    async with open_database(host.database_url("devices"), "devices") as database:
        context = DevicesContext(
            database=database,
            clock=host.clock,
            peers=host.peers,
            broker_vhost=settings.broker_vhost,
            broker_key=secret(host.data_dir, "broker_auth_key"),
        )
        yield Service(
            name="devices",
            router=router,
            context=context,
            jobs=[
                relay(database, host.broker),
                consume_events("devices", database, host.broker, on_event(host.clock)),
                catch_up_at_start(partial(rebuild_people, database, host.clock, host.peers)),
                end_what_is_due(database, host.clock),
            ],
            ready=database.check,
        )


async def rebuild_projection(host: Host) -> None:
    """For the command line: take over every account anew."""
    async with open_database(host.database_url("devices"), "devices", pool_size=1) as database:
        await rebuild_people(database, host.clock, host.peers)
