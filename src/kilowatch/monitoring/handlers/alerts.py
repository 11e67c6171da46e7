"""Answering alerts: acknowledge, snooze, clear."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertAcknowledged, AlertCleared, AlertSnoozed
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.kit.errors import Forbidden
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.domain.alert import AlertRecord, acknowledged, cleared, require_seen, snoozed
from kilowatch.monitoring.domain.words import published
from kilowatch.monitoring.handlers.meters import owns, sees_everything
from kilowatch.monitoring.store.alerts import AlertStore, OnlyOf
from kilowatch.monitoring.store.meters import MeterStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The effects that a use case may have, all in one transaction; who asks for it, and when."""

    alerts: AlertStore
    meters: MeterStore
    outbox: Outbox
    audit: Audit
    who: UserPrincipal
    now: datetime


def sight(who: UserPrincipal, now: datetime) -> OnlyOf | None:
    """None: every alert."""
    return None if sees_everything(who) else OnlyOf(who.user_id, now)


async def acknowledge_alert(
    work: Work, alert_id: UUID, note: str, seen_version: int | None
) -> tuple[AlertRecord, Device]:
    """Raises `NotFound`, `Forbidden`, `Conflict`."""
    before, device = await _alert_to_answer(work, alert_id, seen_version)
    after = acknowledged(before, work.who.user_id, note, work.now)
    await work.alerts.save(after)
    await work.outbox.add(AlertAcknowledged(published(after, device, await _watchers(work, after))))
    await work.audit.record("alert.acknowledged", f"alert/{alert_id}", device_id=device.id)
    return after, device


async def snooze_alert(
    work: Work, alert_id: UUID, until: datetime, seen_version: int | None
) -> tuple[AlertRecord, Device]:
    """Raises `NotFound`, `Forbidden`, `Conflict`, `Invalid`."""
    before, device = await _alert_to_answer(work, alert_id, seen_version)
    after = snoozed(before, until, work.now)
    await work.alerts.save(after)
    await work.outbox.add(AlertSnoozed(published(after, device, await _watchers(work, after))))
    await work.audit.record("alert.snoozed", f"alert/{alert_id}", device_id=device.id, until=until.isoformat())
    return after, device


async def clear_alert(work: Work, alert_id: UUID, seen_version: int | None) -> tuple[AlertRecord, Device]:
    """Raises `NotFound`, `Forbidden`, `Conflict`."""
    before, device = await _alert_to_answer(work, alert_id, seen_version)
    after = cleared(before, work.now)
    await work.alerts.save(after)
    await work.outbox.add(AlertCleared(published(after, device, await _watchers(work, after))))
    await work.audit.record("alert.cleared", f"alert/{alert_id}", device_id=device.id)
    return after, device


async def _alert_to_answer(work: Work, alert_id: UUID, seen_version: int | None) -> tuple[AlertRecord, Device]:
    before, device = await work.alerts.get_for_change(alert_id, sight(work.who, work.now))
    if not await may_answer(work, before.device_id):
        raise Forbidden("Answering alerts is for the owner of the device.")
    require_seen(before, seen_version)
    return before, device


async def may_answer(work: Work, device_id: int) -> bool:
    return work.who.role is Role.ADMINISTRATOR or await owns(work.meters, work.who, device_id, work.now)


async def _watchers(work: Work, alert: AlertRecord) -> tuple[UUID, ...]:
    return tuple(await work.alerts.watchers(alert.id, work.now))
