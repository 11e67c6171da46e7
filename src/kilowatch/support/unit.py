"""Builds what a use case works with, around one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.outbox import Outbox
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.attachments import AttachmentStore
from kilowatch.support.store.cases import CaseStore
from kilowatch.support.store.conversations import ConversationStore
from kilowatch.support.store.messages import MessageStore, NoteStore
from kilowatch.support.store.people import PeopleStore
from kilowatch.support.store.settings import CannedReplyStore, KnowledgeStore, SettingsStore
from kilowatch.support.store.spending import SpendingStore
from kilowatch.support.store.turns import TurnStore

#: The service itself, when nobody has asked it.
ITSELF: Final = Origin("service/support", "")


def work_on(connection: AsyncConnection, clock: Clock, origin: Origin = ITSELF) -> Work:
    now = clock()
    return Work(
        conversations=ConversationStore(connection),
        messages=MessageStore(connection),
        notes=NoteStore(connection),
        attachments=AttachmentStore(connection),
        cases=CaseStore(connection),
        turns=TurnStore(connection),
        people=PeopleStore(connection),
        settings=SettingsStore(connection),
        canned=CannedReplyStore(connection),
        knowledge=KnowledgeStore(connection),
        spending=SpendingStore(connection),
        outbox=Outbox(connection, source="support", clock=clock),
        audit=Audit(connection, origin, now),
        new_id=uuid4,
        now=now,
    )


@asynccontextmanager
async def working(database: Database, clock: Clock, origin: Origin = ITSELF) -> AsyncIterator[Work]:
    """One transaction of one caller."""
    async with database.transaction() as connection:
        yield work_on(connection, clock, origin)
