"""Where the in-process broker keeps its dead letters: in memory for tests, in a table for `kilowatch up`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from kilowatch.kit.broker.port import DeadLetter, Message
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.errors import NotFound


class DeadLetterStore(Protocol):
    async def add(self, letter: DeadLetter) -> None:
        """Keep it. Raises `Unavailable` when it is not safe; the message then stays in its queue."""

    async def oldest(self, queue: str, limit: int) -> list[DeadLetter]: ...

    async def count(self, queue: str) -> int: ...

    async def get(self, queue: str, letter_id: str) -> DeadLetter:
        """Raises `NotFound`."""

    async def remove(self, letter_id: str) -> None: ...


class MemoryDeadLetters:
    """For tests: gone with the process."""

    def __init__(self) -> None:
        self._letters: dict[str, DeadLetter] = {}

    async def add(self, letter: DeadLetter) -> None:
        self._letters[letter.id] = letter

    async def oldest(self, queue: str, limit: int) -> list[DeadLetter]:
        return [letter for letter in self._letters.values() if letter.queue == queue][:limit]

    async def count(self, queue: str) -> int:
        return sum(letter.queue == queue for letter in self._letters.values())

    async def get(self, queue: str, letter_id: str) -> DeadLetter:
        letter = self._letters.get(letter_id)
        if letter is None or letter.queue != queue:
            raise NotFound("There is no such dead letter.")
        return letter

    async def remove(self, letter_id: str) -> None:
        self._letters.pop(letter_id, None)


dead_letter: Final = Table(
    "dead_letter",
    MetaData(),
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("queue", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("user_id", Text),
)


class PostgresDeadLetters:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, letter: DeadLetter) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(insert(dead_letter).values(_row_of(letter)))

    async def oldest(self, queue: str, limit: int) -> list[DeadLetter]:
        statement = (
            select(dead_letter).where(dead_letter.c.queue == queue).order_by(dead_letter.c.sequence).limit(limit)
        )
        async with self._database.transaction() as connection:
            return [_letter_of(row) for row in await connection.execute(statement)]

    async def count(self, queue: str) -> int:
        statement = select(func.count()).where(dead_letter.c.queue == queue)
        async with self._database.transaction() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def get(self, queue: str, letter_id: str) -> DeadLetter:
        statement = select(dead_letter).where(dead_letter.c.queue == queue, dead_letter.c.id == _uuid(letter_id))
        async with self._database.transaction() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFound("There is no such dead letter.")
        return _letter_of(row)

    async def remove(self, letter_id: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(dead_letter).where(dead_letter.c.id == _uuid(letter_id)))


@asynccontextmanager
async def open_dead_letters(url: str) -> AsyncIterator[PostgresDeadLetters]:
    """Keep the dead letters in the database at `url` (its own: its migrations are the broker's)."""
    async with open_database(url, "kit.broker", pool_size=2) as database:
        yield PostgresDeadLetters(database)


def _uuid(letter_id: str) -> UUID:
    try:
        return UUID(letter_id)
    except ValueError:
        raise NotFound("There is no such dead letter.") from None


def _row_of(letter: DeadLetter) -> dict[str, Any]:
    message = letter.message
    return {
        "id": UUID(letter.id),
        "queue": letter.queue,
        "reason": letter.reason,
        "at": letter.at,
        "message_id": message.id,
        "body": message.body,
        "routing_key": message.routing_key,
        "content_type": message.content_type,
        "headers": dict(message.headers),
        "correlation_id": message.correlation_id,
        "user_id": message.user_id,
    }


def _letter_of(row: Row[Any]) -> DeadLetter:
    message = Message(
        id=row.message_id,
        body=row.body,
        routing_key=row.routing_key,
        content_type=row.content_type,
        headers=row.headers,
        correlation_id=row.correlation_id,
        user_id=row.user_id,
    )
    return DeadLetter(id=str(row.id), queue=row.queue, reason=row.reason, at=row.at, message=message)
