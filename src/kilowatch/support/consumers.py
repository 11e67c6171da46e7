"""The message edge: accounts that come, change and go."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Event, UserChanged
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Job, Peers
from kilowatch.kit.snapshots import snapshot_pages
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.support.handlers.people import take_over_user
from kilowatch.support.unit import work_on

log = logger(__name__)

PATTERNS: Final = ("user.*",)
RETRY_S: Final = 2.0


def on_event(clock: Clock) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        match event.payload:
            case UserChanged(user):
                await take_over_user(work_on(connection, clock), user)
            case _:
                return

    return handle


def catch_up_at_start(database: Database, clock: Clock, peers: Peers) -> Job:
    """The job that takes over what `users` knows once it answers: events may have been missed, say after a restore."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await rebuild_people(database, clock, peers)
            except KilowatchError as error:
                log.info("users_not_asked_yet", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)
            else:
                return

    return run


async def rebuild_people(database: Database, clock: Clock, peers: Peers) -> int:
    """Take over the whole snapshot of `users`. Returns how many accounts there are, tombstones included."""
    count = 0
    async for users in snapshot_pages(peers, "users", "/internal/users", User):
        await _take_over(database, clock, users)
        count += len(users)
    return count


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
    await _take_over(database, clock, [msgspec.convert(answer, User)])


async def _take_over(database: Database, clock: Clock, users: Sequence[User]) -> None:
    async with database.transaction() as connection:
        work = work_on(connection, clock)
        for user in users:
            await take_over_user(work, user)
