"""Cases: what people were asked to do, and when they did it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.support.domain.cases import Case, Ending, Reason
from kilowatch.support.store.tables import cases


class CaseStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_of(self, conversation_id: UUID) -> Case | None:
        """At most one; the conversation's row is locked by whoever changes it."""
        found = select(cases).where(cases.c.conversation_id == conversation_id, cases.c.ended_at.is_(None))
        row = (await self._connection.execute(found)).one_or_none()
        return _case(row) if row else None

    async def save(self, case: Case) -> None:
        row = asdict(case) | {"reason": case.reason.value, "ending": case.ending.value if case.ending else None}
        statement = insert(cases).values(row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def of(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Case]]:
        """By conversation, the oldest first."""
        found: dict[UUID, list[Case]] = {}
        statement = select(cases).where(cases.c.conversation_id.in_(conversation_ids)).order_by(cases.c.asked_at)
        for row in await self._connection.execute(statement):
            found.setdefault(row.conversation_id, []).append(_case(row))
        return found

    async def asked_between(self, start: datetime, end: datetime, limit: int) -> Sequence[Case]:
        within = (cases.c.asked_at >= start, cases.c.asked_at < end)
        rows = await self._connection.execute(select(cases).where(*within).order_by(cases.c.asked_at).limit(limit))
        return [_case(row) for row in rows]


def _case(row: Row[Any]) -> Case:
    values = dict(row._mapping)
    return Case(**values | {"reason": Reason(row.reason), "ending": Ending(row.ending) if row.ending else None})
