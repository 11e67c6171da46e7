"""The life of an alert: raised, acknowledged, cleared. It never goes back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.events import Alert, AlertKind, AlertState
from kilowatch.contracts.metering import Device
from kilowatch.kit.errors import Conflict
from kilowatch.monitoring.domain.usage import MWH_PER_KWH


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert as it is kept. Energy in mWh."""

    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    device_id: int
    since: datetime
    raised_at: datetime
    energy: int | None
    threshold: int | None
    historical: bool
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None
    note: str = ""
    cleared_at: datetime | None = None


def acknowledged(alert: AlertRecord, by: UUID, note: str, at: datetime) -> AlertRecord:
    """Somebody has seen it and says what about it. Raises `Conflict` when that has been done before."""
    if alert.state is not AlertState.RAISED:
        raise Conflict(f"The alert is {alert.state} already.")
    return replace(
        alert,
        version=alert.version + 1,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_at=at,
        acknowledged_by=by,
        note=note,
    )


def cleared(alert: AlertRecord, at: datetime) -> AlertRecord:
    """It is over. Raises `Conflict` when it was before."""
    if alert.state is AlertState.CLEARED:
        raise Conflict("The alert is cleared already.")
    return replace(alert, version=alert.version + 1, state=AlertState.CLEARED, cleared_at=at)


def require_seen(alert: AlertRecord, seen_version: int | None) -> None:
    """Raises `Conflict` when somebody has changed the alert since version `seen_version` was looked at."""
    if seen_version not in {None, alert.version}:
        raise Conflict("Somebody has changed this alert meanwhile; look again.")


def published(alert: AlertRecord, device: Device, user_ids: Iterable[UUID]) -> Alert:
    return Alert(
        id=alert.id,
        version=alert.version,
        kind=alert.kind,
        state=alert.state,
        device_id=alert.device_id,
        device_name=device.name,
        since=alert.since,
        raised_at=alert.raised_at,
        energy_kwh=kwh(alert.energy),
        limit_kwh=kwh(alert.threshold),
        historical=alert.historical,
        user_ids=tuple(user_ids),
    )


def kwh(energy: int | None) -> float | None:
    return None if energy is None else energy / MWH_PER_KWH
