"""The door that readings leave through, and what is known afterwards."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
import numpy as np

from kilowatch.simulator.domain.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has them safely, and said what became of them."""

    accepted: int
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delayed:
    """`rest` may or may not have arrived: send it again, not before `retry_after_s` when that is known."""

    done: Delivered
    rest: Outgoing
    reason: str
    retry_after_s: float | None = None


class Sender(Protocol):
    async def send(self, readings: Outgoing) -> Delivered | Delayed:
        """Return when the readings are safe, or when it is known that some may not be.

        Raises `KilowatchError` when sending again cannot help: the credential or the request is wrong.
        """


@dataclass(slots=True)
class Tally:
    """What a simulation has come to."""

    made: int = 0
    accepted: int = 0
    rejected: int = 0
    retries: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    trouble: str = ""  #: why the last attempt failed; empty once one has succeeded

    @property
    def sent(self) -> int:
        return self.accepted + self.rejected

    def add(self, delivered: Delivered) -> None:
        self.accepted += delivered.accepted
        self.rejected += delivered.rejected
        self.reasons.update(delivered.reasons)


class Reading(msgspec.Struct):
    """One reading on the wire."""

    device_id: int
    timestamp: str
    value: float


def reading_rows(readings: Outgoing) -> list[Reading]:
    times = np.datetime_as_string(readings.time.astype("datetime64[us]"), unit="ms", timezone="UTC")
    columns = (readings.device.tolist(), times.tolist(), readings.value.tolist())
    return [Reading(*row) for row in zip(*columns, strict=True)]
