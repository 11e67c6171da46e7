"""Two consistent hashes: device → partition, and partition → replica.

A device belongs to one of a fixed number of partitions by jump consistent hashing (Lamping and Veach, 2014): no table,
perfect balance, and more partitions move only the devices that the new ones get.

A partition belongs to one of the live replicas by rendezvous hashing with two additions. It is capped: nobody holds
more than ceil(P/N), nor, when there is something to give, less than floor(P/N). And it is sticky: what a replica holds
stays there unless a cap makes it go, so a join or a leave moves what it must and nothing else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

ReplicaT = TypeVar("ReplicaT")

#: Keys worked on at a time: the few columns of a chunk stay in the processor's second cache.
CHUNK: Final = 32_768

_ONE: Final = np.uint64(1)
_LCG: Final = np.uint64(2862933555777941757)
_HIGH_BITS: Final = np.uint64(33)


def partition_of(device: int, partitions: int) -> int:
    return int(partitions_of(np.array([device], np.int64), partitions)[0])


def partitions_of(devices: npt.NDArray[np.int64], partitions: int) -> npt.NDArray[np.int64]:
    """The partition, from 0 up to `partitions`, of each device."""
    if not 0 < partitions < 1 << 31:
        raise ValueError("The number of partitions must be positive and below 2**31.")
    buckets = np.empty(len(devices), np.int64)
    for start in range(0, len(devices), CHUNK):
        chunk = slice(start, start + CHUNK)
        buckets[chunk] = _jump(mixed(devices[chunk]), partitions)
    return buckets


def mixed(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Spread small neighbouring numbers over 64 bits (the finalizer of SplitMix64); jump needs a good hash."""
    z = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _jump(keys: npt.NDArray[np.uint64], buckets: int) -> npt.NDArray[np.int64]:
    """Each key jumps ahead until it would leave the buckets; those still on their way shrink at every step."""
    bucket = np.zeros(len(keys), np.int64)
    on_the_way = np.arange(len(keys))
    landed = np.zeros(len(keys), np.int64)
    while len(keys):
        bucket[on_the_way] = landed
        keys = keys * _LCG + _ONE
        landed = ((landed + 1) * (2147483648.0 / ((keys >> _HIGH_BITS) + _ONE).astype(np.float64))).astype(np.int64)
        inside = np.flatnonzero(landed < buckets)
        keys, landed, on_the_way = keys[inside], landed[inside], on_the_way[inside]
    return bucket


def assign(
    partitions: Collection[int], replicas: Collection[ReplicaT], held: Mapping[int, ReplicaT]
) -> dict[int, ReplicaT]:
    """Say which replica each partition belongs to, given who holds it now.

    A pure function of its arguments whatever their order, so that every replica comes to the same answer. A replica is
    hashed by its `str`. Without replicas nothing is assigned.
    """
    if not replicas:
        return {}
    every = set(partitions)
    owned = _owned(every, replicas, held)
    quota = _quotas(owned, len(every))
    kept = {partition: owner for owner, mine in owned.items() for partition in mine[: quota[owner]]}
    room = Counter({replica: quota[replica] - len(mine) for replica, mine in owned.items()})
    for partition in sorted(every - kept.keys()):
        owner = _favourite(partition, (replica for replica in owned if room[replica] > 0))
        kept[partition] = owner
        room[owner] -= 1
    return kept


def _owned(
    partitions: set[int], replicas: Collection[ReplicaT], held: Mapping[int, ReplicaT]
) -> dict[ReplicaT, list[int]]:
    """What each live replica holds, those it would rather keep first."""
    owned: dict[ReplicaT, list[int]] = {replica: [] for replica in sorted(set(replicas), key=str)}
    for partition in sorted(partitions):
        if (owner := held.get(partition)) in owned:
            owned[owner].append(partition)
    for replica, mine in owned.items():
        mine.sort(key=lambda partition: _score(partition, replica), reverse=True)
    return owned


def _quotas(owned: Mapping[ReplicaT, Collection[int]], partitions: int) -> dict[ReplicaT, int]:
    """floor(P/N) each, and the remainder one each to those who hold the most: they have the most to lose."""
    floor, remainder = divmod(partitions, len(owned))
    by_load = sorted(owned, key=lambda replica: (-len(owned[replica]), _score(-1, replica)))
    return {replica: floor + (place < remainder) for place, replica in enumerate(by_load)}


def _favourite(partition: int, replicas: Iterable[ReplicaT]) -> ReplicaT:
    return max(replicas, key=lambda replica: _score(partition, replica))


def _score(partition: int, replica: object) -> int:
    return _score_of(partition, str(replica))


@lru_cache(maxsize=16_384)
def _score_of(partition: int, replica: str) -> int:
    return int.from_bytes(blake2b(f"{partition}/{replica}".encode(), digest_size=8).digest(), "big")
