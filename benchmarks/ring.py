"""The two consistent hashes: how fast devices find their partition, and what a join or a leave of a replica moves.

32 partitions, 2 to 16 replicas with random ids. Each set of ids grows one by one to 16 replicas and shrinks again in
another order. A move is ideal when it goes to who joined or comes from who left, and they are P/N: with N replicas
after a join, or before a leave. The cap is ceil(P/N).
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from typing import Final, TypeAlias

import numpy as np
from uhashring import HashRing

from kilowatch.kit.hashing import assign, partitions_of

PARTITIONS: Final = 32
MOST_REPLICAS: Final = 16
ID_SETS: Final = 1_000
#: The others take much longer, and need no more to show what they are like.
ID_SETS_OF_OTHERS: Final = 50

Assignment: TypeAlias = Mapping[int, str]
#: replicas, present assignment → new assignment
Strategy: TypeAlias = Callable[[Sequence[str], Assignment], Assignment]


def ours(replicas: Sequence[str], held: Assignment) -> Assignment:
    return assign(range(PARTITIONS), replicas, held)


def modulo(replicas: Sequence[str], _: Assignment) -> Assignment:
    ordered = sorted(replicas)
    return {partition: ordered[partition % len(ordered)] for partition in range(PARTITIONS)}


def ring_of_160_points(replicas: Sequence[str], _: Assignment) -> Assignment:
    points = sorted((_hash(f"{replica}#{n}"), replica) for replica in replicas for n in range(160))
    places = np.array([place for place, _ in points], np.uint64)
    keys = np.array([_hash(str(partition)) for partition in range(PARTITIONS)], np.uint64)
    found = np.searchsorted(places, keys) % len(points)
    return {partition: points[place][1] for partition, place in enumerate(found.tolist())}


def maglev(replicas: Sequence[str], _: Assignment) -> Assignment:
    """Eisenbud and others, 2016; a table of 2039 places."""
    size, ordered = 2039, sorted(replicas)
    starts = [_hash(f"offset{replica}") % size for replica in ordered]
    skips = [_hash(f"skip{replica}") % (size - 1) + 1 for replica in ordered]
    table, turns, filled = [-1] * size, [0] * len(ordered), 0
    while filled < size:
        number = filled % len(ordered)
        place = starts[number]
        while table[place] >= 0:
            turns[number] += 1
            place = (starts[number] + turns[number] * skips[number]) % size
        table[place] = number
        filled += 1
    return {partition: ordered[table[_hash(str(partition)) % size]] for partition in range(PARTITIONS)}


def uhashring(replicas: Sequence[str], _: Assignment) -> Assignment:
    ring = HashRing(list(replicas))
    return {partition: ring.get_node(str(partition)) for partition in range(PARTITIONS)}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass
class Tally:
    """What was seen of a strategy."""

    beyond_ideal: list[float] = field(default_factory=list)
    over_cap: list[int] = field(default_factory=list)
    idle: int = 0

    def note(self, before: Assignment, after: Assignment, replicas: Sequence[str], more: int) -> None:
        """A change to `replicas`, between `more` of them at its larger end."""
        moved = sum(before[partition] != owner for partition, owner in after.items())
        self.beyond_ideal.append(moved - PARTITIONS / more)
        loads = Counter(after.values())
        self.over_cap.append(max(loads.values()) - ceil(PARTITIONS / len(replicas)))
        self.idle += len(loads) < len(replicas)

    @property
    def bound_violations(self) -> int:
        return sum(over > 0 for over in self.over_cap)


def churn(strategy: Strategy, id_sets: int) -> Tally:
    chance = random.Random(7)  # the same sets for every strategy
    tally = Tally()
    for _ in range(id_sets):
        held: Assignment = {}
        for replicas, larger in _history(chance):
            after = strategy(replicas, held)
            if held:
                tally.note(held, after, replicas, larger)
            held = after
    return tally


def _history(chance: random.Random) -> Iterator[tuple[Sequence[str], int]]:
    """From one replica to sixteen and back; with each the number of replicas at the larger end of the change."""
    ids = [chance.randbytes(8).hex() for _ in range(MOST_REPLICAS)]
    for count in range(1, MOST_REPLICAS + 1):
        yield ids[:count], count
    leaving = chance.sample(ids, MOST_REPLICAS)
    for gone in range(1, MOST_REPLICAS):
        yield [replica for replica in ids if replica not in leaving[:gone]], MOST_REPLICAS - gone + 1


def lookups_per_s(count: int = 500_000, tries: int = 30) -> float:
    """The best of many short tries: the longer ones are those that shared the processor with something else."""
    devices = np.arange(count)
    return count / min(_timed(lambda: partitions_of(devices, PARTITIONS)) for _ in range(tries))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run() -> dict[str, float]:
    lookups = lookups_per_s()
    print(f"device -> partition: {lookups / 1e6:.1f} million/s\n")
    print(f"{'':22}{'id sets':>8}{'beyond ideal: mean':>20}{'max':>7}{'over the cap':>14}{'by':>5}{'someone idle':>14}")
    us = _show("jump + rendezvous, ours", ours, ID_SETS)
    for strategy in (ring_of_160_points, maglev, modulo, uhashring):
        _show(strategy.__name__.replace("_", " "), strategy, ID_SETS_OF_OTHERS)
    return {
        "lookups_per_s": lookups,
        "moves_beyond_ideal_max": max(us.beyond_ideal),
        "bound_violations": us.bound_violations,
    }


def _show(name: str, strategy: Strategy, id_sets: int) -> Tally:
    tally = churn(strategy, id_sets)
    changes = len(tally.over_cap)
    print(
        f"{name:22}{id_sets:8}{np.mean(tally.beyond_ideal):20.2f}{max(tally.beyond_ideal):7.2f}"
        f"{tally.bound_violations / changes:13.0%} {max(tally.over_cap):4}{tally.idle / changes:14.0%}"
    )
    return tally


if __name__ == "__main__":
    print(run())
