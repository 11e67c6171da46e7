"""What can be told of usage beyond its sums: how a month will end, what a week is like."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kilowatch.monitoring.domain.calendar import Period, Span, next_period_start, period_start
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.forecast import LOOK_BACK, Forecast, forecast
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.domain.week import TypicalWeek, typical_week
from kilowatch.monitoring.handlers.usage import by_direction, energies_of
from kilowatch.monitoring.store.usage import UsageStore


async def forecast_month(
    store: UsageStore,
    meters: Sequence[VisibleMeter],
    contracts: Mapping[int, Sequence[Contract]],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[Span, Sequence[Forecast]]:
    """The month that is going on, and a forecast for each direction that there are meters of."""
    start = period_start(now, Period.MONTH, zone)
    month = Span(start, next_period_start(start, Period.MONTH, zone))
    slots = await energies_of(store, meters, Span(min(month.start, now - LOOK_BACK), month.end))
    groups = by_direction(meters).items()
    return month, [forecast(month, direction, group, contracts, slots, now) for direction, group in groups]


async def summarize_week(
    store: UsageStore, meters: Sequence[VisibleMeter], span: Span, zone: ZoneInfo
) -> Sequence[TypicalWeek]:
    """A week for each direction that there are meters of."""
    slots = await energies_of(store, meters, span)
    return [typical_week(direction, group, slots, zone) for direction, group in by_direction(meters).items()]
