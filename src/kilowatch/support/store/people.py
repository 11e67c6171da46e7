"""The projection of accounts: who there is, by what `users` has said."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import Role, User
from kilowatch.support.store.tables import people


class PeopleStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, user_id: UUID) -> User | None:
        """The account, or its tombstone; None: nobody has told us of it."""
        found = await self.find_all([user_id])
        return found.get(user_id)

    async def find_all(self, user_ids: Collection[UUID]) -> dict[UUID, User]:
        if not user_ids:
            return {}
        found = await self._connection.execute(select(people).where(people.c.id.in_(user_ids)))
        return {row.id: _user(row) for row in found}

    async def put(self, user: User) -> bool:
        """Take over the account's state; False when we know the same or a newer one."""
        new = insert(people).values({column.name: getattr(user, column.name) for column in people.c})
        newer = new.on_conflict_do_update(
            index_elements=[people.c.id],
            set_={column.name: new.excluded[column.name] for column in people.c},
            where=people.c.version < new.excluded.version,
        )
        return await self._connection.scalar(newer.returning(people.c.id)) is not None


def _user(row: Row[Any]) -> User:
    return User(**dict(row._mapping) | {"role": Role(row.role)})
