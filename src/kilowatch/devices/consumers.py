"""The message edge: accounts that come, change and go."""

from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Event, UserChanged
from kilowatch.devices.handlers import access
from kilowatch.devices.unit import work_on
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Peers
from kilowatch.kit.snapshots import snapshot_pages, take_over_snapshot
from kilowatch.kit.telemetry import logger

log = logger(__name__)

PATTERNS: Final = ("user.*",)


def on_event(clock: Clock) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        match event.payload:
            case UserChanged(user):
                await access.take_over_user(work_on(connection, clock), user)
            case _:
                return

    return handle


async def rebuild_people(database: Database, clock: Clock, peers: Peers) -> int:
    """Take over the whole snapshot of `users`. Returns how many accounts there are, tombstones included."""

    async def take_over(connection: AsyncConnection, user: User) -> None:
        await access.take_over_user(work_on(connection, clock), user)

    return await take_over_snapshot(database, snapshot_pages(peers, "users", "/internal/users", User), take_over)


async def catch_up_with_user(database: Database, clock: Clock, peers: Peers, user_id: UUID) -> None:
    """Ask for an account that nobody has told us of yet: it may have been created this very moment.

    When `users` does not answer, it stays unknown.
    """
    async with database.transaction() as connection:
        if await work_on(connection, clock).people.find(user_id):
            return
    try:
        answer = await peers.get_json("users", f"/internal/users/{user_id}")
    except KilowatchError as error:
        log.info("user_not_found", user_id=str(user_id), reason=str(error))
        return
    async with database.transaction() as connection:
        await access.take_over_user(work_on(connection, clock), msgspec.convert(answer, User))
