"""Whoever makes up credentials is refused, and costs the database nothing to speak of."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from kilowatch.balancer.projection import MAX_WAITING, Projection
from kilowatch.kit.errors import Unauthenticated, Unavailable


class CountingProjection(Projection):
    """Counts how often the database is asked; it may be away."""

    def __init__(self, *, away: bool = False) -> None:
        super().__init__(partition_count=1)
        self.built.set()
        self.asked = 0
        self.away = away

    async def refresh(self, database: object) -> None:
        self.asked += 1
        self._refreshed_at = asyncio.get_running_loop().time()
        if self.away:
            raise Unavailable("away")

    async def refuse(self, number: int) -> None:
        with pytest.raises(Unauthenticated):
            await self.known_sender(f"kwd_7_{number}".encode(), lambda: datetime.now(UTC), SimpleNamespace())


async def test_strangers_that_come_together_are_looked_up_together():
    projection = CountingProjection()
    await asyncio.gather(*(projection.refuse(number) for number in range(10 * MAX_WAITING)))
    assert projection.asked == 1


async def test_a_stranger_is_refused_when_the_database_is_away():
    projection = CountingProjection(away=True)
    await projection.refuse(1)
    await projection.refuse(2)
    assert projection.asked == 2
