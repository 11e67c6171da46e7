"""Sums of usage, in one query whatever the period: the database is told where periods begin, it knows no zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import ARRAY, BigInteger, DateTime, Row, TextClause, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.domain.bill import SLOT_ENERGY
from kilowatch.monitoring.domain.calendar import HOUR_US, Axis, Span
from kilowatch.monitoring.domain.report import SUMS
from kilowatch.monitoring.domain.usage import Rows
from kilowatch.monitoring.store.tables import usage


@dataclass(frozen=True, slots=True)
class Wanted:
    """Slots of one device that count towards one series, from `since` until `until`."""

    series: int
    device_id: int
    since: datetime
    until: datetime


_ADDED: Final = """
    sum(energy)::bigint AS energy, sum(readings)::bigint AS readings, sum(covered)::bigint AS covered,
    bit_or(quality) AS quality, max(revision) AS revision
"""

#: From this length on (µs), which days have and hours do not, periods are summed up one by one.
LONG_US: Final = 6 * HOUR_US

#: Columns of periods that have slots, by series. `period` counts from 1 for the one that begins at the first boundary.
#: Boundaries come as seconds since 1970, which are quicker to send than times.
_SUMS: Final = f"""
    SELECT series, array_agg(period) AS period, array_agg(energy) AS energy, array_agg(peak) AS peak,
           array_agg(readings) AS readings, array_agg(covered) AS covered, array_agg(quality) AS quality,
           array_agg(revision) AS revision
    FROM (SELECT series, {{period}} AS period, {{peak}} AS peak, {_ADDED} FROM {{slots}} GROUP BY 1, 2) AS summed
    GROUP BY series
"""  # noqa: S608  made of our own constants

_WANTED: Final = """
    unnest(CAST(:series AS bigint[]), CAST(:devices AS bigint[]),
           CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[])) AS wanted (series, device, since, until)
"""

_SLOTS: Final = f"""
    {_WANTED}
    JOIN usage ON usage.device = wanted.device AND usage.slot >= wanted.since AND usage.slot < wanted.until
"""

_SLOTS_OF_SERIES: Final = f"""
    (SELECT series, slot, {_ADDED} FROM {_SLOTS} GROUP BY series, slot) AS of_series
"""  # noqa: S608  made of our own constants

_PERIOD_OF_SLOT: Final = """
    width_bucket(slot, ARRAY(SELECT to_timestamp(s) FROM unnest(CAST(:boundaries AS bigint[])) AS s))
"""

#: A period after the other, each from the index. The days of a year take two thirds of the time of looking up where
#: each slot belongs; its hours would take half as long again.
_PERIODS: Final = f"""
    {_WANTED}
    CROSS JOIN (
        SELECT number, to_timestamp(s) AS start, to_timestamp(lead(s) OVER (ORDER BY number)) AS stop
        FROM unnest(CAST(:boundaries AS bigint[])) WITH ORDINALITY AS boundary (s, number)
    ) AS period
    CROSS JOIN LATERAL (
        SELECT max(peak) AS peak, {_ADDED} FROM usage
        WHERE usage.device = wanted.device
          AND usage.slot >= greatest(wanted.since, period.start) AND usage.slot < least(wanted.until, period.stop)
        HAVING count(*) > 0
    ) AS of_period
"""  # noqa: S608  made of our own constants


def _summing(slots: str, peak: str, period: str = _PERIOD_OF_SLOT) -> TextClause:
    moments, numbers = ARRAY(DateTime(timezone=True)), ARRAY(BigInteger)
    return text(_SUMS.format(slots=slots, peak=peak, period=period)).bindparams(
        bindparam("series", type_=numbers),
        bindparam("devices", type_=numbers),
        bindparam("since", type_=moments),
        bindparam("until", type_=moments),
        bindparam("boundaries", type_=numbers),
    )


_OF_DEVICE: Final = _summing(_SLOTS, "max(peak)")
_OF_DEVICE_AND_LONG: Final = _summing(_PERIODS, "max(peak)", "number")
#: Devices do not peak at the same moment: of their sum, the peak is the largest mean power (W) over a slot.
_OF_DEVICES: Final = _summing(_SLOTS_OF_SERIES, "max(energy) * 0.004::float8")


_ENERGIES: Final = text(
    """
    SELECT wanted.device, array_agg((extract(epoch FROM slot) / 900)::bigint) AS slot, array_agg(energy) AS energy
    FROM unnest(CAST(:devices AS bigint[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
        AS wanted (device, since, until)
    JOIN usage ON usage.device = wanted.device AND usage.slot >= wanted.since AND usage.slot < wanted.until
    GROUP BY wanted.device
    """
).bindparams(
    bindparam("devices", type_=ARRAY(BigInteger)),
    bindparam("since", type_=ARRAY(DateTime(timezone=True))),
    bindparam("until", type_=ARRAY(DateTime(timezone=True))),
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

    async def sums(self, wanted: Sequence[Wanted], axis: Axis) -> Mapping[int, Rows]:
        """By series: SUMS, a row for every period of the axis. Series without any slot are left out."""
        values: dict[str, Any] = {
            "series": [each.series for each in wanted],
            "devices": [each.device_id for each in wanted],
            "since": [each.since for each in wanted],
            "until": [each.until for each in wanted],
            "boundaries": (axis.edges // 1_000_000).tolist(),
        }
        rows = await self._connection.execute(_statement(wanted, axis), values)
        return {row.series: _laid_out(row, len(axis.edges) - 1) for row in rows}

    async def energies(self, spans: Sequence[tuple[int, Span]]) -> Mapping[int, Rows]:
        """SLOT_ENERGY of each device in its spans, which do not overlap, by id. In order of slots."""
        values = {
            "devices": [device_id for device_id, _ in spans],
            "since": [span.start for _, span in spans],
            "until": [span.end for _, span in spans],
        }
        return {row.device: _in_order(row) for row in await self._connection.execute(_ENERGIES, values)}


def _statement(wanted: Sequence[Wanted], axis: Axis) -> TextClause:
    if len({each.device_id for each in wanted}) > len({each.series for each in wanted}):
        return _OF_DEVICES
    mean = (axis.edges[-1] - axis.edges[0]) / (len(axis.edges) - 1)
    return _OF_DEVICE_AND_LONG if mean >= LONG_US else _OF_DEVICE


def _in_order(row: Row[Any]) -> Rows:
    rows = np.zeros(len(row.slot), SLOT_ENERGY)
    rows["slot"], rows["energy"] = row.slot, row.energy
    return rows[np.argsort(rows["slot"])]


def _laid_out(row: Row[Any], count: int) -> Rows:
    sums = np.zeros(count, SUMS)
    here = np.array(row.period) - 1
    for column in SUMS.names or ():
        sums[column][here] = row._mapping[column]
    return sums
