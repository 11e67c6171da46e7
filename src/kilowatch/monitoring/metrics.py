"""What this replica writes, holds and tidies up."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

READINGS: Final = Counter("kilowatch_readings", "Readings written, by what became of them", ["outcome"])
REPEATED: Final = Counter(
    "kilowatch_batches_repeated", "Batches that came again after their commit, and counted nothing"
)
COMMITS: Final = Histogram("kilowatch_commit_seconds", "Time of a commit of readings")
COMMIT_READINGS: Final = Histogram(
    "kilowatch_commit_readings", "Readings in a commit", buckets=[1, 10, 100, 1_000, 10_000, 50_000, 100_000, 200_000]
)
LAG: Final = Histogram(
    "kilowatch_reading_lag_seconds",
    "Time from a batch's arrival at a balancer to its commit",
    buckets=[0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
)
MOVES: Final = Counter("kilowatch_partition_moves", "Partitions that this replica took", ["how"])
HELD: Final = Gauge("kilowatch_partitions_held", "Partitions that this replica consumes")
SETTLED: Final = Counter("kilowatch_slots_settled", "Slots put beside the others of their device and month")
TIDIED: Final = Counter("kilowatch_rows_tidied", "Rows taken away because of their age", ["table"])
