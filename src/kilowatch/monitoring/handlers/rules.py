"""Saying what is watched of a device, and trying it out on what has been."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.kit.errors import Forbidden, Invalid, NotFound
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.domain.budgets import steps_passed
from kilowatch.monitoring.domain.calendar import Period, Span, periods
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.power_limit import excesses
from kilowatch.monitoring.domain.rules import DEFAULTS, Budget, HourlyLimit, Offline, PowerLimit, Rule, UnusualUse
from kilowatch.monitoring.domain.silence import silent_from, was_silent
from kilowatch.monitoring.domain.usage import MWH_PER_KWH
from kilowatch.monitoring.handlers.judging import PERIODS, stretches_of, unusual_since
from kilowatch.monitoring.handlers.meters import find_meter, owns
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.rules import ALL_DEVICES, Rules, RuleStore
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


async def span_to_try(watch: WatchStore, device: Device, rule: Rule, span: Span) -> Span:
    """Of the past, as much as can be looked at in one go: a power limit is tried on readings, one by one."""
    if not isinstance(rule.condition, PowerLimit):
        return span
    return Span(max(span.start, await watch.readable_from(device.id) or span.start), span.end)


async def try_out(
    watch: WatchStore, device: Device, rule: Rule, span: Span, visible_from: datetime, hourly_limit_kwh: float | None
) -> Sequence[Finding]:
    """When the rule would have found something in the past, off or on. Who asks may see nothing from before
    `visible_from`: what began earlier is left out, as alerts of it are. Raises `Invalid`."""
    match rule.condition:
        case HourlyLimit():
            return await _hours_over(watch, device, span, visible_from, hourly_limit_kwh or device.hourly_limit_kwh)
        case PowerLimit() as limit:
            rows = Fleet.of([device]).configure(await watch.readings({device.id: span.start}))
            found = excesses(stretches_of(rows, span.start), limit, over_before=False)
            return [each for each in found if each.since >= visible_from]
        case Budget() as budget:
            return await _periods_over(watch, device, span, visible_from, PERIODS[rule.kind], budget)
        case Offline() as offline:
            return await _silences(watch, device, span, visible_from, offline)
        case UnusualUse() as unusual:
            newest = (await watch.newest([device.id])).get(device.id, span.start)
            within = Span(span.start, min(newest, span.end))
            return await unusual_since(watch, device, unusual, within, visible_from)


def _visible_periods(device: Device, span: Span, visible_from: datetime, period: Period) -> Sequence[Span]:
    """Of a period that began before somebody's time, its sum would tell what was used then."""
    some = periods(span, period, ZoneInfo(device.time_zone))
    return [each for each in some if each.start >= visible_from]


async def _hours_over(
    watch: WatchStore, device: Device, span: Span, visible_from: datetime, limit_kwh: float | None
) -> Sequence[Finding]:
    if limit_kwh is None:
        raise Invalid("The device has no hourly limit: say which one to try, as `hourly_limit_kwh`.")
    limit = round(limit_kwh * MWH_PER_KWH)
    hours = _visible_periods(device, span, visible_from, Period.HOUR)
    energies = await watch.energies([(device.id, hour) for hour in hours])
    return [
        Finding(hour.start, hour.end, Measured(energy=energy, threshold=limit))
        for hour, energy in zip(hours, energies, strict=True)
        if energy > limit
    ]


async def _periods_over(
    watch: WatchStore, device: Device, span: Span, visible_from: datetime, period: Period, budget: Budget
) -> Sequence[Finding]:
    some = _visible_periods(device, span, visible_from, period)
    energies = await watch.energies([(device.id, each) for each in some])
    return [step for each, energy in zip(some, energies, strict=True) for step in steps_passed(each, energy, budget)]


async def _silences(
    watch: WatchStore, device: Device, span: Span, visible_from: datetime, offline: Offline
) -> Sequence[Finding]:
    shortest = min(each.interval_s for each in device.configurations)
    longest = silent_from(span.start, shortest, offline) - span.start
    return [
        Finding(since, until, Measured())
        for since, until in await watch.silences(device.id, span, visible_from, longest)
        if was_silent(since, until or span.end, device.configurations, offline)
    ]
