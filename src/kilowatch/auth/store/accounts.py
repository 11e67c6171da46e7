"""The projection of accounts, and their passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import Role, User

_metadata: Final = MetaData()

accounts = Table(
    "accounts",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
)
passwords = Table(
    "passwords",
    _metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredPassword:
    hash: str
    changed_at: datetime  #: later with each password, and the same when the same password is only hashed anew


async def get(connection: AsyncConnection, user_id: UUID) -> User | None:
    """The account as last heard of, also when it is a tombstone."""
    row = (await connection.execute(select(accounts).where(accounts.c.id == user_id))).one_or_none()
    return _user(row) if row else None


async def lock(connection: AsyncConnection, user_id: UUID) -> User | None:
    """The account, which nobody else deactivates, gives another password or a session until the transaction ends.

    Take it before any other lock of the transaction.
    """
    row = (await connection.execute(select(accounts).where(accounts.c.id == user_id).with_for_update())).one_or_none()
    return _user(row) if row else None


async def by_email(connection: AsyncConnection, email: str) -> User | None:
    statement = select(accounts).where(accounts.c.email == email, ~accounts.c.deleted).order_by(accounts.c.id).limit(1)
    row = (await connection.execute(statement)).one_or_none()
    return _user(row) if row else None


async def put(connection: AsyncConnection, user: User) -> bool:
    """Take over what `users` says, unless something newer is known."""
    kept = {column.name: getattr(user, column.name) for column in accounts.c}
    newer = (
        insert(accounts)
        .values(kept)
        .on_conflict_do_update(index_elements=[accounts.c.id], set_=kept, where=accounts.c.version < user.version)
    )
    return await connection.scalar(newer.returning(accounts.c.id)) is not None


async def password_of(connection: AsyncConnection, user_id: UUID) -> StoredPassword | None:
    statement = select(passwords.c.hash, passwords.c.changed_at).where(passwords.c.user_id == user_id)
    row = (await connection.execute(statement)).one_or_none()
    return StoredPassword(row.hash, row.changed_at) if row else None


async def lock_proven(connection: AsyncConnection, user_id: UUID, proven: StoredPassword | None) -> User | None:
    """The account, locked, if it is active and this is still its password; None is nobody's."""
    user = await lock(connection, user_id)
    password = await password_of(connection, user_id)
    if not (user and user.active and password and proven):
        return None
    return user if password.changed_at == proven.changed_at else None


async def set_password(connection: AsyncConnection, user_id: UUID, encoded: str, now: datetime) -> None:
    statement = insert(passwords).values(user_id=user_id, hash=encoded, changed_at=now)
    later = func.greatest(now, passwords.c.changed_at + timedelta(microseconds=1))
    replaced = {"hash": encoded, "changed_at": later}
    await connection.execute(statement.on_conflict_do_update(index_elements=[passwords.c.user_id], set_=replaced))


async def rehash_password(connection: AsyncConnection, user_id: UUID, old: str, new: str) -> None:
    """The same password, its hash made with other parameters: who proves it elsewhere at this moment is right too."""
    still = passwords.c.user_id == user_id, passwords.c.hash == old
    await connection.execute(update(passwords).where(*still).values(hash=new))


async def delete_password(connection: AsyncConnection, user_id: UUID) -> None:
    await connection.execute(delete(passwords).where(passwords.c.user_id == user_id))


def _user(row: Row[Any]) -> User:
    values = dict(row._mapping)
    return User(**values | {"role": Role(values["role"])})
