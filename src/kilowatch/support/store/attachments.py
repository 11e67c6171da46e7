"""Files that people attach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.chat import Attachment
from kilowatch.kit.errors import Invalid, NotFound
from kilowatch.support.store.tables import attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    id: UUID
    conversation_id: UUID
    uploaded_by: UUID
    uploaded_at: datetime
    name: str
    media_type: str
    content: bytes


class AttachmentStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, file: File) -> None:
        row = {name: getattr(file, name) for name in File.__slots__} | {"size": len(file.content)}
        await self._connection.execute(attachments.insert().values(row))

    async def get(self, conversation_id: UUID, attachment_id: UUID) -> File:
        """Raises `NotFound`."""
        here = (attachments.c.id == attachment_id, attachments.c.conversation_id == conversation_id)
        columns = [attachments.c[name] for name in File.__slots__]
        row = (await self._connection.execute(select(*columns).where(*here))).one_or_none()
        if row is None:
            raise NotFound("There is no such file.")
        return File(**row._mapping)

    async def attach(
        self, message_id: UUID, conversation_id: UUID, uploaded_by: UUID, attachment_ids: Sequence[UUID]
    ) -> tuple[Attachment, ...]:
        """Only what the writer has uploaded for this conversation, and once. Raises `Invalid`."""
        if not attachment_ids:
            return ()
        usable = (
            attachments.c.id.in_(set(attachment_ids)),
            attachments.c.conversation_id == conversation_id,
            attachments.c.uploaded_by == uploaded_by,
            attachments.c.message_id.is_(None),
        )
        about = (
            attachments.c.id,
            attachments.c.name,
            attachments.c.media_type.label("content_type"),
            attachments.c.size,
        )
        rows = (
            await self._connection.execute(
                update(attachments).where(*usable).values(message_id=message_id).returning(*about)
            )
        ).all()
        if len(rows) != len(set(attachment_ids)):
            raise Invalid("A file to attach is not there: upload it to this conversation first.")
        return tuple(Attachment(**row._mapping) for row in rows)

    async def bytes_in(self, conversation_id: UUID) -> int:
        total = select(func.coalesce(func.sum(attachments.c.size), 0))
        return await self._connection.scalar(total.where(attachments.c.conversation_id == conversation_id)) or 0

    async def forget_unused(self, before: datetime) -> None:
        """Uploaded and never sent."""
        unused = (attachments.c.message_id.is_(None), attachments.c.uploaded_at < before)
        await self._connection.execute(delete(attachments).where(*unused))
