"""What a lease keeper asks of whatever consumes the partitions."""

from collections.abc import Sequence
from typing import Protocol

from kilowatch.monitoring.domain.leases import Lease
from kilowatch.monitoring.leases.store import Backend


class PartitionConsumer(Protocol):
    """Calls for one partition never overlap; calls for several do."""

    async def start(self, lease: Lease) -> None:
        """Consume the partition's queue under the lease. It counts as the first proof.

        Raises `Unavailable`, with nothing left open, when that cannot be now; it is called again.
        """

    async def stop(self, partition: int) -> None:
        """Finish what is in hand: commit, ack, close. On return nothing of the partition is in flight."""

    async def drop(self, partition: int) -> None:
        """The lease is lost: let go at once, commit nothing. Also called after a `stop` that failed or was cut off."""

    def proven_at(self, partition: int) -> float:
        """When (`time.monotonic`) it was last certain that deliveries come if there are any.

        A message, or an answer of the broker on the same link while it is idle; several times in a lease's time, also
        while a commit is slow.
        """

    def backends(self) -> Sequence[Backend]:
        """The backends of the open write connections."""
