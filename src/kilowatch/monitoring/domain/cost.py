"""What energy costs: every slot by the rate of its moment, and a share of the day's standing charge.

A slot's cost is rounded once, to a millionth of the currency's unit; everything longer is a sum of slots. So the cost
of a period is exactly the sum of the costs of its parts, also over the days on which clocks change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.metering import Device, Direction
from kilowatch.monitoring.domain.calendar import local_clock, midnight, time_column
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.tariff import Rate, Terms, timetable
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, SLOT_US, Bools, Ints

_EPOCH: Final = date(1970, 1, 1)
_SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days since 1970, from `first` up to `past`, on which the same terms hold."""

    first: int
    past: int
    terms: Terms
    bears_standing_charge: bool


@dataclass(frozen=True, slots=True)
class SlotCosts:
    """Of slots in order."""

    cost: Ints  #: micro; what feed-in earns is negative; 0 without a price
    rate: Ints  #: index in `rates`; -1: no price
    rates: tuple[Rate, ...]

    @property
    def priced(self) -> Bools:
        return self.rate >= 0


def cost_of(energy: Ints, price: Ints) -> Ints:
    """Micro for mWh at micro a kWh, half a micro rounded up. In two steps: the product alone could overflow."""
    whole, rest = np.divmod(energy, MWH_PER_KWH)
    return whole * price + (rest * price + MWH_PER_KWH // 2) // MWH_PER_KWH


def slot_costs(slot: Ints, energy: Ints, device: Device, contracts: Sequence[Contract]) -> SlotCosts:
    """What each slot (number of the 15 minutes since 1970) of a device costs."""
    day, quarter = local_clock(slot, ZoneInfo(device.time_zone))
    rates: list[Rate] = []
    found = np.full(len(slot), -1, np.int64)
    for stretch in _stretches(contracts):
        offered = stretch.terms.rates_of(device.direction)
        here = np.flatnonzero((day >= stretch.first) & (day < stretch.past))
        if offered and len(here):
            month = day[here].astype("M8[D]").astype("M8[M]").astype(np.int64) % 12
            found[here] = len(rates) + timetable(offered)[month, (day[here] + 3) % 7, quarter[here]]
            rates += offered
    prices = np.array([*(rate.price for rate in rates), 0], np.int64)
    cost = cost_of(energy, prices[found])
    return SlotCosts(-cost if device.direction is Direction.EXPORT else cost, found, tuple(rates))


def standing_charges(edges: Ints, device: Device, contracts: Sequence[Contract]) -> Ints:
    """The share of each time between two edges (µs) in the standing charges of its local days."""
    bearing = [stretch for stretch in _stretches(contracts) if stretch.bears_standing_charge]
    if not bearing or len(edges) < 2 or edges[0] == edges[-1]:
        return np.zeros(max(len(edges) - 1, 0), np.int64)
    return np.diff(_charged_until(edges // _SECOND_US, ZoneInfo(device.time_zone), bearing))


def _charged_until(moments: Ints, zone: ZoneInfo, bearing: Sequence[_Stretch]) -> Ints:
    """Micro from the first day on until each moment (s). Within a day it grows with time, and is rounded down."""
    first = _local_day(int(moments.min()), zone)
    last = _local_day(int(moments.max()), zone)
    midnights = _midnights(first, last + 1, zone)
    charge = np.zeros(last - first + 1, np.int64)
    for stretch in bearing:
        charge[max(stretch.first - first, 0) : max(stretch.past - first, 0)] = stretch.terms.standing_charge
    before = np.concatenate(([0], np.cumsum(charge)))
    day = np.clip(np.searchsorted(midnights, moments, "right") - 1, 0, len(charge) - 1)
    elapsed = moments - midnights[day]
    charged: Ints = before[day] + charge[day] * elapsed // (midnights[day + 1] - midnights[day])
    return charged


def _midnights(first: int, last: int, zone: ZoneInfo) -> Ints:
    days = (_EPOCH + timedelta(days=day) for day in range(first, last + 1))
    return time_column([midnight(day, zone) for day in days]) // _SECOND_US


def _local_day(moment: int, zone: ZoneInfo) -> int:
    [day], _ = local_clock(np.array([moment * _SECOND_US // SLOT_US]), zone)
    return int(day)


def _stretches(contracts: Sequence[Contract]) -> list[_Stretch]:
    found = []
    for contract in contracts:
        versions = contract.tariff.versions
        ends = [terms.valid_from for terms in versions[1:]] + [date.max]
        for number, (terms, end) in enumerate(zip(versions, ends, strict=True)):
            since = max(contract.since, terms.valid_from) if number else contract.since
            first, past = _days(since), _days(min(contract.until, end))
            if first < past:
                found.append(_Stretch(first, past, terms, contract.bears_standing_charge))
    return found


def _days(day: date) -> int:
    return (day - _EPOCH).days
