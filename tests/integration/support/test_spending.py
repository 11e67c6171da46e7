"""What language models may cost in a day, by tokens and by money, for one and for all."""

import asyncio
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import Database
from kilowatch.support.domain.spending import Amount, Caps
from kilowatch.support.unit import working

TODAY, TOMORROW = date(2026, 11, 28), date(2026, 11, 29)
CAPS: Final = Caps(per_user=Amount(100, 50), together=Amount(150, 80))


async def _accepted(support: Database, day: date, user_id: UUID, amount: Amount, times: int = 1) -> int:
    """How many of so many answers at once."""

    async def reserve() -> bool:
        try:
            async with working(support, system_clock) as work:
                if not await work.spending.reserve(day, user_id, amount, CAPS):
                    raise OverCap
        except OverCap:
            return False
        return True

    return sum(await asyncio.gather(*(reserve() for _ in range(times))))


class OverCap(Exception):
    """Rolls back what was added."""


async def test_answers_at_once_pass_no_cap_of_tokens(support: Database):
    ana, bob = uuid4(), uuid4()
    assert await _accepted(support, TODAY, ana, Amount(30, 1), times=8) == 3  # her own
    assert await _accepted(support, TODAY, bob, Amount(30, 1), times=8) == 2  # that of all
    assert await _accepted(support, TOMORROW, ana, Amount(30, 1)) == 1


async def test_answers_pass_no_cap_of_money_and_what_was_not_spent_is_given_back(support: Database):
    ana, bob, carol = uuid4(), uuid4(), uuid4()
    dear = Amount(1, 40)
    assert [await _accepted(support, TODAY, who, dear) for who in (ana, ana, bob, carol)] == [1, 0, 1, 0]
    async with working(support, system_clock) as work:
        await work.spending.settle(TODAY, ana, dear, Amount(1, 2))
    assert await _accepted(support, TODAY, carol, Amount(1, 38)) == 1
    assert await _accepted(support, TODAY, ana, Amount(1, 49)) == 0
