"""The message edge: what `users` tells of accounts."""

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.handlers.projection import invite, project_user
from kilowatch.contracts.events import Event, UserChanged, UserCreated
from kilowatch.kit.audit import Origin
from kilowatch.kit.consumer import EventHandler

PATTERNS = ("user.*",)


def project_events(auth: AuthContext) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        work = auth.work_on(connection, Origin(f"service/{event.source}", ""))
        if isinstance(event.payload, UserChanged):
            await project_user(work, event.payload.user)
        if isinstance(event.payload, UserCreated):
            await invite(work, event.payload.user)

    return handle
