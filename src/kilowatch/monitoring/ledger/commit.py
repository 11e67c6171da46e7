"""The transaction that writes batches, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg
import numpy as np

from kilowatch.contracts.batch import Source
from kilowatch.kit.clock import Clock
from kilowatch.kit.hashing import partitions_of
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.usage import Ints, Rows
from kilowatch.monitoring.leases import Lease, fence
from kilowatch.monitoring.leases.store import Backend
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.alerts import apply_limits, touch_watched
from kilowatch.monitoring.ledger.columns import Connection, copy_format, copy_rows, postgres_time, set_codecs
from kilowatch.monitoring.ledger.intake import (
    Intake,
    Refused,
    Work,
    note_imported_tails,
    requests_of,
    storable_times,
    take_in,
)
from kilowatch.monitoring.ledger.months import make_months, months_of
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.ledger.usage import Change, apply_readings, recompute_asked

READING_COLUMNS: Final = copy_format([("device", ">i8"), ("time", ">i8"), ("value", ">f8")])
FLAGGED_COLUMNS: Final = copy_format([("device", ">i8"), ("time", ">i8"), ("value", ">f8"), ("flags", ">i2")])
#: In one transaction: devices, and slots or readings of all of them. Readings that come meanwhile wait for it.
RECOMPUTED_AT_ONCE: Final = 20
SLOTS_AT_ONCE: Final = 10_000
CONNECT_TIMEOUT_S: Final = 5.0
#: A commit of a full buffer takes about a second here; a lease does not wait for one that takes a minute.
COMMAND_TIMEOUT_S: Final = 60.0
SESSION: Final = {
    "application_name": "kilowatch-monitoring-ledger",
    "timezone": "UTC",
    # Every join of the write path looks up a few rows of a big table by key. The planner knows nothing of what is in
    # a work table and would now and then read the whole of `usage` to hash it; and a plan that was made while a table
    # was empty goes on reading all of it for each row when it has grown.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "jit": "off",
}


#: The database says that something written is at fault, not that it is away.
REFUSALS: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a commit did."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    repeated_batches: int = 0
    recomputed_devices: int = 0

    def __add__(self, other: "Receipt") -> "Receipt":
        return Receipt(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Ledger:
    """Writes for one replica, one transaction at a time, over a connection of its own."""

    def __init__(
        self, connection: Connection, backend: Backend, recent: Recent, *, partitions: int, clock: Clock
    ) -> None:
        self.connection = connection
        self.backend = backend
        self._recent = recent
        self._partitions = partitions
        self._clock = clock
        self._months: set[int] = set()

    @classmethod
    async def open(cls, url: str, recent: Recent, *, partitions: int, clock: Clock) -> "Ledger":
        """Connect. Raises `OSError` or `asyncpg.PostgresError`."""
        connection = await asyncpg.connect(
            url, timeout=CONNECT_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S, server_settings=SESSION
        )
        backend = await connection.fetchrow(queries.OWN_BACKEND)
        await set_codecs(connection)
        await connection.execute(queries.WORK_TABLES)
        return cls(connection, (backend[0], backend[1]), recent, partitions=partitions, clock=clock)

    async def write(self, work: Sequence[Work]) -> Receipt:
        """Write batches, each of them once however often it comes.

        Raises `LeaseLost` when a partition is no longer ours, asyncpg's errors otherwise; then nothing was written,
        or, when the connection broke during the commit, all of it: writing again finds out.
        """
        await self._make_months(work)
        with self._forgetting_on_failure():
            async with self.connection.transaction():
                await fence(self.connection, {item.partition: item.epoch for item in work})
                fresh = await self._not_seen(work)
                intake, change, hours = await self._apply(fresh)
        self._remember(change, hours)
        return _receipt(work, fresh, intake, change)

    async def write_apart(self, item: Work) -> Receipt:
        """Write a batch of which the database refuses something: that is put aside as rejected, the rest is kept."""
        with self._forgetting_on_failure():
            async with self.connection.transaction():
                await fence(self.connection, {item.partition: item.epoch})
                fresh = await self._not_seen([item])
                receipts = [await self._apply_what_can_be(each) for each in fresh]
        return receipts[0] if receipts else Receipt(repeated_batches=1)

    async def _apply_what_can_be(self, item: Work) -> Receipt:
        """By halves, each within a savepoint, until single readings are left to be put aside."""
        try:
            async with self.connection.transaction():
                await self.connection.execute(queries.EMPTY_WORK_TABLES)
                intake, change, hours = await self._apply([item])
        except REFUSALS:
            self._recent.forget_all()
            match len(item.batch.readings):
                case 0:
                    raise
                case 1:
                    return await self._apply_what_can_be(item.put_aside())
                case _:
                    first, second = item.halves()
                    return await self._apply_what_can_be(first) + await self._apply_what_can_be(second)
        self._remember(change, hours)
        return _receipt([item], [item], intake, change)

    async def _apply(self, fresh: Sequence[Work]) -> tuple[Intake, Change, Rows]:
        intake = await take_in(self.connection, self._recent, fresh)
        await self._store(intake.accepted)
        await note_imported_tails(self.connection, self._recent, intake)
        change = await apply_readings(self.connection, self._recent, intake, clock=self._clock)
        hours = await self._judge(change, fresh)
        await self._count(intake)
        await self._keep_refused(intake.refused)
        return intake, change, hours

    async def recompute_requested(self, epochs: Mapping[int, int], at_most: int = SLOTS_AT_ONCE) -> int:
        """Do the recomputations asked for that concern partitions held under `epochs`, about `at_most` slots of them.

        Returns of how many devices: as long as there are any, there may be more to do.
        """
        waiting = (await self._waiting(epochs))[:RECOMPUTED_AT_ONCE]
        if not len(waiting):
            return 0
        with self._forgetting_on_failure():
            async with self.connection.transaction():
                await fence(self.connection, epochs)
                taken = await self.connection.fetch(queries.TAKE_RECOMPUTATIONS, waiting.tolist())
                imported = frozenset(each["device_id"] for each in taken if each["imported"])
                recomputed = await recompute_asked(self.connection, self._recent, taken, at_most)
                change = Change.of_recomputation(recomputed, imported)
                hours = await self._judge(change, ())
        self._remember(change, hours)
        return len(waiting)

    async def _judge(self, change: Change, work: Sequence[Work]) -> Rows:
        """Limits by the hour at once; the other rules soon. Returns the HOUR rows to remember."""
        requests = partial(requests_of, work)
        hours = await apply_limits(self.connection, self._recent, change, requests_of=requests, clock=self._clock)
        await touch_watched(self.connection, self._recent, change, requests_of=requests, clock=self._clock)
        return hours

    async def note_consumed(self, leases: Sequence[Lease], until: Sequence[int]) -> None:
        """Of the partitions of `leases`, all that came before these moments (µs) is written."""
        columns = [lease.partition for lease in leases], [lease.epoch for lease in leases], list(until)
        await self.connection.execute(queries.NOTE_CONSUMED, *columns)

    async def _waiting(self, epochs: Mapping[int, int]) -> Ints:
        devices = await self.connection.fetch(queries.WAITING_RECOMPUTATIONS, microseconds(self._clock()))
        waiting = np.array([record["device_id"] for record in devices], np.int64)
        waiting = waiting[self._recent.fleet.positions(waiting) >= 0]
        return waiting[np.isin(partitions_of(waiting, self._partitions), list(epochs))]

    async def _make_months(self, work: Sequence[Work]) -> None:
        missing = set(months_of(storable_times(work)).tolist()) - self._months
        if missing:
            await make_months(self.connection, sorted(missing))
            self._months |= missing

    async def _not_seen(self, work: Sequence[Work]) -> list[Work]:
        """Note the batches; those that were noted before, or come twice in this commit, are left out."""
        noted = await self.connection.fetch(queries.NOTE_BATCHES, [item.batch.header.id for item in work])
        new = {record["id"] for record in noted}
        once: dict[UUID, Work] = {}
        for item in work:
            once.setdefault(item.batch.header.id, item)
        return [item for batch_id, item in once.items() if batch_id in new]

    async def _store(self, rows: Rows) -> None:
        flagged = rows["flags"] != 0
        # Without the column where there is nothing in it: NULL takes no room.
        await self._copy(rows[~flagged], READING_COLUMNS, ("device", "time", "value"))
        await self._copy(rows[flagged], FLAGGED_COLUMNS, ("device", "time", "value", "flags"))

    async def _copy(self, rows: Rows, layout: np.dtype[np.void], names: Sequence[str]) -> None:
        if not len(rows):
            return
        columns = {name: rows[name] for name in names}
        columns["time"] = postgres_time(rows["time"])
        source = copy_rows(layout, columns)
        await self.connection.copy_to_table("reading", source=source, columns=names, format="binary")

    async def _count(self, intake: Intake) -> None:
        tally: dict[int, list[int]] = {}
        for count in intake.counts:
            sums = tally.setdefault(count.partition, [0, 0, 0])
            sums[0] += count.accepted
            sums[1] += count.duplicate
            sums[2] += count.rejected
        # In one order always, so that two replicas never wait for each other.
        rows = sorted(tally.items())
        columns = zip(*((partition, *sums) for partition, sums in rows), strict=True)
        if rows:
            await self.connection.execute(queries.COUNT, *(list(column) for column in columns))

    async def _keep_refused(self, refused: Sequence[Refused]) -> None:
        if not refused:
            return
        await self.connection.execute(
            queries.KEEP_REJECTED,
            [item.rejection.device_id for item in refused],
            [str(item.rejection.reason) for item in refused],
            [item.rejection.raw.replace("\0", "�") for item in refused],
            [item.header.received_at for item in refused],
            [item.header.correlation_id if item.header.source is Source.IMPORT else "" for item in refused],
        )

    def _remember(self, change: Change, hours: Rows) -> None:
        self._recent.remember(change.in_order, change.tails)
        self._recent.remember_hours(hours["device"], hours["hour"], hours["energy"])
        self._recent.forget(change.revised)

    @contextmanager
    def _forgetting_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            # Whether it was committed is not known here; the database will tell.
            self._recent.forget_all()
            raise


def _receipt(work: Sequence[Work], fresh: Sequence[Work], intake: Intake, change: Change) -> Receipt:
    return Receipt(
        accepted=sum(count.accepted for count in intake.counts),
        duplicate=sum(count.duplicate for count in intake.counts),
        rejected=sum(count.rejected for count in intake.counts),
        repeated_batches=len(work) - len(fresh),
        recomputed_devices=len(change.revised),
    )
