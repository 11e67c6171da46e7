"""The message edge: what `users` tells of accounts."""

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.handlers.projection import project_user
from kilowatch.contracts.events import Event, UserChanged
from kilowatch.kit.audit import Origin
from kilowatch.kit.consumer import EventHandler

PATTERNS = ("user.*",)


def project_events(auth: AuthContext) -> EventHandler:
    async def handle(connection: AsyncConnection, event: Event) -> None:
        if isinstance(event.payload, UserChanged):
            work = auth.work_on(connection, Origin(f"service/{event.source}", ""))
            await project_user(work, event.payload.user)

    return handle
