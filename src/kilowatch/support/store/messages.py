"""Messages, and the notes among administrators, which are kept apart."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Insert, Row, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.chat import Attachment, Author, Source
from kilowatch.kit.errors import Conflict
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.domain.searching import word_query
from kilowatch.support.store.tables import attachments, conversations, messages, notes, says

#: Of a transcript; a conversation of months stays below it.
MOST_MESSAGES: Final = 10_000

OTHER_UNDER_ID: Final = "Another message was sent under this id."


class MessageStore:
    """What clients see. Nothing in here reads a note."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, message: MessageRecord) -> None:
        """For the bot, the database refuses it unless the conversation is with the bot.

        Raises `Conflict` when the author uses the same id in another conversation at this moment.
        """
        row = asdict(message) | {
            "author": message.author.value,
            "suggestions": list(message.suggestions),
            "sources": [asdict(source) for source in message.sources],
        }
        del row["attachments"], row["internal"]
        await _insert_once(self._connection, messages.insert().values(row), "messages_once")

    async def by_client_message_id(self, author_id: UUID, client_message_id: UUID) -> MessageRecord | None:
        mine = (messages.c.author_id == author_id, messages.c.client_message_id == client_message_id)
        found = await self._read(select(messages).where(*mine))
        return found[0] if found else None

    async def at(self, conversation_id: UUID, sequence: int) -> MessageRecord | None:
        here = (messages.c.conversation_id == conversation_id, messages.c.sequence == sequence)
        found = await self._read(select(messages).where(*here))
        return found[0] if found else None

    async def after(self, conversation_id: UUID, sequence: int, limit: int) -> Sequence[MessageRecord]:
        """The messages that follow, in order."""
        later = (messages.c.conversation_id == conversation_id, messages.c.sequence > sequence)
        return await self._read(select(messages).where(*later).order_by(messages.c.sequence).limit(limit))

    async def newest(self, conversation_id: UUID, limit: int, before: int | None = None) -> Sequence[MessageRecord]:
        """The last messages (before a sequence), in order."""
        statement = select(messages).where(messages.c.conversation_id == conversation_id)
        if before is not None:
            statement = statement.where(messages.c.sequence < before)
        found = await self._read(statement.order_by(messages.c.sequence.desc()).limit(limit))
        return list(reversed(found))

    async def times_of(self, conversation_id: UUID, author_id: UUID, limit: int) -> Sequence[datetime]:
        """When the author's last messages came, the newest first."""
        mine = (messages.c.conversation_id == conversation_id, messages.c.author_id == author_id)
        statement = select(messages.c.at).where(*mine).order_by(messages.c.sequence.desc()).limit(limit)
        return (await self._connection.scalars(statement)).all()

    async def search(self, client_id: UUID, query: str, limit: int) -> Sequence[MessageRecord]:
        """Among the conversations of one client, the newest first."""
        words = word_query(query)
        if not words:
            return []
        theirs = select(conversations.c.id).where(conversations.c.client_id == client_id)
        statement = select(messages).where(messages.c.conversation_id.in_(theirs), says(messages, words))
        return await self._read(statement.order_by(messages.c.at.desc(), messages.c.sequence.desc()).limit(limit))

    async def unread_by_staff(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """How many messages of the client nobody has read, for those conversations that have any."""
        unread = (
            conversations.c.id.in_(conversation_ids),
            messages.c.conversation_id == conversations.c.id,
            messages.c.sequence > conversations.c.staff_read,
            messages.c.author == Author.CLIENT.value,
        )
        return await self._counts(select(conversations.c.id, func.count()).where(*unread).group_by(conversations.c.id))

    async def unread_by_client(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        unread = (
            conversations.c.id.in_(conversation_ids),
            messages.c.conversation_id == conversations.c.id,
            messages.c.sequence > conversations.c.client_read,
            messages.c.author != Author.CLIENT.value,
        )
        return await self._counts(select(conversations.c.id, func.count()).where(*unread).group_by(conversations.c.id))

    async def counts(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        of_these = messages.c.conversation_id.in_(conversation_ids)
        by_conversation = select(messages.c.conversation_id, func.count()).where(of_these)
        return await self._counts(by_conversation.group_by(messages.c.conversation_id))

    async def _counts(self, statement: Select[Any]) -> Mapping[UUID, int]:
        return {row[0]: row[1] for row in await self._connection.execute(statement)}

    async def _read(self, statement: Select[Any]) -> Sequence[MessageRecord]:
        found = [_message(row) for row in await self._connection.execute(statement)]
        files = await self._attached([message.id for message in found])
        return [replace(message, attachments=tuple(files.get(message.id, ()))) for message in found]

    async def _attached(self, ids: Sequence[UUID]) -> Mapping[UUID, list[Attachment]]:
        if not ids:
            return {}
        about = (attachments.c.id, attachments.c.name, attachments.c.media_type, attachments.c.size)
        statement = select(attachments.c.message_id, *about).where(attachments.c.message_id.in_(ids))
        files: dict[UUID, list[Attachment]] = {}
        for row in await self._connection.execute(statement.order_by(attachments.c.uploaded_at, attachments.c.id)):
            file = Attachment(id=row.id, name=row.name, content_type=row.media_type, size=row.size)
            files.setdefault(row.message_id, []).append(file)
        return files


class NoteStore:
    """What administrators say among themselves. Asked for them only."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, note: MessageRecord) -> None:
        """Raises `Conflict` when the author uses the same id in another conversation at this moment."""
        row = {name: getattr(note, name) for name in notes.c.keys()}  # noqa: SIM118  (a collection of columns)
        await _insert_once(self._connection, notes.insert().values(row), "notes_once")

    async def by_client_message_id(self, author_id: UUID, client_message_id: UUID) -> MessageRecord | None:
        mine = (notes.c.author_id == author_id, notes.c.client_message_id == client_message_id)
        row = (await self._connection.execute(select(notes).where(*mine))).one_or_none()
        return _note(row) if row else None

    async def between(self, conversation_id: UUID, after: int, until: int | None) -> Sequence[MessageRecord]:
        statement = select(notes).where(notes.c.conversation_id == conversation_id, notes.c.sequence > after)
        if until is not None:
            statement = statement.where(notes.c.sequence <= until)
        ordered = statement.order_by(notes.c.sequence).limit(MOST_MESSAGES)
        return [_note(row) for row in await self._connection.execute(ordered)]


async def _insert_once(connection: AsyncConnection, statement: Insert, index: str) -> None:
    """Two conversations are not locked against each other: of one id in both, the index refuses the second."""
    try:
        await connection.execute(statement)
    except IntegrityError as error:
        if index not in str(error.orig):
            raise
        raise Conflict(OTHER_UNDER_ID) from error


def _message(row: Row[Any]) -> MessageRecord:
    return MessageRecord(
        conversation_id=row.conversation_id,
        sequence=row.sequence,
        id=row.id,
        author=Author(row.author),
        author_id=row.author_id,
        client_message_id=row.client_message_id,
        text=row.text,
        at=row.at,
        suggestions=tuple(row.suggestions),
        sources=tuple(msgspec.convert(row.sources, list[Source])),
    )


def _note(row: Row[Any]) -> MessageRecord:
    return MessageRecord(author=Author.ADMINISTRATOR, internal=True, **row._mapping)
