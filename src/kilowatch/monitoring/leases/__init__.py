"""Leases: which replica consumes which partition, and how a write is refused that comes too late.

A replica beats in the database, proves for each partition that it really consumes, and takes or gives partitions until
the distribution is as `kit.hashing.assign` wants it. Giving is graceful: stop, commit, ack, close, release. Who is
silent for a lease's time, does not prove, or whose process is gone loses its place; a successor ends the backends that
it might still write with, waits until they are gone, and only then takes over under the next epoch. The write
transaction itself locks its leases (`fence`), so a late commit is impossible, not just unlikely.

    keeper       the job of a replica
    hand_over    taking and giving, a task for each partition on the move
    membership   when to take part
    consumer     what a keeper asks of whatever consumes
    fence        the first statement of a write transaction
    store        the statements that the keeper works with
    queries      the SQL
    ring         all of it as people look at it
"""

from kilowatch.monitoring.domain.leases import Lease, Replica
from kilowatch.monitoring.leases.consumer import PartitionConsumer
from kilowatch.monitoring.leases.fence import LeaseLost, NotOnRecord, fence
from kilowatch.monitoring.leases.keeper import LeaseKeeper
from kilowatch.monitoring.leases.settings import LeaseSettings

__all__ = [
    "Lease",
    "LeaseKeeper",
    "LeaseLost",
    "LeaseSettings",
    "NotOnRecord",
    "PartitionConsumer",
    "Replica",
    "fence",
]
