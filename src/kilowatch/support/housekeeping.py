"""What is done from time to time: conversations that nobody goes on with are resolved, files never sent go."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from kilowatch.contracts.chat import ConversationState
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.support.domain.phrases import Phrase
from kilowatch.support.handlers.conversations import resolve
from kilowatch.support.settings import SupportSettings
from kilowatch.support.unit import working

log = logger(__name__)

EVERY_S: Final = 60.0
BATCH: Final = 100
UNUSED_FILES_KEPT: Final = timedelta(days=1)


def keep_house(database: Database, settings: SupportSettings, clock: Clock) -> Job:
    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await tidy(database, settings, clock)
            except KilowatchError as error:
                log.warning("housekeeping_put_off", reason=str(error))
            await wait_for_any(stopping, timeout_s=EVERY_S)

    return run


async def tidy(database: Database, settings: SupportSettings, clock: Clock) -> None:
    idle_since = clock() - timedelta(hours=settings.support_idle_hours)
    for state, said in ((ConversationState.ASSIGNED, Phrase.RESOLVED_IDLE), (ConversationState.BOT, None)):
        async with working(database, clock) as work:
            idle: Sequence[UUID] = await work.conversations.idle(state, idle_since, BATCH)
        for conversation_id in idle:
            async with working(database, clock) as work:
                # Somebody may have written, or another replica been here, since it was looked for.
                conversation = await work.conversations.get_for_change(conversation_id)
                if conversation.state is state and conversation.active_at < idle_since:
                    await resolve(work, conversation, said)
    async with working(database, clock) as work:
        await work.attachments.forget_unused(work.now - UNUSED_FILES_KEPT)
