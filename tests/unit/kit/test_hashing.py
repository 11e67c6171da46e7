"""Laws of the two consistent hashes."""

import random
from collections import Counter
from collections.abc import Mapping
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilowatch.kit.hashing import CHUNK, assign, mixed, partition_of, partitions_of

IDS = st.integers(-(2**63), 2**63 - 1)
REPLICAS = st.sets(st.text(min_size=1, max_size=8), min_size=1, max_size=16)
PARTITION_COUNTS = st.integers(1, 64)


def jump_of_the_paper(key: int, buckets: int) -> int:
    """The loop as Lamping and Veach print it, on Python's integers."""
    bucket, landed = -1, 0
    while landed < buckets:
        bucket = landed
        key = (key * 2862933555777941757 + 1) % 2**64
        landed = int((bucket + 1) * (2**31 / ((key >> 33) + 1)))
    return bucket


@given(st.lists(IDS, max_size=50), st.integers(1, 5000))
def test_every_device_is_where_the_paper_puts_it(ids: list[int], partitions: int) -> None:
    devices = np.array(ids, np.int64)
    expected = [jump_of_the_paper(int(key), partitions) for key in mixed(devices)]
    assert partitions_of(devices, partitions).tolist() == expected


@given(st.lists(IDS, max_size=50), st.integers(1, 500))
def test_one_partition_more_moves_devices_only_to_it(ids: list[int], partitions: int) -> None:
    devices = np.array(ids, np.int64)
    before, after = partitions_of(devices, partitions), partitions_of(devices, partitions + 1)
    assert set(after[before != after].tolist()) <= {partitions}


def test_neighbouring_ids_are_spread_evenly() -> None:
    loads = np.bincount(partitions_of(np.arange(320_000), 32), minlength=32)
    # 10,000 expected; five standard deviations of a fair spread are 500.
    assert abs(loads - 10_000).max() < 500


def test_the_place_of_a_device_never_changes() -> None:
    """Other values would send every device's readings to another queue after an upgrade."""
    assert partitions_of(np.array([0, 1, 2, 7, 1000, 2**62]), 32).tolist() == [26, 30, 19, 8, 12, 28]


def test_a_long_column_is_the_same_as_its_parts() -> None:
    devices = np.arange(CHUNK + 5)
    assert partitions_of(devices, 32)[-1] == partition_of(CHUNK + 4, 32)


@pytest.mark.parametrize("partitions", [0, -1, 2**31])
def test_a_senseless_number_of_partitions_is_refused(partitions: int) -> None:
    with pytest.raises(ValueError, match="partitions"):
        partition_of(7, partitions)


def loads(assignment: Mapping[int, str], replicas: set[str]) -> list[int]:
    counted = Counter(assignment.values())
    return [counted[replica] for replica in replicas]


@given(PARTITION_COUNTS, REPLICAS, st.dictionaries(st.integers(-5, 70), st.text(max_size=2)))
def test_everything_is_assigned_and_nobody_is_over_or_under(
    count: int, replicas: set[str], held: dict[int, str]
) -> None:
    assignment = assign(range(count), replicas, held)
    assert assignment.keys() == set(range(count))
    assert set(assignment.values()) <= replicas
    assert max(loads(assignment, replicas)) <= ceil(count / len(replicas))
    assert min(loads(assignment, replicas)) >= floor(count / len(replicas))


@given(PARTITION_COUNTS, REPLICAS, st.dictionaries(st.integers(0, 70), st.text(max_size=2)), st.randoms())
def test_every_replica_comes_to_the_same_answer(
    count: int, replicas: set[str], held: dict[int, str], shuffle: random.Random
) -> None:
    def shuffled(items: list) -> list:
        return shuffle.sample(items, len(items))

    again = assign(shuffled(list(range(count))), shuffled(sorted(replicas)), dict(shuffled(list(held.items()))))
    assert again == assign(range(count), replicas, held)


@given(PARTITION_COUNTS, REPLICAS)
def test_without_a_change_nothing_moves(count: int, replicas: set[str]) -> None:
    assignment = assign(range(count), replicas, {})
    assert assign(range(count), replicas, assignment) == assignment


@given(PARTITION_COUNTS, REPLICAS, st.dictionaries(st.integers(0, 63), st.sampled_from("abcdef")))
def test_no_more_moves_than_the_quotas_force(count: int, replicas: set[str], held: dict[int, str]) -> None:
    replicas = replicas | {"a", "b"}
    assignment = assign(range(count), replicas, held)
    moved = sum(held.get(partition) != owner for partition, owner in assignment.items())
    assert moved == count - most_that_can_stay(count, replicas, held)


def most_that_can_stay(count: int, replicas: set[str], held: dict[int, str]) -> int:
    """Of a spread that gives everyone floor(P/N), and one more to P mod N of them."""
    quota, extras = divmod(count, len(replicas))
    own = Counter(owner for partition, owner in held.items() if partition < count and owner in replicas)
    return sum(min(load, quota) for load in own.values()) + min(extras, sum(load > quota for load in own.values()))


@pytest.mark.parametrize("count", range(2, 17))
def test_a_join_or_a_leave_moves_the_ideal_number_of_partitions(count: int) -> None:
    """2 to 16 replicas, 32 partitions; every replica leaves once, and comes back."""
    chance = random.Random(count)
    for _ in range(20):
        replicas = {chance.randbytes(8).hex() for _ in range(count)}
        before = assign(range(32), replicas, {})
        for leaving in sorted(replicas):
            after = assign(range(32), replicas - {leaving}, before)
            assert changed(before, after) == [p for p, owner in before.items() if owner == leaving]
            back = assign(range(32), replicas, after)
            assert len(changed(after, back)) == 32 // count
            assert {back[partition] for partition in changed(after, back)} == {leaving}


def changed(before: Mapping[int, str], after: Mapping[int, str]) -> list[int]:
    return [partition for partition in range(32) if before[partition] != after[partition]]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 15)), max_size=60))
def test_any_history_of_joins_and_leaves_keeps_the_promises(steps: list[tuple[bool, int]]) -> None:
    live, assignment = {"first"}, assign(range(32), {"first"}, {})
    for joins, number in steps:
        live = live | {str(number)} if joins else (live - {str(number)} or live)
        after = assign(range(32), live, assignment)
        assert max(loads(after, live)) <= ceil(32 / len(live))
        assert len(changed(assignment, after)) <= ceil(32 / len(live))
        assignment = after


def test_without_replicas_nothing_is_assigned() -> None:
    assert assign(range(32), [], {1: "gone"}) == {}
