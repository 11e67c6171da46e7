"""The message edge: accounts that come, change and go."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Event, UserChanged
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.database import Database
from kilowatch.kit.service import Peers
from kilowatch.kit.snapshots import snapshot_pages, take_over_snapshot
from kilowatch.support.handlers.people import take_over_user
from kilowatch.support.unit import work_on

PATTERNS: Final = ("user.*",)


def on_event(clock: Clock) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        match event.payload:
            case UserChanged(user):
                await take_over_user(work_on(connection, clock), user)
            case _:
                return

    return handle


async def rebuild_people(database: Database, clock: Clock, peers: Peers) -> int:
    """Take over the whole snapshot of `users`. Returns how many accounts there are, tombstones included."""

    async def take_over(connection: AsyncConnection, user: User) -> None:
        await take_over_user(work_on(connection, clock), user)

    return await take_over_snapshot(database, snapshot_pages(peers, "users", "/internal/users", User), take_over)
