"""One-time links, and the requests for messages that will carry one."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Row, Table, Text, Uuid, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.links import Link, LinkPurpose

_metadata: Final = MetaData()

links = Table(
    "links",
    _metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
mail_requests = Table(
    "mail_requests",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    id: UUID
    email: str
    purpose: LinkPurpose
    created_at: datetime
    due_at: datetime
    attempts: int = 0


async def replace_all(connection: AsyncConnection, link: Link) -> None:
    """A new link makes the older ones of its user worthless."""
    await remove_all(connection, link.user_id)
    await connection.execute(links.insert().values(asdict(link)))


async def get(connection: AsyncConnection, digest: bytes, now: datetime) -> Link | None:
    statement = select(links).where(links.c.digest == digest, links.c.expires_at > now)
    row = (await connection.execute(statement)).one_or_none()
    return _link(row) if row else None


async def take(connection: AsyncConnection, digest: bytes, now: datetime) -> Link | None:
    """As `get`, and it is gone: of two who use it at once, one gets it."""
    statement = delete(links).where(links.c.digest == digest, links.c.expires_at > now).returning(links)
    row = (await connection.execute(statement)).one_or_none()
    return _link(row) if row else None


async def remove_all(connection: AsyncConnection, user_id: UUID) -> None:
    await connection.execute(delete(links).where(links.c.user_id == user_id))


async def forget(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(delete(links).where(links.c.expires_at <= now))


async def request_mail(connection: AsyncConnection, request: MailRequest) -> None:
    await connection.execute(mail_requests.insert().values(asdict(request)))


async def take_due(connection: AsyncConnection, now: datetime, next_try: datetime) -> MailRequest | None:
    """The request that has waited longest, put off to `next_try` in case that sending fails."""
    due = select(mail_requests.c.id).where(mail_requests.c.due_at <= now).order_by(mail_requests.c.due_at)
    statement = (
        update(mail_requests)
        .where(mail_requests.c.id == due.limit(1).with_for_update(skip_locked=True).scalar_subquery())
        .values(due_at=next_try, attempts=mail_requests.c.attempts + 1)
        .returning(mail_requests)
    )
    row = (await connection.execute(statement)).one_or_none()
    return MailRequest(**dict(row._mapping) | {"purpose": LinkPurpose(row.purpose)}) if row else None


async def forget_mail(connection: AsyncConnection, request_id: UUID) -> None:
    await connection.execute(delete(mail_requests).where(mail_requests.c.id == request_id))


async def put_off_mail(connection: AsyncConnection, request_id: UUID, due_at: datetime) -> None:
    await connection.execute(update(mail_requests).where(mail_requests.c.id == request_id).values(due_at=due_at))


async def forget_mail_to(connection: AsyncConnection, email: str) -> None:
    await connection.execute(delete(mail_requests).where(mail_requests.c.email == email))


def _link(row: Row[Any]) -> Link:
    return Link(**dict(row._mapping) | {"purpose": LinkPurpose(row.purpose)})
