"""What language models have cost today."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.support.domain.spending import Amount, Caps
from kilowatch.support.store.tables import spending

#: Stands for everybody together.
EVERYBODY: Final = UUID(int=0)
NOTHING: Final = Amount(0, 0)


class SpendingStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reserve(self, day: date, user_id: UUID, amount: Amount, caps: Caps) -> bool:
        """Add what a call may cost; False, and the transaction must be left, when a cap would be passed.

        Added before the call, so that calls at the same time cannot pass a cap together.
        """
        for who, cap in ((EVERYBODY, caps.together), (user_id, caps.per_user)):
            if not await self._add_within(day, who, amount, cap):
                return False
        return True

    async def settle(self, day: date, user_id: UUID, reserved: Amount, spent: Amount) -> None:
        """Put what a call has cost in the place of what it might have."""
        both = (spending.c.day == day, spending.c.user_id.in_([EVERYBODY, user_id]))
        await self._connection.execute(
            update(spending)
            .where(*both)
            .values(
                tokens=spending.c.tokens + (spent.tokens - reserved.tokens),
                microdollars=spending.c.microdollars + (spent.microdollars - reserved.microdollars),
            )
        )

    async def spent(self, day: date, user_id: UUID = EVERYBODY) -> Amount:
        theirs = (spending.c.day == day, spending.c.user_id == user_id)
        row = (await self._connection.execute(select(spending).where(*theirs))).one_or_none()
        return Amount(row.tokens, row.microdollars) if row else NOTHING

    async def forget(self, user_id: UUID) -> None:
        await self._connection.execute(delete(spending).where(spending.c.user_id == user_id))

    async def _add_within(self, day: date, user_id: UUID, amount: Amount, cap: Amount) -> bool:
        if amount.tokens > cap.tokens or amount.microdollars > cap.microdollars:
            return False
        new = insert(spending).values(day=day, user_id=user_id, tokens=amount.tokens, microdollars=amount.microdollars)
        tokens, microdollars = spending.c.tokens + amount.tokens, spending.c.microdollars + amount.microdollars
        added = new.on_conflict_do_update(
            index_elements=["day", "user_id"],
            set_={"tokens": tokens, "microdollars": microdollars},
            where=(tokens <= cap.tokens) & (microdollars <= cap.microdollars),
        )
        return await self._connection.scalar(added.returning(spending.c.day)) is not None
