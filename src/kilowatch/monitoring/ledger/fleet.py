"""The devices as columns: what the write path asks of a hundred thousand of them at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.contracts.metering import Device, MeterConfiguration, MeterKind
from kilowatch.kit.id_index import IdIndex
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.usage import COUNTER, INTERVAL, MWH_PER_KWH, POWER, Ints, Rows

KIND: Final = {MeterKind.INTERVAL: INTERVAL, MeterKind.COUNTER: COUNTER, MeterKind.POWER: POWER}
CONFIGURED: Final = ("kind", "interval", "max_gap", "max_power", "modulus")
NO_LIMIT: Final = -1

VERSION: Final = np.dtype(
    [
        ("valid_from", "i8"),
        ("kind", "u1"),
        ("interval", "i8"),
        ("max_gap", "i8"),
        ("max_power", "f8"),
        ("modulus", "i8"),
    ]
)
MEMBER: Final = np.dtype(
    [
        ("id", "i8"),
        ("first_version", "i8"),  # index of its earliest configuration
        ("versions", "i8"),
        ("interval", "i8"),  # µs, the longest of its configurations
        ("limit", "i8"),  # mWh an hour, or NO_LIMIT
        ("zone", "i4"),  # index into `zones`
    ]
)


@dataclass(frozen=True, slots=True)
class Fleet:
    """An immutable picture of all devices; a change makes a new one."""

    members: Rows  #: MEMBER, by id
    versions: Rows  #: VERSION, those of one member together, by `valid_from`
    zones: Sequence[str]
    _index: IdIndex

    @classmethod
    def of(cls, devices: Iterable[Device]) -> "Fleet":
        return cls(np.zeros(0, MEMBER), np.zeros(0, VERSION), (), IdIndex(np.zeros(0, np.int64))).updated(devices)

    def updated(self, devices: Iterable[Device]) -> "Fleet":
        """The fleet after these devices have come, changed or gone."""
        changed = {device.id: device for device in devices}
        zones = list(self.zones)
        members, versions = _columns([each for each in changed.values() if not each.deleted], zones)
        kept = self.members[~np.isin(self.members["id"], list(changed))]
        # New versions are put behind the old ones; those of changed devices lie unused until the next start.
        members["first_version"] += len(self.versions)
        merged = np.concatenate([kept, members])
        merged = merged[np.argsort(merged["id"])]
        return Fleet(merged, np.concatenate([self.versions, versions]), tuple(zones), IdIndex(merged["id"]))

    def positions(self, devices: Ints) -> Ints:
        """Where in `members` each device stands; -1 for one that is not known."""
        return self._index.find(devices)

    def configure(self, rows: Rows) -> Rows:
        """Fill in the configuration that was in force when each reading was taken. Every device must be known."""
        member = self.members[self.positions(rows["device"])]
        version = member["first_version"].copy()
        for later in range(1, int(member["versions"].max(initial=1))):
            candidate = np.minimum(member["first_version"] + later, len(self.versions) - 1)
            in_force = (later < member["versions"]) & (self.versions["valid_from"][candidate] <= rows["time"])
            version[in_force] += 1
        for column in CONFIGURED:
            rows[column] = self.versions[column][version]
        return rows


def _columns(devices: Iterable[Device], zones: list[str]) -> tuple[Rows, Rows]:
    """MEMBER and VERSION rows; time zones that are new are added to `zones`."""
    number_of = {zone: number for number, zone in enumerate(zones)}
    members: list[tuple[int, int, int, int, int, int]] = []
    versions: list[tuple[int, int, int, int, float, int]] = []
    for device in devices:
        own = [_version(configuration) for configuration in device.configurations]
        interval = max(configuration.interval_s for configuration in device.configurations) * 1_000_000
        zone = number_of.setdefault(device.time_zone, len(number_of))
        members.append((device.id, len(versions), len(own), interval, _limit(device), zone))
        versions.extend(own)
    zones[:] = number_of
    return np.array(members, MEMBER), np.array(versions, VERSION)


def _limit(device: Device) -> int:
    return NO_LIMIT if device.hourly_limit_kwh is None else round(device.hourly_limit_kwh * MWH_PER_KWH)


def _version(configuration: MeterConfiguration) -> tuple[int, int, int, int, float, int]:
    return (
        microseconds(configuration.valid_from),
        KIND[configuration.kind],
        configuration.interval_s * 1_000_000,
        configuration.max_gap_s * 1_000_000,
        configuration.max_power_w,
        round((configuration.modulus_kwh or 0) * MWH_PER_KWH),
    )
