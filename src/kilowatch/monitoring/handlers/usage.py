"""How much energy, when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.calendar import Axis, Span
from kilowatch.monitoring.domain.report import UsageSeries, lay_out, total
from kilowatch.monitoring.domain.visibility import VisibleMeter, clipped, top_level
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.usage import UsageStore, Wanted


async def counted_meters(store: MeterStore, meters: Sequence[VisibleMeter]) -> Sequence[VisibleMeter]:
    """Those of `meters` that make up their total: what one measures for another is counted once."""
    return top_level(meters, await store.ancestry([meter.device for meter in meters]))


async def sum_usage(
    store: UsageStore, meters: Sequence[VisibleMeter], axis: Axis, now: datetime
) -> Sequence[UsageSeries]:
    """Usage along the axis, a series for each direction that there are meters of."""
    by_direction = _by_direction(meters)
    whole = Span(axis.instants[0], axis.instants[-1])
    wanted = [
        Wanted(series, meter.device.id, window.start, window.end)
        for series, group in enumerate(by_direction.values())
        for meter in group
        for window in clipped(meter.windows, whole)
    ]
    sums = await store.sums(wanted, axis.instants)
    return [
        UsageSeries(
            direction=direction,
            device_ids=[meter.device.id for meter in group],
            periods=lay_out(axis, group, sums.get(series, {}), now),
            total=total(axis, group, sums.get(series, {}), now),
        )
        for series, (direction, group) in enumerate(by_direction.items())
    ]


def _by_direction(meters: Sequence[VisibleMeter]) -> Mapping[Direction, Sequence[VisibleMeter]]:
    groups: dict[Direction, list[VisibleMeter]] = {}
    for meter in meters:
        groups.setdefault(meter.device.direction, []).append(meter)
    return groups
