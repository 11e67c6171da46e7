"""The message edge: what `users` tells of accounts."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.handlers.projection import invite, project_user
from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Event, UserChanged, UserCreated
from kilowatch.kit.audit import Origin
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.snapshots import snapshot_pages, take_over_snapshot

PATTERNS: Final = ("user.*",)
USERS: Final = Origin("service/users", "")


def project_events(auth: AuthContext) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        work = auth.work_on(connection, USERS)
        if isinstance(event.payload, UserChanged):
            await project_user(work, event.payload.user)
        if isinstance(event.payload, UserCreated):
            await invite(work, event.payload.user)

    return handle


async def rebuild(auth: AuthContext) -> None:
    """Take in the whole snapshot of `users`. Raises `Unavailable`."""

    async def take_in(connection: AsyncConnection, user: User) -> None:
        await project_user(auth.work_on(connection, USERS), user)

    await take_over_snapshot(auth.database, snapshot_pages(auth.peers, "users", "/internal/users", User), take_in)
