"""An alert in Romanian: which device, since when, how much over, what it costs, as its own text says it in English."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertKind
from kilowatch.realtime.notifications.notice import AlertNotice

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
WEEKDAYS: Final = ("luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică")
MONTHS: Final = (
    "ianuarie",
    "februarie",
    "martie",
    "aprilie",
    "mai",
    "iunie",
    "iulie",
    "august",
    "septembrie",
    "octombrie",
    "noiembrie",
    "decembrie",
)


def sentence(notice: AlertNotice, zone: ZoneInfo) -> str:
    """One or two sentences that can stand alone."""
    name = " ".join(notice.device_name.split())
    return f"{name}: {_what(notice, zone)}{_cost(notice)}."


def _what(notice: AlertNotice, zone: ZoneInfo) -> str:
    start = notice.since.astimezone(zone)
    match notice.kind:
        case AlertKind.HOURLY_LIMIT:
            end = (notice.since + HOUR).astimezone(zone)
            hour = f"{_day(start)}, între {start:%H:%M} și {end:%H:%M}"
            return f"{_kwh(notice.energy_kwh)} {hour}, {_over(notice)} limita de {_kwh(notice.limit_kwh)}"
        case AlertKind.POWER_LIMIT:
            over = _watts((notice.power_w or 0) - (notice.limit_w or 0))
            return (
                f"peste {_watts(notice.limit_w)} {_span(notice, zone)}, cu cel mult {over} ({_watts(notice.power_w)})"
            )
        case AlertKind.DAILY_BUDGET:
            return f"{_kwh(notice.energy_kwh)} {_day(start)}, {_share(notice)}"
        case AlertKind.MONTHLY_BUDGET:
            return f"{_kwh(notice.energy_kwh)} în {MONTHS[start.month - 1]} {start.year}, {_share(notice)}"
        case AlertKind.OFFLINE:
            silence = f"nicio citire de la {_clock(notice.since, zone)}"
            return silence if notice.until is None else f"{silence}; a revenit la {_clock(notice.until, zone)}"
        case AlertKind.UNUSUAL_USE:
            return _unusual(notice, zone)


def _over(notice: AlertNotice) -> str:
    return f"cu {_kwh((notice.energy_kwh or 0) - (notice.limit_kwh or 0))} peste"


def _share(notice: AlertNotice) -> str:
    budget = f"bugetul de {_kwh(notice.limit_kwh)}"
    if notice.share_percent == 100:
        return f"{_over(notice)} {budget}"
    percent = 100 * (notice.energy_kwh or 0) / (notice.limit_kwh or 1)
    return f"{percent:.0f} % din {budget}"


def _unusual(notice: AlertNotice, zone: ZoneInfo) -> str:
    difference = (notice.energy_kwh or 0) - (notice.usual_kwh or 0)
    more = difference > 0
    amount, edge = ("mai mult", "peste") if more else ("mai puțin", "sub")
    weekday = WEEKDAYS[notice.since.astimezone(zone).weekday()]
    return (
        f"cu {_kwh(abs(difference))} {amount} decât de obicei: {_kwh(notice.energy_kwh)} într-o oră"
        f" {_span(notice, zone)}. La această oră, în zilele de {weekday}, jumătate din ore au fost sub"
        f" {_kwh(notice.usual_kwh)}, iar {edge} {_kwh(notice.limit_kwh)} este neobișnuit"
    )


def _cost(notice: AlertNotice) -> str:
    if notice.cost is None:
        return ""
    what = "până acum" if notice.share_percent is not None else "pentru ce este în plus"
    return f", circa {_number(notice.cost, 2)} {notice.currency or ''} {what}"


def _span(notice: AlertNotice, zone: ZoneInfo) -> str:
    since = f"de la {_clock(notice.since, zone)}"
    return since if notice.until is None else f"{since}, timp de {_duration(notice.until - notice.since)}"


def _day(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]}"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%H:%M}, {_day(local)}"


def _duration(length: timedelta) -> str:
    hours, rest = divmod(length, HOUR)
    minutes = rest // MINUTE
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0 or not hours))


def _kwh(energy_kwh: float | None) -> str:
    value = energy_kwh or 0.0
    return f"{_number(value, 2 if abs(value) < 100 else 0)} kWh"


def _watts(power_w: float | None) -> str:
    value = power_w or 0.0
    return f"{_number(value / 1000, 1)} kW" if abs(value) >= 1000 else f"{value:.0f} W"


def _number(value: float, digits: int) -> str:
    """1.234,50: Romanian has point and comma the other way round."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
