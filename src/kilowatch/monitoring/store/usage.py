"""Sums of usage, in one query whatever the period: the database is told where periods begin, it knows no zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, DateTime, TextClause, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.report import Sums
from kilowatch.monitoring.store.tables import usage


@dataclass(frozen=True, slots=True)
class Wanted:
    """Slots of one device that count towards one series, from `since` until `until`."""

    series: int
    device_id: int
    since: datetime
    until: datetime


def _summing(statement: str) -> TextClause:
    moments, numbers = ARRAY(DateTime(timezone=True)), ARRAY(BigInteger)
    return text(statement).bindparams(
        bindparam("series", type_=numbers),
        bindparam("devices", type_=numbers),
        bindparam("since", type_=moments),
        bindparam("until", type_=moments),
        bindparam("boundaries", type_=moments),
    )


_WANTED: Final = """
    FROM unnest(CAST(:series AS bigint[]), CAST(:devices AS bigint[]),
                CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[])) AS wanted (series, device, since, until)
    JOIN usage ON usage.device = wanted.device AND usage.slot >= wanted.since AND usage.slot < wanted.until
"""

#: `period` counts from 1 for the period that begins at the first of the boundaries.
_OF_DEVICE: Final = _summing(
    f"""
    SELECT series, width_bucket(slot, CAST(:boundaries AS timestamptz[])) AS period,
           sum(energy)::bigint AS energy, max(peak) AS peak, sum(readings) AS readings, sum(covered) AS covered,
           bit_or(quality) AS quality, max(revision) AS revision
    {_WANTED}
    GROUP BY series, period
    """
)

#: Devices do not peak at the same moment: of their sum, the peak is the largest mean power over a slot.
_OF_DEVICES: Final = _summing(
    f"""
    SELECT series, width_bucket(slot, CAST(:boundaries AS timestamptz[])) AS period,
           sum(energy)::bigint AS energy, max(energy) * 0.004::float8 AS peak, sum(readings)::bigint AS readings,
           sum(covered)::bigint AS covered, bit_or(quality) AS quality, max(revision) AS revision
    FROM (
        SELECT series, slot, sum(energy)::bigint AS energy, sum(readings) AS readings, sum(covered) AS covered,
               bit_or(quality) AS quality, max(revision) AS revision
        {_WANTED}
        GROUP BY series, slot
    ) AS summed
    GROUP BY series, period
    """  # noqa: S608  constants
)


class UsageStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def extent(self, device_id: int, within: Span) -> Span | None:
        """From the first to the end of the last slot of a device; None: there is no slot."""
        mine = (usage.c.device == device_id, usage.c.slot >= within.start, usage.c.slot < within.end)
        statement = select(func.min(usage.c.slot), func.max(usage.c.slot)).where(*mine)
        first, last = (await self._connection.execute(statement)).one()
        return None if first is None else Span(first, last + timedelta(minutes=15))

    async def sums(self, wanted: Sequence[Wanted], boundaries: Sequence[datetime]) -> Mapping[int, Mapping[int, Sums]]:
        """By series and number of the period, those without a slot left out."""
        values: dict[str, Any] = {
            "series": [each.series for each in wanted],
            "devices": [each.device_id for each in wanted],
            "since": [each.since for each in wanted],
            "until": [each.until for each in wanted],
            "boundaries": list(boundaries),
        }
        alone = len({each.device_id for each in wanted}) == len({each.series for each in wanted})
        statement = _OF_DEVICE if alone else _OF_DEVICES
        found: dict[int, dict[int, Sums]] = {each.series: {} for each in wanted}
        for row in await self._connection.execute(statement, values):
            found[row[0]][row[1] - 1] = Sums(*row[2:])
        return found
