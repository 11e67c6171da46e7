"""Costs of meters laid out along an axis of periods, and what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.calendar import Axis, time_column
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.cost import slot_costs, standing_charges
from kilowatch.monitoring.domain.tariff import MICRO
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, SLOT_US, Bools, Floats, Ints, Rows
from kilowatch.monitoring.domain.visibility import VisibleMeter

#: Energy of one slot of a device, in order of slots.
SLOT_ENERGY: Final = np.dtype([("slot", "i8"), ("energy", "i8")])


@dataclass(frozen=True, slots=True)
class RateShare:
    """What was used at one rate."""

    name: str
    price: float  #: a kWh
    energy_kwh: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Money, exact to a millionth of the currency's unit. What is earned is negative."""

    currency: str
    costs: Sequence[float | None]  #: of each period, its standing charge included; None: no tariff applied
    standing_charges: Sequence[float | None]
    total: float
    energy: float
    standing_charge: float
    rates: Sequence[RateShare]
    unpriced_kwh: float  #: used at times for which there is no tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Micro and mWh for each period of an axis."""

    currency: str
    energy: Ints
    standing: Ints
    known: Bools  #: something in the period has a price
    unpriced: int
    #: (mWh, micro) by name and price.
    shares: Mapping[tuple[str, int], tuple[int, int]]

    @property
    def total(self) -> Ints:
        return self.energy + self.standing

    def bill(self) -> Bill:
        return Bill(
            currency=self.currency,
            costs=where_known(self.known, self.total / MICRO),
            standing_charges=where_known(self.known, self.standing / MICRO),
            total=int(self.total.sum()) / MICRO,
            energy=int(self.energy.sum()) / MICRO,
            standing_charge=int(self.standing.sum()) / MICRO,
            rates=[
                RateShare(name, price / MICRO, energy / MWH_PER_KWH, cost / MICRO)
                for (name, price), (energy, cost) in self.shares.items()
            ],
            unpriced_kwh=self.unpriced / MWH_PER_KWH,
        )


def where_known(known: Bools, values: Floats) -> list[float | None]:
    found: npt.NDArray[np.object_] = np.full(len(known), None, np.object_)
    found[known] = values[known]
    return list(found)


def costs_along(
    axis: Axis,
    meters: Sequence[VisibleMeter],
    contracts: Mapping[int, Sequence[Contract]],
    slots: Mapping[int, Rows],
    now: datetime,
) -> Costs | None:
    """What `slots` (SLOT_ENERGY by device) of `meters` cost; None: nothing has a price, or money cannot be added up."""
    currency = only_currency(meters, contracts)
    if currency is None:
        return None
    energy, standing, priced = (np.zeros(len(axis.edges) - 1, np.int64) for _ in range(3))
    unpriced, shares = 0, dict[tuple[str, int], tuple[int, int]]()
    for meter in meters:
        mine, rows = contracts.get(meter.device.id, ()), slots.get(meter.device.id, np.zeros(0, SLOT_ENERGY))
        costed = slot_costs(rows["slot"], rows["energy"], meter.device, mine)
        energy += _between(axis.edges, rows["slot"], costed.cost)
        priced += _between(axis.edges, rows["slot"], costed.priced.astype(np.int64))
        standing += sum(
            standing_charges(clipped_edges(axis.edges, window.start, min(window.end, now)), meter.device, mine)
            for window in meter.windows
        )
        unpriced += int(rows["energy"][~costed.priced].sum())
        for number, rate in enumerate(costed.rates):
            here = costed.rate == number
            if here.any():
                before = shares.get((rate.name, rate.price), (0, 0))
                added = (int(rows["energy"][here].sum()), int(costed.cost[here].sum()))
                shares[rate.name, rate.price] = (before[0] + added[0], before[1] + added[1])
    return Costs(
        currency=currency,
        energy=energy,
        standing=standing,
        known=(priced > 0) | (standing > 0),
        unpriced=unpriced,
        shares=shares,
    )


def only_currency(meters: Sequence[VisibleMeter], contracts: Mapping[int, Sequence[Contract]]) -> str | None:
    """None: nobody sends a bill for it, there is no tariff, or money that cannot be added up."""
    billed = [meter.device.id for meter in meters if meter.device.direction is not Direction.PRODUCTION]
    found = {contract.tariff.currency for device_id in billed for contract in contracts.get(device_id, ())}
    return found.pop() if len(found) == 1 else None


def _between(edges: Ints, slot: Ints, amounts: Ints) -> Ints:
    """Sums of what belongs to slots that begin between two edges: differences of one running sum."""
    running = np.concatenate(([0], np.cumsum(amounts)))
    return np.diff(running[np.searchsorted(slot * SLOT_US, edges)])


def clipped_edges(edges: Ints, start: datetime, end: datetime) -> Ints:
    first, last = time_column((start, max(start, end)))
    return np.clip(edges, first, last)
