"""The message edge: what `users` tells of accounts."""

import asyncio
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.handlers.projection import invite, project_user
from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import Event, UserChanged, UserCreated
from kilowatch.kit.audit import Origin
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Job
from kilowatch.kit.snapshots import snapshot_pages
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

PATTERNS: Final = ("user.*",)
RETRY_S: Final = 2.0
USERS: Final = Origin("service/users", "")


def project_events(auth: AuthContext) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        work = auth.work_on(connection, USERS)
        if isinstance(event.payload, UserChanged):
            await project_user(work, event.payload.user)
        if isinstance(event.payload, UserCreated):
            await invite(work, event.payload.user)

    return handle


def catch_up(auth: AuthContext) -> Job:
    """The job that takes in once what `users` says: events may have been missed, say after a restore."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await rebuild(auth)
            except KilowatchError as error:
                log.info("users_not_asked_yet", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)
            else:
                await stopping.wait()

    return run


async def rebuild(auth: AuthContext) -> None:
    """Take in the whole snapshot of `users`. Raises `Unavailable`."""
    async for page in snapshot_pages(auth.peers, "users", "/internal/users", User):
        async with auth.working(USERS) as work:
            for user in page:
                await project_user(work, user)
