"""A device as the inventory keeps it, and how it is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kilowatch.contracts.metering import Assignment, Device, Direction, MeterConfiguration
from kilowatch.devices.domain.timeline import Timeline, configuration_at
from kilowatch.kit.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an administrator sets and changes at will; the past does not depend on it."""

    name: str
    time_zone: str
    description: str = ""
    location: str = ""
    serial_number: str | None = None  #: unique among the devices that exist
    direction: Direction = Direction.CONSUMPTION
    hourly_limit_kwh: float | None = None
    site_id: int | None = None
    parent_id: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    id: int
    version: int
    particulars: Particulars
    configurations: Timeline
    #: Since when it hangs at its site; None: since it was registered, so that its whole past belongs there.
    site_since: datetime | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    def configuration_at(self, moment: datetime) -> MeterConfiguration:
        return configuration_at(self.configurations, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEdit:
    """A change of some fields, named as in `Particulars` and `MeterConfiguration`."""

    particulars: Mapping[str, Any] = field(default_factory=dict)
    metering: Mapping[str, Any] = field(default_factory=dict)
    valid_from: datetime | None = None  #: of the metering; None: from now


def published(record: DeviceRecord, assignments: Sequence[Assignment]) -> Device:
    """What the other services are told. Of a deleted device there is nobody to tell."""
    particulars = record.particulars
    deleted = record.deleted_at is not None
    return Device(
        id=record.id,
        version=record.version,
        name=particulars.name,
        time_zone=particulars.time_zone,
        direction=particulars.direction,
        configurations=record.configurations,
        hourly_limit_kwh=particulars.hourly_limit_kwh,
        site_id=particulars.site_id,
        parent_id=particulars.parent_id,
        assignments=() if deleted else tuple(assignments),
        active=particulars.active and not deleted,
        deleted=deleted,
    )


def check_version(actual: int, expected: int | None) -> None:
    """Optimistic concurrency: who edits says which version they looked at; None: whatever is there."""
    if expected is not None and expected != actual:
        raise Conflict(f"It has changed meanwhile: you edited version {expected}, it is now version {actual}.")
