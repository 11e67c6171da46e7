"""The books: what was sent, what is stored, what was counted, and what usage says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from kilowatch.contracts.metering import Device
from kilowatch.monitoring.domain.usage import OBSERVATION, SLOT, SLOT_US, Rows, observations, segments, slots
from kilowatch.monitoring.ledger.fleet import Fleet
from tests.chaos.meters import exact_energy
from tests.chaos.plant import Plant

_EPOCH_US = "(extract(epoch FROM {}) * 1000000)::bigint"
_READINGS = f"SELECT device, {_EPOCH_US.format('time')} AS time, value FROM reading ORDER BY device, time"
_USAGE = f"""
    SELECT device, {_EPOCH_US.format("slot")} AS slot, energy, readings, covered, quality FROM usage
    WHERE readings <> 0 OR energy <> 0 OR covered <> 0 ORDER BY device, slot
"""
_TALLY = "SELECT sum(accepted)::bigint, sum(duplicate)::bigint, sum(rejected)::bigint FROM tally"
_COMPARED = ["device", "slot", "energy", "readings", "covered", "quality"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    sent: int  #: readings that were answered 202, each once
    lost: int  #: of those, not stored, or with another value
    stored_twice: int
    counted_twice: int  #: more in the tally than batches have brought
    uncounted: int
    usage_error: int  #: devices whose usage is not that of their readings, or not what they have registered
    rejected: int  #: every one was good
    dead: int
    strange: int  #: stored, and nobody has sent it

    @property
    def double(self) -> int:
        return self.stored_twice + self.counted_twice

    @property
    def in_order(self) -> bool:
        wrong = (self.lost, self.double, self.uncounted, self.usage_error, self.rejected, self.dead, self.strange)
        return not any(wrong)


async def audit(plant: Plant, devices: Sequence[Device], sent: Rows) -> Books:
    """Once everything that was sent is safe: wait until the lag is 0, then compare."""
    dead = await plant.until_drained()
    stored = await _stored(plant)
    keys = stored[["device", "time", "value"]]
    accepted, duplicate, rejected = (int(number or 0) for number in (await plant.watch.fetch(_TALLY))[0])
    at_least, at_most = await _received(plant)
    counted = accepted + duplicate + rejected
    return Books(
        sent=len(sent),
        lost=int(len(sent) - np.isin(sent, keys).sum()),
        stored_twice=len(stored) - len(np.unique(stored[["device", "time"]])),
        counted_twice=max(counted - at_most, 0) + abs(accepted - len(stored)),
        uncounted=max(at_least - counted, 0),
        usage_error=len(await _wrong_usage(plant, devices, stored, sent)),
        rejected=rejected,
        dead=sum(dead.values()),
        strange=int(len(keys) - np.isin(keys, sent).sum()),
    )


async def _received(plant: Plant) -> tuple[int, int]:
    """How many readings there are in the batches that monitoring has committed: at least, and at most.

    One that RabbitMQ had not confirmed when it was killed may be in its partition's queue and not in the observer's.
    """
    committed: list[UUID] = [row["id"] for row in await plant.watch.fetch("SELECT id FROM batch")]
    sizes = [plant.observer.sizes[batch] for batch in committed if batch in plant.observer.sizes]
    unseen = len(committed) - len(sizes)
    return sum(sizes) + unseen, sum(sizes) + unseen * max(sizes, default=0)


async def _stored(plant: Plant) -> Rows:
    rows = await plant.watch.fetch(_READINGS)
    columns = np.array([tuple(row) for row in rows], [("device", "i8"), ("time", "i8"), ("value", "f8")])
    stored = observations(columns["device"], columns["time"], columns["value"])
    assert stored.dtype == OBSERVATION
    return stored


async def _wrong_usage(plant: Plant, devices: Sequence[Device], stored: Rows, sent: Rows) -> set[int]:
    found = await plant.watch.fetch(_USAGE)
    usage = np.zeros(len(found), SLOT)
    for name in _COMPARED:
        usage[name] = [row[name] for row in found]
    usage["slot"] //= SLOT_US
    expected = slots(segments(Fleet.of(devices).configure(stored)))
    differing = np.setxor1d(usage[_COMPARED], expected[_COMPARED])
    exact = exact_energy(devices, sent)
    inexact = {device for device, energy in exact.items() if usage["energy"][usage["device"] == device].sum() != energy}
    return inexact | set(differing["device"].tolist())
