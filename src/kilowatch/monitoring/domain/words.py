"""An alert in words: which device, since when, how much over, what it costs. By the clocks of the device."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import Alert, AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.monitoring.domain.alert import AlertRecord, kwh
from kilowatch.monitoring.domain.usage import MWH_PER_KWH

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)


def published(alert: AlertRecord, device: Device, user_ids: Iterable[UUID]) -> Alert:
    return Alert(
        id=alert.id,
        version=alert.version,
        kind=alert.kind,
        state=alert.state,
        severity=alert.severity,
        device_id=alert.device_id,
        device_name=device.name,
        since=alert.since,
        until=alert.until,
        raised_at=alert.raised_at,
        text=describe(alert, device),
        energy_kwh=kwh(alert.energy),
        limit_kwh=kwh(alert.threshold),
        usual_kwh=kwh(alert.usual),
        share_percent=alert.share_percent,
        power_w=alert.power_w,
        limit_w=alert.limit_w,
        cost=alert.cost,
        currency=alert.currency,
        historical=alert.historical,
        acknowledged_by=alert.acknowledged_by,
        snoozed_until=alert.snoozed_until,
        escalated_at=alert.escalated_at,
        user_ids=tuple(user_ids),
    )


def describe(alert: AlertRecord, device: Device) -> str:
    """One or two sentences, in English, that can stand alone."""
    zone = ZoneInfo(device.time_zone)
    return f"{device.name}: {_what(alert, zone)}{_cost(alert)}."


def _what(alert: AlertRecord, zone: ZoneInfo) -> str:
    match alert.kind:
        case AlertKind.HOURLY_LIMIT:
            return (
                f"{_kwh(alert.energy)} {_hour(alert.since, zone)}, {_over(alert)} the limit of {_kwh(alert.threshold)}"
            )
        case AlertKind.POWER_LIMIT:
            over = _watts((alert.power_w or 0) - (alert.limit_w or 0))
            return f"over {_watts(alert.limit_w)} {_span(alert, zone)}, by up to {over} ({_watts(alert.power_w)})"
        case AlertKind.DAILY_BUDGET:
            return f"{_kwh(alert.energy)} on {alert.since.astimezone(zone):%A %-d %B}, {_share(alert)}"
        case AlertKind.MONTHLY_BUDGET:
            return f"{_kwh(alert.energy)} in {alert.since.astimezone(zone):%B %Y}, {_share(alert)}"
        case AlertKind.OFFLINE:
            return _silence(alert, zone)
        case AlertKind.UNUSUAL_USE:
            return _unusual(alert, zone)


def _over(alert: AlertRecord) -> str:
    return f"{_kwh((alert.energy or 0) - (alert.threshold or 0))} over"


def _share(alert: AlertRecord) -> str:
    budget = f"the budget of {_kwh(alert.threshold)}"
    if alert.share_percent == 100:
        return f"{_over(alert)} {budget}"
    percent = 100 * (alert.energy or 0) / (alert.threshold or 1)
    return f"{percent:.0f} % of {budget}"


def _silence(alert: AlertRecord, zone: ZoneInfo) -> str:
    since = f"no readings since {_clock(alert.since, zone)}"
    return since if alert.until is None else f"{since}; it was back at {_clock(alert.until, zone)}"


def _unusual(alert: AlertRecord, zone: ZoneInfo) -> str:
    """Says what it was compared with, so that everybody can judge for themselves."""
    difference = abs((alert.energy or 0) - (alert.usual or 0))
    more = (alert.energy or 0) > (alert.usual or 0)
    direction = "more" if more else "less"
    edge = "more than" if more else "less than"
    weekdays = f"{alert.since.astimezone(zone):%A}s"
    return (
        f"{_kwh(difference)} {direction} than usual: {_kwh(alert.energy)} in an hour {_span(alert, zone)}."
        f" At this time on {weekdays} half of the hours were below {_kwh(alert.usual)},"
        f" and {edge} {_kwh(alert.threshold)} is out of the ordinary"
    )


def _cost(alert: AlertRecord) -> str:
    if alert.cost is None:
        return ""
    what = "so far" if alert.share_percent is not None else "for what is over"
    return f", about {alert.cost:.2f} {alert.currency} {what}"


def _hour(since: datetime, zone: ZoneInfo) -> str:
    """Its last minute counts: "from 02:00 to 03:00" in the night of a change of clocks may be two hours."""
    start, end = since.astimezone(zone), (since + HOUR).astimezone(zone)
    return f"on {start:%A %-d %B} from {start:%H:%M} to {end:%H:%M}"


def _span(alert: AlertRecord, zone: ZoneInfo) -> str:
    since = f"since {_clock(alert.since, zone)}"
    if alert.until is None:
        return since
    return f"from {_clock(alert.since, zone)} for {_duration(alert.until - alert.since)}"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%H:%M} on {local:%A %-d %B}"


def _duration(length: timedelta) -> str:
    hours, rest = divmod(length, HOUR)
    minutes = rest // MINUTE
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0 or not hours)
    return " ".join(parts)


def _kwh(energy: int | None) -> str:
    value = (energy or 0) / MWH_PER_KWH
    return f"{value:.2f} kWh" if abs(value) < 100 else f"{value:,.0f} kWh"


def _watts(power_w: float | None) -> str:
    value = power_w or 0.0
    return f"{value / 1000:.1f} kW" if abs(value) >= 1000 else f"{value:.0f} W"
