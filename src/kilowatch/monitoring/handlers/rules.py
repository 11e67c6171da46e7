"""Saying what is watched of a device, and trying it out on what has been."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.kit.errors import Forbidden, Invalid, NotFound
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.domain import power_limit, unusual
from kilowatch.monitoring.domain.bill import SLOT_ENERGY
from kilowatch.monitoring.domain.budgets import steps_passed
from kilowatch.monitoring.domain.calendar import Period, Span, periods
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.limits import hours_over
from kilowatch.monitoring.domain.power_limit import excesses
from kilowatch.monitoring.domain.rules import DEFAULTS, Budget, HourlyLimit, Offline, PowerLimit, Rule, UnusualUse
from kilowatch.monitoring.domain.silence import silent_at, silent_from
from kilowatch.monitoring.domain.trial import Sighting
from kilowatch.monitoring.domain.unusual import unusual_times
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows
from kilowatch.monitoring.handlers.judging import PERIODS, past_beside, stretches_of
from kilowatch.monitoring.handlers.meters import find_meter, owns
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.rules import ALL_DEVICES, Rules, RuleStore
from kilowatch.monitoring.store.usage import UsageStore
from kilowatch.monitoring.store.watching import WatchStore

#: The write path learns of a rule within a second or two. What is written meanwhile is judged once more after this.
WRITERS_KNOW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The effects that setting a rule may have, all in one transaction; who asks for it, and when."""

    rules: RuleStore
    watch: WatchStore
    meters: MeterStore
    audit: Audit
    who: UserPrincipal
    now: datetime


async def rules_of_device(setting: Setting, device_id: int) -> tuple[Device, Rules, Rules]:
    """The device, what holds for it, and what of that is its own. Raises `NotFound`."""
    meter = await find_meter(setting.meters, setting.who, device_id, setting.now)
    holding = await setting.rules.effective([device_id])
    return meter.device, holding[device_id], await setting.rules.own(device_id)


async def default_rules(rules: RuleStore) -> Rules:
    return {**DEFAULTS, **await rules.own(ALL_DEVICES)}


async def set_own_rule(setting: Setting, device_id: int, rule: Rule) -> Device:
    """Raises `NotFound`, `Forbidden`."""
    device = await _device_to_rule(setting, device_id)
    await setting.rules.save(device_id, rule)
    await setting.audit.record("alert_rule.set", f"device/{device_id}", kind=rule.kind.value, enabled=rule.enabled)
    await _judge_again(setting, [device_id])
    return device


async def remove_own_rule(setting: Setting, device_id: int, kind: AlertKind) -> None:
    """The default holds again. Raises `NotFound`, `Forbidden`."""
    await _device_to_rule(setting, device_id)
    if not await setting.rules.remove(device_id, kind):
        raise NotFound("The device has no rule of its own of this kind.")
    await setting.audit.record("alert_rule.removed", f"device/{device_id}", kind=kind.value)
    await _judge_again(setting, [device_id])


async def set_default(setting: Setting, rule: Rule) -> None:
    """For every device that has no rule of its own of this kind."""
    await setting.rules.save(ALL_DEVICES, rule)
    await setting.audit.record("alert_rule.set", "alert-rules/defaults", kind=rule.kind.value, enabled=rule.enabled)
    await _judge_again(setting, await setting.watch.without_end(rule.kind))


async def remove_default(setting: Setting, kind: AlertKind) -> None:
    """What we ship holds again. Raises `NotFound`."""
    if not await setting.rules.remove(ALL_DEVICES, kind):
        raise NotFound("The rule of this kind is the one that we ship.")
    await setting.audit.record("alert_rule.removed", "alert-rules/defaults", kind=kind.value)
    await _judge_again(setting, await setting.watch.without_end(kind))


async def _device_to_rule(setting: Setting, device_id: int) -> Device:
    meter = await find_meter(setting.meters, setting.who, device_id, setting.now)
    administers = setting.who.role is Role.ADMINISTRATOR
    if not administers and not await owns(setting.meters, setting.who, device_id, setting.now):
        raise Forbidden("Setting rules is for the owner of the device.")
    return meter.device


async def _judge_again(setting: Setting, device_ids: Collection[int]) -> None:
    await setting.watch.touch(device_ids, setting.now, setting.now, setting.now + WRITERS_KNOW)


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the past is looked up."""

    watch: WatchStore
    usage: UsageStore


async def span_to_try(watch: WatchStore, device: Device, rule: Rule, span: Span) -> Span:
    """Of the past, as much as can be looked at in one go: a power limit is tried on readings, one by one."""
    if not isinstance(rule.condition, PowerLimit):
        return span
    return Span(max(span.start, await watch.readable_from(device.id) or span.start), span.end)


async def try_out(
    trial: Trial, device: Device, rule: Rule, span: Span, visible_from: datetime, hourly_limit_kwh: float | None
) -> Sequence[Sighting]:
    """What the rule would have found in the past, off or on. Who asks may see nothing from before `visible_from`:
    what began earlier is left out, as alerts of it are. Raises `Invalid`."""
    match rule.condition:
        case HourlyLimit():
            limit = hourly_limit_kwh or device.hourly_limit_kwh
            if limit is None:
                raise Invalid("The device has no hourly limit: say which one to try, as `hourly_limit_kwh`.")
            hours = _visible_periods(device, span, visible_from, Period.HOUR)
            return hours_over(hours, await _slots(trial, device, hours), round(limit * MWH_PER_KWH))
        case PowerLimit() as limit_:
            rows = Fleet.of([device]).configure(await trial.watch.readings({device.id: span.start}))
            stretches = stretches_of(rows, span.start)
            found = excesses(stretches, limit_, over_before=False)
            return power_limit.sightings([each for each in found if each.since >= visible_from], stretches, limit_)
        case Budget() as budget:
            some = _visible_periods(device, span, visible_from, PERIODS[rule.kind])
            return steps_passed(some, await _slots(trial, device, some), budget)
        case Offline() as offline:
            return await _silences(trial.watch, device, span, visible_from, offline)
        case UnusualUse() as condition:
            return await _unusual(trial, device, span, visible_from, condition)


def _visible_periods(device: Device, span: Span, visible_from: datetime, period: Period) -> Sequence[Span]:
    """Of a period that began before somebody's time, its sum would tell what was used then."""
    some = periods(span, period, ZoneInfo(device.time_zone))
    return [each for each in some if each.start >= visible_from]


async def _slots(trial: Trial, device: Device, some: Sequence[Span]) -> Rows:
    """SLOT_ENERGY of periods in a row."""
    spans = [(device.id, Span(some[0].start, some[-1].end))] if some else []
    return (await trial.usage.energies(spans)).get(device.id, np.zeros(0, SLOT_ENERGY))


async def _unusual(
    trial: Trial, device: Device, span: Span, visible_from: datetime, condition: UnusualUse
) -> Sequence[Sighting]:
    newest = min((await trial.watch.newest([device.id])).get(device.id, span.start), span.end)
    some = _visible_periods(device, Span(span.start, newest), visible_from, Period.HOUR)
    starts = [hour.start for hour in some]
    past = await past_beside(trial.watch, device, condition, starts, visible_from)
    found = unusual_times(starts, past, condition, newest)
    return unusual.sightings(found, past, condition, await _slots(trial, device, some))


async def _silences(
    watch: WatchStore, device: Device, span: Span, visible_from: datetime, offline: Offline
) -> Sequence[Sighting]:
    shortest = min(each.interval_s for each in device.configurations)
    longest = silent_from(span.start, shortest, offline) - span.start
    return [
        Sighting(Finding(since, until, Measured()), seen, until)
        for since, until in await watch.silences(device.id, span, visible_from, longest)
        if (seen := silent_at(since, device.configurations, offline)) < (until or span.end)
    ]
