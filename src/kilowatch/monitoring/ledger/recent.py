"""What a replica remembers of its devices, so that it need not ask the database at every batch.

All of it can be read from the database again, and is, whenever it is unknown: after a start, a hand-over or a failure.
It is right because nobody else writes to a partition while the lease is held.
"""

from typing import Final

import numpy as np

from kilowatch.kit.hashing import partitions_of
from kilowatch.monitoring.domain.increment import TAIL
from kilowatch.monitoring.domain.usage import Bools, Ints, Rows, observations
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.watched import NOBODY

UNKNOWN: Final = -1
NEVER: Final = np.iinfo(np.int64).min

MEMORY: Final = np.dtype(
    [
        ("known", "i1"),  # readings in the tail, or UNKNOWN
        ("time", "i8", TAIL),  # of the newest readings, the newest last; NEVER where there are fewer
        ("value", "f8", TAIL),
        ("flags", "u1", TAIL),
        ("hour", "i8"),  # first slot of the newest local hour, or UNKNOWN
        ("energy", "i8"),  # mWh in that hour
    ]
)


class Recent:
    """The newest readings and the newest hour of every device of a fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.watched = NOBODY
        self._memory = _blank(len(fleet.members))
        self._partition: Ints | None = None  # of each member, once it has been asked for

    def adopt(self, fleet: Fleet) -> None:
        """Go on with a changed fleet, keeping what is known of the devices that are still there."""
        memory = _blank(len(fleet.members))
        was = self.fleet.positions(fleet.members["id"])
        stays = was >= 0
        memory[stays] = self._memory[was[stays]]
        # Another limit: whether the hour under way has passed it is for the database to say, once.
        limit_changed = fleet.members["limit"][stays] != self.fleet.members["limit"][was[stays]]
        memory["hour"][np.flatnonzero(stays)[limit_changed]] = UNKNOWN
        self.fleet, self._memory, self._partition = fleet, memory, None

    def forget(self, devices: Ints) -> None:
        self._memory[self._at(devices)] = _blank(1)

    def forget_partition(self, partition: int, partitions: int) -> None:
        # Kept: a replica that starts is given its partitions one by one.
        if self._partition is None:
            self._partition = partitions_of(self.fleet.members["id"], partitions)
        self._memory[self._partition == partition] = _blank(1)

    def forget_all(self) -> None:
        self._memory[:] = _blank(1)

    def unknown(self, devices: Ints) -> Ints:
        """Those whose tail has to be read from the database."""
        forgotten: Ints = devices[self._memory["known"][self._at(devices)] == UNKNOWN]
        return forgotten

    def newest(self, devices: Ints) -> Ints:
        """Time of each device's newest reading; NEVER when it has none."""
        times: Ints = self._memory["time"][self._at(devices), -1]
        return times

    def reach(self, devices: Ints) -> Ints:
        """Time of the oldest reading that a new one may count from; NEVER when it may be the first ones."""
        times: Ints = self._memory["time"][self._at(devices), 0]
        return times

    def tails(self, devices: Ints) -> Rows:
        """OBSERVATION rows (not configured) of the newest readings of `devices`."""
        memory = self._memory[self._at(devices)]
        present = memory["time"] != NEVER
        owners = np.repeat(devices, TAIL)[present.ravel()]
        rows = observations(owners, memory["time"][present], memory["value"][present])
        rows["flags"] = memory["flags"][present]
        return rows

    def remember(self, devices: Ints, rows: Rows) -> None:
        """Replace the tails of `devices` by the newest of `rows` (sorted by device and time)."""
        memory = _blank(len(devices))
        memory["known"] = 0
        owner = np.searchsorted(devices, rows["device"])
        ends = np.searchsorted(rows["device"], devices, side="right")
        place = TAIL - (ends[owner] - np.arange(len(rows)))
        recent = place >= 0
        for column in ("time", "value", "flags"):
            memory[column][owner[recent], place[recent]] = rows[column][recent]
        at = self._at(devices)
        for column in ("known", "time", "value", "flags"):
            self._memory[column][at] = memory[column]

    def hour_energy(self, devices: Ints, hours: Ints) -> tuple[Ints, Bools]:
        """Energy (mWh) of each device's hour so far, and whether that is known.

        An hour after the remembered one has held nothing yet, since in-order energy never runs ahead of it.
        """
        memory = self._memory[self._at(devices)]
        energy: Ints = np.where(memory["hour"] == hours, memory["energy"], 0)
        return energy, (memory["hour"] != UNKNOWN) & (hours >= memory["hour"])

    def remember_hours(self, devices: Ints, hours: Ints, energy: Ints) -> None:
        """Note the energy of hours; the newest of each device stays. Sorted by device, then hour."""
        at = self._at(devices)
        newer = hours >= self._memory["hour"][at]
        self._memory["hour"][at[newer]] = hours[newer]
        self._memory["energy"][at[newer]] = energy[newer]

    def _at(self, devices: Ints) -> Ints:
        return self.fleet.positions(devices)


def _blank(count: int) -> Rows:
    memory = np.zeros(count, MEMORY)
    memory["known"] = memory["hour"] = UNKNOWN
    memory["time"] = NEVER
    return memory
