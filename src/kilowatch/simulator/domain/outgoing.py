"""Readings on their way out of a meter, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kilowatch.simulator.domain.noise import Floats, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    device: npt.NDArray[np.int64]
    taken: Micros  #: when it truly was
    time: Micros  #: when the meter's clock says it was
    value: Floats
    sent: Micros  #: when it leaves the meter

    def __len__(self) -> int:
        return len(self.time)

    def pick(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> "Outgoing":
        return Outgoing(
            device=self.device[rows],
            taken=self.taken[rows],
            time=self.time[rows],
            value=self.value[rows],
            sent=self.sent[rows],
        )

    def in_order_of_sending(self) -> "Outgoing":
        return self.pick(np.lexsort((self.device, self.time, self.sent)))


def outgoing(device_id: int, taken: Micros, value: Floats) -> Outgoing:
    """Readings of a meter without a fault: right on time."""
    return Outgoing(device=np.full(len(taken), device_id), taken=taken, time=taken, value=value, sent=taken)


def joined(parts: Sequence[Outgoing]) -> Outgoing:
    if not parts:
        return outgoing(0, np.array([], np.int64), np.array([], np.float64))
    return Outgoing(
        device=np.concatenate([part.device for part in parts]),
        taken=np.concatenate([part.taken for part in parts]),
        time=np.concatenate([part.time for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        sent=np.concatenate([part.sent for part in parts]),
    )
