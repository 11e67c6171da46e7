"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from kilowatch.contracts.routing import CHAT_COMMAND_QUEUE, FRAMES
from kilowatch.kit.broker.port import Exchange, ExchangeKind, Topology
from kilowatch.kit.consumer import consume_events, consume_queue, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.outbox import relay
from kilowatch.kit.service import Host, Service
from kilowatch.kit.snapshots import catch_up_at_start
from kilowatch.support.api import router
from kilowatch.support.api.context import SupportContext
from kilowatch.support.bot.assistant import open_assistant
from kilowatch.support.bot.knowledge import KnowledgeInForce
from kilowatch.support.bot.shelf import WeightShelf
from kilowatch.support.bot.turn import Bot
from kilowatch.support.bot.worker import Worker
from kilowatch.support.commands import TOPOLOGY, Commands
from kilowatch.support.consumers import PATTERNS, on_event, rebuild_people
from kilowatch.support.frames import Frames
from kilowatch.support.housekeeping import keep_house
from kilowatch.support.model.settings import ModelSettings
from kilowatch.support.settings import SupportSettings

POOL_SIZE = 10


@asynccontextmanager
async def open_support(host: Host) -> AsyncIterator[Service]:
    settings = SupportSettings()
    for topology in (
        event_topology("support", PATTERNS),
        TOPOLOGY,
        Topology(exchanges=[Exchange(FRAMES, ExchangeKind.TOPIC)]),
    ):
        await host.broker.declare(topology)
    frames = Frames(host.broker)
    async with (
        open_database(host.database_url("support"), "support", pool_size=POOL_SIZE) as database,
        open_assistant(host, database, frames) as assistant,
    ):
        shelf = WeightShelf(settings.support_learnt_dir or host.data_dir / "learnt")
        knowledge = KnowledgeInForce(database, host.clock, shelf)
        bot = Bot(database=database, clock=host.clock, peers=host.peers, knowledge=knowledge, assistant=assistant)
        worker = Worker(database, host.clock, bot, at_once=settings.support_answers_at_once)
        commands = Commands(database, host.clock, frames, worker.wake)
        yield Service(
            name="support",
            router=router,
            context=SupportContext(
                database=database,
                clock=host.clock,
                settings=settings,
                model_settings=ModelSettings(),
                endpoints=assistant.endpoints if assistant else (),
                knowledge=knowledge,
                frames=frames,
                wake_bot=worker.wake,
            ),
            jobs=[
                relay(database, host.broker),
                consume_events("support", database, host.broker, on_event(host.clock)),
                consume_queue(CHAT_COMMAND_QUEUE, host.broker, commands.apply()),
                catch_up_at_start(partial(rebuild_people, database, host.clock, host.peers)),
                knowledge.keep_current,
                worker.run,
                keep_house(database, settings, host.clock),
            ],
            ready=database.check,
        )


async def rebuild_projection(host: Host) -> None:
    """For the command line: take over every account anew."""
    async with open_database(host.database_url("support"), "support", pool_size=1) as database:
        await rebuild_people(database, host.clock, host.peers)
