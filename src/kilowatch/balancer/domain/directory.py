"""Which devices there are, and who may send for them: columns sorted by id, kept in memory.

Changed in place by `apply`, which takes what changed and not the whole, and never while a batch is being checked:
checking does not await anything.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from kilowatch.balancer.domain.instants import Bools, Ints
from kilowatch.balancer.domain.local_time import ZoneRules, zone_rules
from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.events import Credential
from kilowatch.contracts.metering import Device, Direction, MeterKind
from kilowatch.kit.hashing import partitions_of
from kilowatch.kit.id_index import ABSENT, IdIndex
from kilowatch.kit.instants import microseconds

UNKNOWN: Final = ABSENT

#: May a value of the device be negative: never, always, or as the configuration in force at its time says.
NEVER, ALWAYS, DATED = range(3)

ROW: Final = np.dtype(
    [("id", "i8"), ("zone", "i4"), ("partition", "i4"), ("negative", "u1"), ("active", "?")],
)


@dataclass(frozen=True, slots=True)
class Sender:
    """A credential that is in force."""

    holder: Holder
    devices: IdIndex
    valid_until: datetime | None

    def may_send_for(self, devices: Ints) -> Bools:
        allowed: Bools = self.devices.find(devices) != ABSENT
        return allowed

    def may_send(self, device: int) -> bool:
        place = bisect_left(self.devices.ids, device)
        return place < len(self.devices) and bool(self.devices.ids[place] == device)

    def is_valid_at(self, moment: datetime) -> bool:
        return self.valid_until is None or moment < self.valid_until


class Directory:
    def __init__(self, partition_count: int) -> None:
        self.partition_count = partition_count
        self._rows = np.zeros(0, ROW)
        self._index = IdIndex(self._rows["id"])
        self._zone_names: list[str] = []
        self._dated: dict[int, list[tuple[int, bool]]] = {}
        self._senders: dict[bytes, Sender] = {}
        self._digests: dict[UUID, bytes] = {}
        self._by_holder: dict[Holder, dict[UUID, Sender]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def partitions(self) -> Ints:
        """How many devices each partition has."""
        return np.bincount(self._rows["partition"], minlength=self.partition_count)

    def knows(self, device: int) -> bool:
        return bool(self.rows_of(np.array([device], np.int64))[0] != UNKNOWN)

    def rows_of(self, devices: Ints) -> Ints:
        """Where each device stands in the columns; UNKNOWN where it does not."""
        return self._index.find(devices)

    def active(self, rows: Ints) -> Bools:
        active: Bools = self._column("active", rows, missing=0) != 0
        return active

    def partition(self, rows: Ints) -> Ints:
        return self._column("partition", rows, missing=0)

    def zones(self, rows: Ints) -> Ints:
        """Number of each device's zone, for `rules`; UNKNOWN for a device that is."""
        return self._column("zone", rows, missing=UNKNOWN)

    def rules(self, zone: int) -> ZoneRules:
        return zone_rules(self._zone_names[zone])

    def may_be_negative(self, rows: Ints, times: Ints) -> Bools:
        rule = self._column("negative", rows, missing=NEVER)
        allowed: Bools = rule == ALWAYS
        for place in np.flatnonzero(rule == DATED):
            allowed[place] = _in_force(self._dated[int(self._index.ids[rows[place]])], int(times[place]))
        return allowed

    def sender(self, digest: bytes) -> Sender | None:
        """Whose credential has this SHA-256. The caller looks whether it is still valid."""
        return self._senders.get(digest)

    def senders_of(self, holder: Holder) -> Sequence[Sender]:
        return tuple(self._by_holder.get(holder, {}).values())

    def apply(self, devices: Sequence[Device], credentials: Sequence[Credential]) -> None:
        """Take in the newest state of what has changed, tombstones and revocations too."""
        if devices:
            self._apply_devices(devices)
        for credential in credentials:
            self._forget(credential.id)
            if not credential.revoked:
                self._learn(credential)

    def _apply_devices(self, devices: Sequence[Device]) -> None:
        newest = {device.id: device for device in devices}
        changed = np.array(sorted(newest), np.int64)
        known = self._index.find(changed)
        kept = np.delete(self._rows, known[known != UNKNOWN])
        added = self._new_rows([newest[id_] for id_ in changed.tolist() if not newest[id_].deleted])
        self._rows = np.insert(kept, np.searchsorted(kept["id"], added["id"]), added)
        self._index = IdIndex(self._rows["id"])

    def _new_rows(self, devices: Sequence[Device]) -> npt.NDArray[np.void]:
        rows = np.zeros(len(devices), ROW)
        rows["id"] = [device.id for device in devices]
        rows["zone"] = [self._zone_number(device.time_zone) for device in devices]
        rows["active"] = [device.active for device in devices]
        rows["negative"] = [self._negative_rule(device) for device in devices]
        rows["partition"] = partitions_of(rows["id"], self.partition_count)
        return rows

    def _zone_number(self, name: str) -> int:
        known = name if _is_known(name) else "UTC"  # devices has newer tables than we: better than no readings
        if known not in self._zone_names:
            self._zone_names.append(known)
        return self._zone_names.index(known)

    def _negative_rule(self, device: Device) -> int:
        dated = [
            (microseconds(configuration.valid_from), can_be_negative(configuration.kind, device.direction))
            for configuration in device.configurations
        ]
        match {negative for _, negative in dated}:
            case answers if len(answers) > 1:
                self._dated[device.id] = dated
                return DATED
            case answers:
                return ALWAYS if True in answers else NEVER

    def _learn(self, credential: Credential) -> None:
        devices = IdIndex(np.unique(np.array(credential.device_ids, np.int64)))
        sender = Sender(_holder(credential), devices, credential.valid_until)
        self._digests[credential.id] = credential.sha256
        self._senders[credential.sha256] = sender
        self._by_holder.setdefault(sender.holder, {})[credential.id] = sender

    def _forget(self, credential_id: UUID) -> None:
        digest = self._digests.pop(credential_id, None)
        if digest is None:
            return
        holder = self._senders.pop(digest).holder
        del self._by_holder[holder][credential_id]
        if not self._by_holder[holder]:
            del self._by_holder[holder]

    def _column(self, name: str, rows: Ints, *, missing: int) -> Ints:
        if not len(self._rows):
            return np.full(len(rows), missing)
        # Row -1, unknown, takes the last value, which is then covered.
        return np.where(rows == UNKNOWN, missing, self._rows[name][rows])


def can_be_negative(kind: MeterKind, direction: Direction) -> bool:
    """Energy never is. Power is where something is produced or exported: at night an inverter draws a few watts."""
    return kind is MeterKind.POWER and direction is not Direction.CONSUMPTION


def _in_force(dated: Sequence[tuple[int, bool]], time: int) -> bool:
    """The answer of the configuration at `time`; the first holds for all time before it too."""
    answers = [answer for since, answer in dated if since <= time]
    return answers[-1] if answers else dated[0][1]


def _holder(credential: Credential) -> Holder:
    if credential.gateway_id is not None:
        return Holder(HolderKind.GATEWAY, credential.gateway_id)
    return Holder(HolderKind.DEVICE, credential.device_ids[0])


def _is_known(zone: str) -> bool:
    try:
        zone_rules(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
