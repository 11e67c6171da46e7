"""How much energy, when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.bill import costs_along
from kilowatch.monitoring.domain.calendar import Axis, Period, Span, axis
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.report import SUMS, UsagePeriod, UsageSeries, report
from kilowatch.monitoring.domain.usage import Rows
from kilowatch.monitoring.domain.visibility import VisibleMeter, clipped, top_level, windows
from kilowatch.monitoring.store.meters import Granted, MeterStore
from kilowatch.monitoring.store.usage import UsageStore, Wanted

NO_CONTRACTS: Final[Mapping[int, Sequence[Contract]]] = {}


async def counted_meters(store: MeterStore, meters: Sequence[VisibleMeter]) -> Sequence[VisibleMeter]:
    """Those of `meters` that make up their total: what one measures for another is counted once."""
    return top_level(meters, await store.ancestry([meter.device for meter in meters]))


async def sum_usage(
    store: UsageStore,
    meters: Sequence[VisibleMeter],
    along: Axis,
    now: datetime,
    contracts: Mapping[int, Sequence[Contract]] = NO_CONTRACTS,
) -> Sequence[UsageSeries]:
    """Usage along the axis, a series for each direction that there are meters of; with costs, where `contracts` say
    (by device) what applies."""
    groups = by_direction(meters)
    whole = Span(along.instants[0], along.instants[-1])
    wanted = [
        Wanted(series, meter.device.id, window.start, window.end)
        for series, group in enumerate(groups.values())
        for meter in group
        for window in clipped(meter.windows, whole)
    ]
    sums = await store.sums(wanted, along)
    nothing = np.zeros(len(along.edges) - 1, SUMS)
    energies = await energies_of(store, [meter for meter in meters if meter.device.id in contracts], whole)
    return [
        report(
            direction, group, along, sums.get(series, nothing), now, costs_along(along, group, contracts, energies, now)
        )
        for series, (direction, group) in enumerate(groups.items())
    ]


async def energies_of(store: UsageStore, meters: Sequence[VisibleMeter], whole: Span) -> Mapping[int, Rows]:
    """SLOT_ENERGY of each meter, as far as it may be seen, by id."""
    spans = [(meter.device.id, window) for meter in meters for window in clipped(meter.windows, whole)]
    return await store.energies(spans) if spans else {}


async def usage_by_month(store: UsageStore, granted: Granted, now: datetime) -> Sequence[UsagePeriod]:
    """All that somebody may see of a device, in short."""
    device, assignments = granted
    meter = VisibleMeter(device, windows(assignments, now))
    seen = [await store.extent(device.id, window) for window in meter.windows]
    extents = [extent for extent in seen if extent is not None]
    if not extents:
        return []
    whole = Span(min(extent.start for extent in extents), max(extent.end for extent in extents))
    [series] = await sum_usage(store, [meter], axis(whole, Period.MONTH, ZoneInfo(device.time_zone)), now)
    return series.periods


def by_direction(meters: Sequence[VisibleMeter]) -> Mapping[Direction, Sequence[VisibleMeter]]:
    groups: dict[Direction, list[VisibleMeter]] = {}
    for meter in meters:
        groups.setdefault(meter.device.direction, []).append(meter)
    return groups
