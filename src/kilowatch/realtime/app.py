"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from kilowatch.contracts.routing import CHAT_COMMANDS, FRAMES
from kilowatch.kit.broker.port import Broker, Exchange, ExchangeKind, Topology
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.service import Host, Service
from kilowatch.realtime.api import router
from kilowatch.realtime.consumers import PATTERNS, SERVICE, apply_events, catch_up_at_start, rebuild
from kilowatch.realtime.context import RealtimeContext
from kilowatch.realtime.domain.origins import origins
from kilowatch.realtime.feeds import hear_frames, hear_of_rights
from kilowatch.realtime.housekeeping import keep_house
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.upkeep import Upkeep


@asynccontextmanager
async def open_realtime(host: Host) -> AsyncIterator[Service]:
    settings = RealtimeSettings()
    await host.broker.declare(event_topology(SERVICE, PATTERNS))
    topics = [Exchange(name, ExchangeKind.TOPIC) for name in (CHAT_COMMANDS, FRAMES)]
    await host.broker.declare(Topology(exchanges=topics))
    pool_size = settings.realtime_pool_size
    async with open_database(host.database_url(SERVICE), SERVICE, pool_size=pool_size) as database:
        hub = Hub(settings)
        upkeep = Upkeep(hub, database, host.verifier, host.clock)
        yield Service(
            name=SERVICE,
            router=router,
            context=RealtimeContext(
                database=database,
                broker=host.broker,
                clock=host.clock,
                verifier=host.verifier,
                hub=hub,
                upkeep=upkeep,
                settings=settings,
                origins=origins(f"{host.public_url}, {settings.realtime_origins}"),
            ),
            jobs=[
                consume_events(SERVICE, database, host.broker, apply_events(host.broker)),
                catch_up_at_start(database, host.peers),
                hear_frames(host.broker, hub, upkeep, host.clock),
                hear_of_rights(host.broker, hub, upkeep, host.clock),
                upkeep.tick,
                upkeep.mend,
                keep_house(database, settings, host.clock),
            ],
            ready=partial(_require_ready, database, host.broker),
        )


async def rebuild_projection(host: Host) -> None:
    """For the command line: take over all people and devices anew."""
    async with open_database(host.database_url(SERVICE), SERVICE, pool_size=1) as database:
        await rebuild(database, host.peers)


async def _require_ready(database: Database, broker: Broker) -> None:
    await database.check()
    await broker.check()
