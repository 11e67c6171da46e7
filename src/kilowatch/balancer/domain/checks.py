"""What one reading alone shows: whether it can be accepted, and if not, why.

The reasons are tried in the order of `RULES`; a reading is refused for the first that applies. A device that the sender
may not send for is `forbidden` whether it exists or not, so that ids cannot be tried out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.balancer.domain.decoding import Decoded, Malformed
from kilowatch.balancer.domain.directory import UNKNOWN, Directory
from kilowatch.balancer.domain.instants import Bools, Ints
from kilowatch.balancer.domain.local_time import place, told_by_order
from kilowatch.contracts.batch import AMBIGUOUS_TIME, LARGEST_VALUE, Readings, Rejection, RejectionReason

RAW_LENGTH: Final = 1_000

RULES: Final = {
    RejectionReason.FORBIDDEN_DEVICE: "The credential is not for this device.",
    RejectionReason.UNKNOWN_DEVICE: "There is no such device.",
    RejectionReason.INACTIVE_DEVICE: "The device is switched off in the inventory.",
    RejectionReason.NOT_FINITE: "The value is not a finite number.",
    RejectionReason.OUT_OF_RANGE: "No meter shows a value this large.",
    RejectionReason.NEGATIVE: "The value cannot be negative for this device.",
    RejectionReason.FUTURE: "The time lies in the future.",
    RejectionReason.TOO_OLD: "The time is longer ago than a meter may send; history is imported.",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The times that are accepted, in microseconds UTC, both ends included."""

    oldest: int
    newest: int


@dataclass(frozen=True, slots=True)
class Refused:
    index: int  #: place among all items received
    rejection: Rejection
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of everything received: each item is in `accepted` or in `refused`, and only there."""

    accepted: Readings
    partitions: Ints  #: of each accepted reading
    index: Ints  #: place of each accepted reading among all items received
    refused: Sequence[Refused]  #: by index

    @property
    def received(self) -> int:
        return len(self.accepted) + len(self.refused)


def check(decoded: Decoded, allowed: Bools, directory: Directory, window: Window) -> Checked:
    """Part the good from the bad. `allowed`: which readings are of devices that their sender may send for."""
    rows = directory.rows_of(decoded.readings["device"])
    readings = in_utc(decoded, rows, directory) if decoded.local.any() else decoded.readings
    rule = _broken_rules(readings, rows, allowed, directory, window)
    good = np.flatnonzero(rule == len(RULES))
    refused = [_refused(decoded, int(position), int(rule[position])) for position in np.flatnonzero(rule < len(RULES))]
    malformed = [_refused_malformed(item) for item in decoded.malformed]
    return Checked(
        accepted=readings[good],
        partitions=directory.partition(rows[good]),
        index=decoded.index[good],
        refused=sorted(refused + malformed, key=lambda item: item.index),
    )


def _broken_rules(readings: Readings, rows: Ints, allowed: Bools, directory: Directory, window: Window) -> Ints:
    """Number of the first rule that each reading breaks; `len(RULES)` for none."""
    value, time = readings["value"], readings["time"]
    negative = value < 0
    breaks = {
        RejectionReason.FORBIDDEN_DEVICE: ~allowed,
        RejectionReason.UNKNOWN_DEVICE: rows == UNKNOWN,
        RejectionReason.INACTIVE_DEVICE: ~directory.active(rows),
        RejectionReason.NOT_FINITE: ~np.isfinite(value),
        RejectionReason.OUT_OF_RANGE: np.abs(value) > LARGEST_VALUE,
        RejectionReason.NEGATIVE: negative & ~directory.may_be_negative(rows, time) if negative.any() else negative,
        RejectionReason.FUTURE: time > window.newest,
        RejectionReason.TOO_OLD: time < window.oldest,
    }
    first = np.full(len(readings), len(RULES))
    for number, reason in reversed(list(enumerate(RULES))):
        first[breaks[reason]] = number
    return first


def in_utc(decoded: Decoded, rows: Ints, directory: Directory) -> Readings:
    """The readings with local times placed by the zone of their device; those of unknown devices are left alone."""
    readings = decoded.readings.copy()
    zones = directory.zones(rows)
    for zone in np.unique(zones[decoded.local & (zones != UNKNOWN)]):
        here = np.flatnonzero(decoded.local & (zones == zone))
        wall = readings["time"][here]
        placed = place(wall, directory.rules(int(zone)))
        surely_first, surely_second = told_by_order(readings["device"][here], wall, placed.repeated)
        doubtful = (placed.repeated | placed.skipped) & ~surely_first & ~surely_second
        readings["time"][here] = np.where(surely_second, placed.second, placed.first)
        readings["flags"][here] = np.where(doubtful, AMBIGUOUS_TIME, 0)
    return readings


def _refused(decoded: Decoded, position: int, rule: int) -> Refused:
    reason = list(RULES)[rule]
    device = int(decoded.readings["device"][position])
    rejection = Rejection(reason, storable(decoded.raw(position)), device)
    return Refused(int(decoded.index[position]), rejection, RULES[reason])


def _refused_malformed(item: Malformed) -> Refused:
    return Refused(item.index, Rejection(item.reason, storable(item.raw), item.device_id), item.detail)


def storable(raw: str) -> str:
    """Cut to size, without what PostgreSQL cannot store."""
    return raw[:RAW_LENGTH].replace("\x00", "\N{REPLACEMENT CHARACTER}")
