"""What everyone needs to know of a meter: its kind, its dated configuration, its limits, who may see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class MeterKind(StrEnum):
    """What the value of a reading means."""

    INTERVAL = "interval"  #: kWh since the previous reading
    COUNTER = "counter"  #: a kWh register that only grows
    POWER = "power"  #: W, integrated over time


class Direction(StrEnum):
    CONSUMPTION = "consumption"
    PRODUCTION = "production"
    EXPORT = "export"


class AccessLevel(StrEnum):
    OWNER = "owner"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfiguration:
    """What the usage function reads of a device, in force from `valid_from` until the next one.

    The first configuration of a device holds for all earlier time as well.
    """

    valid_from: datetime
    kind: MeterKind
    interval_s: int = 900  #: expected time between readings
    max_gap_s: int = 7200  #: a longer silence makes the energy over it `estimated`
    max_power_w: float = 100_000.0  #: largest plausible power; judges roll-over, reset and glitch
    modulus_kwh: float | None = None  #: where a counter rolls over to zero; None: never


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A user may see the device's usage from `since` until `until` (None: still)."""

    user_id: UUID
    level: AccessLevel
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The whole published state of a device: carried by every `device.*` event and by the snapshot."""

    id: int
    version: int  #: grows with every change; a projection ignores an older one
    name: str
    time_zone: str  #: IANA name; hours, days and months of usage follow it
    direction: Direction
    configurations: tuple[MeterConfiguration, ...]  #: by `valid_from`, at least one
    hourly_limit_kwh: float | None = None
    site_id: int | None = None
    parent_id: int | None = None  #: the meter that this one is behind; a site's total counts top-level meters
    assignments: tuple[Assignment, ...] = ()
    active: bool = True  #: an inactive device's readings are rejected
    deleted: bool = False  #: a tombstone
