"""What administrators set: business hours, canned replies, whether the model may be asked, the knowledge base."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.errors import Conflict, NotFound
from kilowatch.support.domain.business_hours import OFFICE, BusinessHours
from kilowatch.support.domain.canned import CannedReply
from kilowatch.support.store.tables import business_hours, canned_replies, knowledge_versions, model_switch

_TAKEN: Final = "There is a reply with this shortcut already."


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeVersion:
    number: int
    fingerprint: str
    note: str
    made_at: datetime
    made_by: str


class SettingsStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hours(self) -> BusinessHours:
        stored = await self._connection.scalar(select(business_hours.c.hours))
        return OFFICE if stored is None else msgspec.convert(stored, BusinessHours)

    async def set_hours(self, hours: BusinessHours) -> None:
        row = {"only_row": True, "hours": msgspec.to_builtins(hours)}
        statement = insert(business_hours).values(row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["only_row"], set_=row))

    async def model_is_on(self) -> bool:
        stored = await self._connection.scalar(select(model_switch.c.is_on))
        return True if stored is None else bool(stored)

    async def switch_model(self, is_on: bool) -> None:
        row = {"only_row": True, "is_on": is_on}
        statement = insert(model_switch).values(row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["only_row"], set_=row))


class CannedReplyStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Sequence[CannedReply]:
        rows = await self._connection.execute(select(canned_replies).order_by(canned_replies.c.shortcut))
        return [_reply(row) for row in rows]

    async def get(self, reply_id: UUID) -> CannedReply:
        """Raises `NotFound`."""
        row = (
            await self._connection.execute(select(canned_replies).where(canned_replies.c.id == reply_id))
        ).one_or_none()
        return _reply(_found(row))

    async def add(self, reply: CannedReply) -> None:
        """Raises `Conflict` when the shortcut is taken."""
        statement = insert(canned_replies).values(asdict(reply)).on_conflict_do_nothing()
        if await self._connection.scalar(statement.returning(canned_replies.c.id)) is None:
            raise Conflict(_TAKEN)

    async def save(self, reply: CannedReply) -> None:
        """Raises `Conflict` when the shortcut is taken."""
        try:
            await self._connection.execute(
                update(canned_replies).where(canned_replies.c.id == reply.id).values(asdict(reply))
            )
        except IntegrityError as error:
            raise Conflict(_TAKEN) from error

    async def delete(self, reply_id: UUID) -> None:
        """Raises `NotFound`."""
        gone = delete(canned_replies).where(canned_replies.c.id == reply_id).returning(canned_replies.c.id)
        _found((await self._connection.execute(gone)).one_or_none())


class KnowledgeStore:
    """Every knowledge base that was ever in force; the newest one is."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self) -> tuple[int, str] | None:
        """Number and YAML; None: the one that Kilowatch comes with is in force."""
        newest_first = knowledge_versions.c.number.desc()
        statement = select(knowledge_versions.c.number, knowledge_versions.c.yaml).order_by(newest_first).limit(1)
        row = (await self._connection.execute(statement)).one_or_none()
        return (row.number, row.yaml) if row else None

    async def newest_number(self) -> int:
        numbers = select(knowledge_versions.c.number).order_by(knowledge_versions.c.number.desc()).limit(1)
        return await self._connection.scalar(numbers) or 0

    async def get(self, number: int) -> str:
        """Raises `NotFound`."""
        found: str | None = await self._connection.scalar(
            select(knowledge_versions.c.yaml).where(knowledge_versions.c.number == number)
        )
        if found is None:
            raise NotFound("There is no such version.")
        return found

    async def add(self, yaml: str, version: KnowledgeVersion) -> int:
        row = {name: getattr(version, name) for name in KnowledgeVersion.__slots__ if name != "number"} | {"yaml": yaml}
        statement = insert(knowledge_versions).values(row).returning(knowledge_versions.c.number)
        number: int | None = await self._connection.scalar(statement)
        assert number is not None
        return number

    async def all(self, limit: int) -> Sequence[KnowledgeVersion]:
        """The newest first."""
        columns = [knowledge_versions.c[name] for name in KnowledgeVersion.__slots__]
        statement = select(*columns).order_by(knowledge_versions.c.number.desc()).limit(limit)
        return [KnowledgeVersion(**row._mapping) for row in await self._connection.execute(statement)]


def _reply(row: Row[Any]) -> CannedReply:
    return CannedReply(**row._mapping)


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFound("There is no such reply.")
    return row
