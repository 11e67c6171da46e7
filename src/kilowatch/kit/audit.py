"""Who did what to which object, when and from where: a table in every service's own database, written in the same
transaction as the deed.

Rows are never changed or deleted; a trigger refuses it. The one exception is the law's: when a person is erased, the
address that they acted from and the detail of what was done to them are emptied, and nothing else of a row. Their id
stays: it leads to nobody any more, and still tells which deeds are of one hand (decision 44).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    and_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

ANONYMOUS: Final = "anonymous"

audit = Table(
    "audit",
    MetaData(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("address", Text),
    Column("detail", JSONB, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks for a deed, and from where."""

    actor: str  #: `user/<id>`, `service/<name>`, `anonymous`
    address: str  #: network address of the caller, empty for the system itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    id: int
    at: datetime
    actor: str
    action: str  #: past tense, `user.deleted`
    object: str  #: `user/<id>`, `session/<id>`, `device/<id>`
    address: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries: the newest first, older than `before`, and of that very moment those below `before_id`."""

    actor: str | None = None
    action: str | None = None
    object: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    before_id: int = 0


def create_audit() -> None:
    """For a service's migration."""
    op.execute(
        "CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL,"
        " actor text NOT NULL, action text NOT NULL, object text NOT NULL, address text,"
        " detail jsonb NOT NULL DEFAULT '{}')"
    )
    op.execute("CREATE INDEX audit_at ON audit (at DESC, id DESC)")
    op.execute("CREATE INDEX audit_actor ON audit (actor, at DESC)")
    op.execute("CREATE INDEX audit_object ON audit (object, at DESC)")
    guard_audit()
    op.execute(
        "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute("CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_is_append_only()")


def guard_audit() -> None:
    """What the triggers of the table let pass, as it is today: also for a migration of a table from before."""
    op.execute(
        """
        CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE'
               AND (NEW.address IS NULL OR NEW.address = OLD.address)
               AND NEW.detail IN ('{}', OLD.detail)
               AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.object)
                 = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.object) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$
        """
    )


class Audit:
    """Writes what one caller does into the transaction of `connection`."""

    def __init__(self, connection: AsyncConnection, origin: Origin, now: datetime) -> None:
        self._connection = connection
        self._origin = origin
        self._now = now

    async def record(self, action: str, object_: str, **detail: object) -> None:
        """`detail` carries no secret, and no personal data that the object itself does not need."""
        await record(self._connection, self._origin, self._now, action, object_, **detail)

    async def erase(self, subject: str) -> None:
        await erase_person(self._connection, subject)


async def record(
    connection: AsyncConnection, origin: Origin, now: datetime, action: str, object_: str, **detail: object
) -> None:
    row = {"at": now, "actor": origin.actor, "action": action, "object": object_, "detail": detail}
    await connection.execute(audit.insert().values(row | {"address": origin.address or None}))


async def erase_person(connection: AsyncConnection, subject: str) -> None:
    """Of `subject` (`user/<id>`): an address is its actor's, and who tried to be them may have been them; a detail is
    its object's. What an administrator did to others stays told in full."""
    of_theirs = or_(audit.c.actor == subject, and_(audit.c.actor == ANONYMOUS, audit.c.object == subject))
    await connection.execute(update(audit).where(of_theirs).values(address=None))
    await connection.execute(update(audit).where(audit.c.object == subject).values(detail={}))


async def list_entries(connection: AsyncConnection, wanted: AuditFilter, limit: int) -> Sequence[AuditEntry]:
    """The newest `limit` entries that pass the filter."""
    newest_first = _filtered(wanted).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    return [_entry(row) for row in await connection.execute(newest_first)]


async def entries_of_person(connection: AsyncConnection, subject: str) -> Sequence[AuditEntry]:
    """For the export of a person's data."""
    mine = or_(audit.c.actor == subject, audit.c.object == subject)
    return [_entry(row) for row in await connection.execute(select(audit).where(mine).order_by(audit.c.id))]


def _filtered(wanted: AuditFilter) -> Select[Any]:
    statement = select(audit)
    if wanted.actor is not None:
        statement = statement.where(audit.c.actor == wanted.actor)
    if wanted.action is not None:
        statement = statement.where(audit.c.action.startswith(wanted.action, autoescape=True))
    if wanted.object is not None:
        statement = statement.where(audit.c.object == wanted.object)
    if wanted.since is not None:
        statement = statement.where(audit.c.at >= wanted.since)
    if wanted.before is not None:
        statement = statement.where(tuple_(audit.c.at, audit.c.id) < tuple_(wanted.before, wanted.before_id))
    return statement


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(**row._mapping)
