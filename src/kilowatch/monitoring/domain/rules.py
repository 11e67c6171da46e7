"""What is watched of a device: one rule for each kind of alert, the device's own or the installation's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertKind, Severity


@dataclass(frozen=True, slots=True)
class HourlyLimit:
    """An hour's energy over `Device.hourly_limit_kwh`. A device without that limit is not watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLimit:
    limit_w: float
    for_s: int = 300  #: a shorter time over the limit is none
    hysteresis_percent: float = 5.0  #: it is over once the power is so far below the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Of a local day or month."""

    kwh: float
    warn_percent: int = 80  #: 100: no warning before


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    missed: int = 3  #: intervals without a reading
    grace_s: int = 300  #: after a restart or an outage of ours nobody is judged for so long


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualUse:
    """An hour beside the same hour of the same weekday in the weeks before."""

    weeks: int = 8
    deviations: float = 5.0  #: how many of what is usually the deviation from the median is too far
    least_kwh: float = 0.3  #: a smaller difference is none, however regular the device


Condition: TypeAlias = HourlyLimit | PowerLimit | Budget | Offline | UnusualUse

CONDITIONS: Final[Mapping[AlertKind, type[Condition]]] = MappingProxyType(
    {
        AlertKind.HOURLY_LIMIT: HourlyLimit,
        AlertKind.POWER_LIMIT: PowerLimit,
        AlertKind.DAILY_BUDGET: Budget,
        AlertKind.MONTHLY_BUDGET: Budget,
        AlertKind.OFFLINE: Offline,
        AlertKind.UNUSUAL_USE: UnusualUse,
    }
)

#: Judged from what is stored when a device's usage changes: the ledger tells of these devices.
JUDGED_BY_USAGE: Final = (
    AlertKind.POWER_LIMIT,
    AlertKind.DAILY_BUDGET,
    AlertKind.MONTHLY_BUDGET,
    AlertKind.UNUSUAL_USE,
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` by the device's clocks, over midnight when `end` is earlier."""

    start: time
    end: time

    def end_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours that `moment` lies in end, UTC; None: it lies in none."""
        local = moment.astimezone(zone)
        for day in (local.date() - timedelta(days=1), local.date()):
            start = datetime.combine(day, self.start, zone).astimezone(UTC)
            last = day if self.start < self.end else day + timedelta(days=1)
            end = datetime.combine(last, self.end, zone).astimezone(UTC)
            if start <= moment < end:
                return end
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    kind: AlertKind
    enabled: bool = True
    severity: Severity = Severity.WARNING
    cooldown_s: int = 0  #: after an alert has been told, the next one of the device waits so long
    quiet: QuietHours | None = None  #: what is critical is told all the same
    escalate_after_s: int | None = None  #: unanswered for so long, it goes to administrators
    condition: Condition = field(default_factory=HourlyLimit)


#: What holds until an administrator says otherwise. What needs an amount is off until somebody says it.
DEFAULTS: Final[Mapping[AlertKind, Rule]] = MappingProxyType(
    {
        rule.kind: rule
        for rule in (
            Rule(kind=AlertKind.HOURLY_LIMIT, escalate_after_s=1800),
            Rule(
                kind=AlertKind.POWER_LIMIT,
                enabled=False,
                cooldown_s=900,
                escalate_after_s=3600,
                condition=PowerLimit(limit_w=5_000),
            ),
            Rule(kind=AlertKind.DAILY_BUDGET, enabled=False, condition=Budget(kwh=20)),
            Rule(kind=AlertKind.MONTHLY_BUDGET, enabled=False, condition=Budget(kwh=400)),
            Rule(kind=AlertKind.OFFLINE, cooldown_s=900, escalate_after_s=4 * 3600, condition=Offline()),
            Rule(
                kind=AlertKind.UNUSUAL_USE,
                enabled=False,
                severity=Severity.INFO,
                cooldown_s=3 * 3600,
                condition=UnusualUse(),
            ),
        )
    }
)


def effective(own: Mapping[AlertKind, Rule], defaults: Mapping[AlertKind, Rule]) -> dict[AlertKind, Rule]:
    """The rule of each kind: the device's own, else the installation's, else the one that we ship."""
    return {kind: own.get(kind) or defaults.get(kind) or DEFAULTS[kind] for kind in AlertKind}


def held_until(
    rule: Rule,
    severity: Severity,
    zone: ZoneInfo,
    *,
    told_at: datetime | None,
    snoozed_until: datetime | None,
    now: datetime,
) -> datetime | None:
    """Until when the news of an alert waits; None: it is told now.

    `told_at`, `snoozed_until`: when the rule last told of the device, and until when the device's alerts of this
    rule are snoozed. An alert that is over by then is never told.
    """
    waits = [snoozed_until] if snoozed_until else []
    if told_at is not None:
        waits.append(told_at + timedelta(seconds=rule.cooldown_s))
    if rule.quiet is not None and severity is not Severity.CRITICAL:
        waits.append(rule.quiet.end_after(now, zone) or now)
    latest = max(waits, default=now)
    return latest if latest > now else None
