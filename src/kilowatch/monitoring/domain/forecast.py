"""How a month will end: its days to come as if they were the same weekdays of one of the last weeks.

Each of the last four weeks is a scenario, whole, so that a cold week stays a cold week. What is expected is their mean,
and the range goes from the lowest to the highest: nothing is assumed of how usage is distributed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.bill import SLOT_ENERGY, clipped_edges, only_currency
from kilowatch.monitoring.domain.calendar import QUARTERS_PER_DAY, Span, local_clock, time_column
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.cost import slot_costs, standing_charges
from kilowatch.monitoring.domain.tariff import MICRO
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, SLOT_US, Bools, Floats, Ints, Rows
from kilowatch.monitoring.domain.visibility import VisibleMeter

WEEKS: Final = 4
#: How far back the weeks reach; a day more, because the local one began earlier.
LOOK_BACK: Final = timedelta(weeks=WEEKS, days=1)
_WEEK: Final = 7 * QUARTERS_PER_DAY
#: A week of which less is known is no scenario.
_KNOWN_ENOUGH: Final = 0.9


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of energy (kWh), or of money."""

    so_far: float
    expected: float | None  #: at the end of the month; None: nothing is known to tell it from
    low: float | None  #: None: fewer than two weeks are known
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    direction: Direction
    device_ids: Sequence[int]
    weeks: int  #: how many the range comes from
    energy_kwh: Estimate
    currency: str | None  #: None: no tariff applies, or several currencies
    cost: Estimate | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A meter, its slots in the month, those that are to come, and what its last weeks were like."""

    meter: VisibleMeter
    past: Rows
    coming: Ints
    weeks: Floats  #: mWh by week (the last one first) and quarter of the week; NaN: not known


def forecast(
    month: Span,
    direction: Direction,
    meters: Sequence[VisibleMeter],
    contracts: Mapping[int, Sequence[Contract]],
    slots: Mapping[int, Rows],
    now: datetime,
) -> Forecast:
    """`slots` (SLOT_ENERGY by device) of the month so far, and of `LOOK_BACK` before now."""
    known = [_known(month, meter, slots.get(meter.device.id, np.zeros(0, SLOT_ENERGY)), now) for meter in meters]
    telling = [each for each in known if not np.isnan(each.weeks).all()]
    sound = _sound_weeks(telling)
    scenarios = [_scenarios(each, sound) for each in telling]
    energy = _estimate(
        sum(int(each.past["energy"].sum()) for each in known), [rows.sum(axis=1) for rows in scenarios], MWH_PER_KWH
    )
    currency = only_currency(meters, contracts)
    cost = None
    if currency is not None:
        spent = sum(_spent(each, contracts, month, now) for each in known)
        rest = [_rest(each, contracts, month, now, rows) for each, rows in zip(telling, scenarios, strict=True)]
        cost = _estimate(spent, rest, MICRO)
    return Forecast(
        direction=direction,
        device_ids=[meter.device.id for meter in meters],
        weeks=int(sound.sum()),
        energy_kwh=energy,
        currency=currency,
        cost=cost,
    )


def _known(month: Span, meter: VisibleMeter, rows: Rows, now: datetime) -> _Known:
    first, end = (time_column((month.start, month.end)) // SLOT_US).tolist()
    past = rows[(rows["slot"] >= first) & (rows["slot"] < end)]
    # What is missing up to now is to come as well: a meter that is silent has not stopped.
    coming = np.arange(past["slot"][-1] + 1 if len(past) else first, end)
    return _Known(meter, past, coming[_visible(coming, meter)], _weeks(rows, now, ZoneInfo(meter.device.time_zone)))


def _visible(slot: Ints, meter: VisibleMeter) -> Bools:
    seen = np.zeros(len(slot), np.bool_)
    for window in meter.windows:
        start, end = time_column((window.start, window.end))
        seen |= (slot * SLOT_US >= start) & (slot * SLOT_US < end)
    return seen


def _weeks(rows: Rows, now: datetime, zone: ZoneInfo) -> Floats:
    """Full days only: the last one of the last week is yesterday."""
    day, quarter = local_clock(rows["slot"], zone)
    [today], _ = local_clock(time_column([now]) // SLOT_US, zone)
    week = (today - 1 - day) // 7
    here = (week >= 0) & (week < WEEKS)
    table = np.full((WEEKS, _WEEK), np.nan)
    table[week[here], _quarter_of_week(day[here], quarter[here])] = rows["energy"][here]
    return table


def _quarter_of_week(day: Ints, quarter: Ints) -> Ints:
    return day % 7 * QUARTERS_PER_DAY + quarter


def _sound_weeks(telling: Sequence[_Known]) -> Bools:
    if not telling:
        return np.zeros(WEEKS, np.bool_)
    sound: Bools = np.all([(~np.isnan(each.weeks)).mean(axis=1) >= _KNOWN_ENOUGH for each in telling], axis=0)
    return sound


def _scenarios(known: _Known, sound: Bools) -> Ints:
    """mWh of the coming slots, a row for each sound week; where there is none, one row of their mean."""
    weeks = _filled(known.weeks)
    chosen = weeks[sound] if sound.any() else weeks.mean(axis=0, keepdims=True)
    cells = _quarter_of_week(*local_clock(known.coming, ZoneInfo(known.meter.device.time_zone)))
    energies: Ints = np.rint(chosen[:, cells]).astype(np.int64)
    return energies


def _filled(weeks: Floats) -> Floats:
    """What a week does not know is as in the others, else as at that time of other days, else as ever."""
    of_cell = _mean(weeks)
    of_day = np.tile(_mean(weeks.reshape(-1, QUARTERS_PER_DAY)), 7)
    likely = np.where(np.isnan(of_cell), of_day, of_cell)
    likely = np.where(np.isnan(likely), np.nanmean(weeks), likely)
    return np.where(np.isnan(weeks), likely, weeks)


def _mean(rows: Floats) -> Floats:
    """Of each column; NaN where nothing is known."""
    count = (~np.isnan(rows)).sum(axis=0)
    return np.where(count > 0, np.nansum(rows, axis=0) / np.maximum(count, 1), np.nan)


def _spent(known: _Known, contracts: Mapping[int, Sequence[Contract]], month: Span, now: datetime) -> int:
    device = known.meter.device
    mine = contracts.get(device.id, ())
    costed = slot_costs(known.past["slot"], known.past["energy"], device, mine)
    return int(costed.cost.sum()) + _standing(known.meter, mine, month, now)


def _rest(
    known: _Known, contracts: Mapping[int, Sequence[Contract]], month: Span, now: datetime, scenarios: Ints
) -> Ints:
    device = known.meter.device
    mine = contracts.get(device.id, ())
    standing = _standing(known.meter, mine, month, month.end) - _standing(known.meter, mine, month, now)
    return np.array([slot_costs(known.coming, row, device, mine).cost.sum() + standing for row in scenarios])


def _standing(meter: VisibleMeter, contracts: Sequence[Contract], month: Span, until: datetime) -> int:
    edges = time_column((month.start, month.end))
    spans = (clipped_edges(edges, window.start, min(window.end, until)) for window in meter.windows)
    return sum(int(standing_charges(span, meter.device, contracts).sum()) for span in spans)


def _estimate(so_far: int, rest: Sequence[Ints], unit: int) -> Estimate:
    """`rest`: of each meter, a value for each scenario."""
    if not rest:
        return Estimate(so_far / unit, None, None, None)
    ends = so_far + np.sum(rest, axis=0)
    expected = int(ends.sum()) // len(ends) / unit
    if len(ends) < 2:
        return Estimate(so_far / unit, expected, None, None)
    return Estimate(so_far / unit, expected, int(ends.min()) / unit, int(ends.max()) / unit)
