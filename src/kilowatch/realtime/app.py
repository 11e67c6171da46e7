"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import httpx2

from kilowatch.contracts.routing import CHAT_COMMANDS, FRAMES
from kilowatch.kit.broker.port import Broker, Exchange, ExchangeKind, Topology
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.mail import smtp_sender
from kilowatch.kit.secrets import secret
from kilowatch.kit.service import Host, Service, joined
from kilowatch.kit.snapshots import catch_up_at_start
from kilowatch.kit.vault import Vault
from kilowatch.realtime import api as sockets
from kilowatch.realtime.consumers import PATTERNS, SERVICE, apply_events, rebuild
from kilowatch.realtime.context import RealtimeContext
from kilowatch.realtime.domain.origins import origins
from kilowatch.realtime.feeds import hear_frames, hear_of_rights
from kilowatch.realtime.housekeeping import keep_house
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.live import LiveFeed
from kilowatch.realtime.notifications import api as notifications
from kilowatch.realtime.notifications import personal_data
from kilowatch.realtime.notifications.delivering import Courier
from kilowatch.realtime.notifications.webhook import TIMEOUT_S, Post, webhook_poster
from kilowatch.realtime.openings import openings
from kilowatch.realtime.presence import Attendance
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.upkeep import Upkeep

router = joined(sockets.router, notifications.router, personal_data.router)


@asynccontextmanager
async def open_realtime(host: Host) -> AsyncIterator[Service]:
    settings = RealtimeSettings()
    await host.broker.declare(event_topology(SERVICE, PATTERNS))
    topics = [Exchange(name, ExchangeKind.TOPIC) for name in (CHAT_COMMANDS, FRAMES)]
    await host.broker.declare(Topology(exchanges=topics))
    pool_size = settings.realtime_pool_size
    async with (
        open_database(host.database_url(SERVICE), SERVICE, pool_size=pool_size) as database,
        httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=TIMEOUT_S) as client,
    ):
        hub = Hub(settings)
        replica = f"{host.instance}-{uuid4()}"
        live = LiveFeed(hub, host.broker, host.peers, replica)
        attendance = Attendance(hub, host.broker, replica)
        upkeep = Upkeep(hub, database, host.verifier, host.clock)
        opening = openings(database, host.clock)
        vault = Vault(secret(host.data_dir, "realtime_secret"), SERVICE)
        post = webhook_poster(
            client,
            vault,
            lambda: host.clock().timestamp(),
            private_allowed=settings.realtime_webhooks_to_private_networks,
        )
        handle = apply_events(host.broker, host.clock, mails=settings.smtp_url is not None)
        yield Service(
            name=SERVICE,
            router=router,
            sockets=sockets.SOCKETS,
            context=RealtimeContext(
                database=database,
                broker=host.broker,
                clock=host.clock,
                verifier=host.verifier,
                hub=hub,
                upkeep=upkeep,
                openings=opening,
                settings=settings,
                vault=vault,
                origins=origins(f"{host.public_url}, {settings.realtime_origins}"),
            ),
            jobs=[
                consume_events(SERVICE, database, host.broker, handle),
                catch_up_at_start(partial(rebuild, database, host.peers)),
                hear_frames(host.broker, hub, upkeep, host.clock),
                hear_of_rights(host.broker, hub, upkeep, host.clock),
                *opening.jobs,
                upkeep.tick,
                upkeep.mend,
                _courier(host, database, settings, post).job(),
                live.listen,
                live.run,
                live.show_ring,
                attendance.listen,
                attendance.run,
                keep_house(database, settings, host.clock),
            ],
            ready=partial(_require_ready, database, host.broker),
        )


def _courier(host: Host, database: Database, settings: RealtimeSettings, post: Post) -> Courier:
    return Courier(
        database=database,
        clock=host.clock,
        send=smtp_sender(settings.smtp_url.get_secret_value()) if settings.smtp_url else None,
        post=post,
        sender=settings.smtp_sender,
        public_url=host.public_url,
    )


async def rebuild_projection(host: Host) -> None:
    """For the command line: take over all people and devices anew."""
    async with open_database(host.database_url(SERVICE), SERVICE, pool_size=1) as database:
        await rebuild(database, host.peers)


async def _require_ready(database: Database, broker: Broker) -> None:
    await database.check()
    await broker.check()
