"""What an answer of the model may cost: put aside before, and settled afterwards."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.support.domain.spending import Amount
from kilowatch.support.model.settings import ModelSettings
from kilowatch.support.unit import working


class Refused(Exception):
    """The model is switched off, or a cap of today would be passed. It was not asked."""


@dataclass(frozen=True, slots=True)
class Reserved:
    day: date
    user_id: UUID
    amount: Amount


@dataclass(frozen=True, slots=True)
class Purse:
    database: Database
    clock: Clock
    settings: ModelSettings

    async def reserve(self, user_id: UUID) -> Reserved:
        """Raises `Refused`."""
        amount = self.settings.most_of_an_answer
        async with working(self.database, self.clock) as work:
            if not await work.settings.model_is_on():
                raise Refused("switched off")
            day = _day(work.now)
            if not await work.spending.reserve(day, user_id, amount, self.settings.caps):
                raise Refused("over the caps of the day")  # and what was added to one of the two is rolled back
        return Reserved(day, user_id, amount)

    async def settle(self, reserved: Reserved, spent: Amount) -> None:
        async with working(self.database, self.clock) as work:
            await work.spending.settle(reserved.day, reserved.user_id, reserved.amount, spent)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
