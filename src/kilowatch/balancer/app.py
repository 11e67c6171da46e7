"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from kilowatch.balancer.api import router
from kilowatch.balancer.api.context import BalancerContext
from kilowatch.balancer.consumers import take_in_messages
from kilowatch.balancer.handlers import PATTERNS, apply_event
from kilowatch.balancer.importing.work import Importer
from kilowatch.balancer.intake import Intake
from kilowatch.balancer.lanes import Lanes
from kilowatch.balancer.places import Places
from kilowatch.balancer.projection import Projection, build_at_first_start, build_projection, follow_projection
from kilowatch.balancer.settings import BalancerSettings
from kilowatch.balancer.strangers import Strangers
from kilowatch.contracts.routing import INGRESS_MAX_MESSAGES, TELEMETRY_INGRESS
from kilowatch.kit.broker.port import Binding, Broker, Exchange, ExchangeKind, Queue, Topology
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.partitions import partition_topology
from kilowatch.kit.service import Host, Service


@asynccontextmanager
async def open_balancer(host: Host, settings: BalancerSettings | None = None) -> AsyncIterator[Service]:
    """With the settings of the environment, unless some are given."""
    settings = settings or BalancerSettings()
    await host.broker.declare(ingress_topology(settings))
    await host.broker.declare(partition_topology(settings.partitions))
    await host.broker.declare(event_topology("balancer", PATTERNS))
    projection = Projection(settings.partitions)
    lanes = Lanes(host.broker, settings)
    intake = Intake(projection=projection, lanes=lanes, settings=settings, clock=host.clock)
    strangers = Strangers()
    async with open_database(host.database_url("balancer"), "balancer") as database:
        await projection.refresh(database)
        importer = Importer(database=database, intake=intake, peers=host.peers)
        context = BalancerContext(
            intake=intake,
            strangers=strangers,
            places=Places(settings.ingest_max_requests, settings.ingest_max_requests_of_one),
            database=database,
            broker=host.broker,
            peers=host.peers,
            importer=importer,
        )
        yield Service(
            name="balancer",
            router=router,
            context=context,
            jobs=[
                lanes.run,
                take_in_messages(host.broker, intake, strangers),
                consume_events("balancer", database, host.broker, apply_event),
                follow_projection(database, projection),
                importer.job(),
                build_at_first_start(database, projection, host.peers, host.clock),
            ],
            ready=partial(_require_ready, projection, lanes, host.broker),
        )


def ingress_topology(settings: BalancerSettings) -> Topology:
    """The queue between meters and balancers. No delivery limit: a reading is taken or refused, and never lost."""
    return Topology(
        exchanges=[Exchange(settings.ingress_exchange, ExchangeKind.TOPIC)],
        queues=[Queue(name=TELEMETRY_INGRESS, max_messages=INGRESS_MAX_MESSAGES)],
        bindings=[Binding(settings.ingress_exchange, TELEMETRY_INGRESS, settings.ingress_routing_key)],
    )


async def rebuild_projection(host: Host) -> None:
    """For the command line. Replicas that run take the news in by themselves."""
    async with open_database(host.database_url("balancer"), "balancer", pool_size=1) as database:
        await build_projection(database, host.peers, host.clock)


async def _require_ready(projection: Projection, lanes: Lanes, broker: Broker) -> None:
    """Its own database is not asked: the balancer goes on without."""
    projection.require_built()
    lanes.require_running()
    await broker.check()
