"""Which of the readings that came are new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import numpy as np

from kilowatch.contracts.batch import (
    LARGEST_INTERVAL_KWH,
    LARGEST_VALUE,
    READING,
    Batch,
    BatchHeader,
    Rejection,
    RejectionReason,
    Source,
)
from kilowatch.kit.instants import moment
from kilowatch.monitoring.domain.increment import TAIL
from kilowatch.monitoring.domain.intake import arrival_order, judge
from kilowatch.monitoring.domain.usage import INTERVAL, OBSERVATION, Bools, Ints, Rows, distinct, observations
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.columns import Connection, rows_of
from kilowatch.monitoring.ledger.recent import NEVER, Recent

#: Part of a device's history: from the first to the last of so many readings.
STRETCH: Final = np.dtype([("device", "i8"), ("first", "i8"), ("last", "i8"), ("readings", "i8")])
STORED: Final = np.dtype([("device", "i8"), ("time", "i8"), ("value", "f8"), ("flags", "u1")])


@dataclass(frozen=True, slots=True)
class Work:
    """A batch from a partition whose lease is held under `epoch`."""

    partition: int
    epoch: int
    batch: Batch

    def halves(self) -> "tuple[Work, Work]":
        """The same batch in two parts; what the balancer refused goes with the first."""
        middle = len(self.batch.readings) // 2
        header = replace(self.batch.header, requests=())
        first = replace(self, batch=Batch(header, self.batch.readings[:middle]))
        header = replace(header, rejections=())
        return first, replace(self, batch=Batch(header, self.batch.readings[middle:]))

    def put_aside(self) -> "Work":
        """The batch with its readings as rejected ones."""
        unstorable = [
            Rejection(RejectionReason.UNSTORABLE, raw_reading(row), int(row["device"])) for row in self.batch.readings
        ]
        header = replace(self.batch.header, rejections=(*self.batch.header.rejections, *unstorable))
        return replace(self, batch=Batch(header, self.batch.readings[:0]))


def requests_of(work: Sequence[Work], devices: Ints) -> list[str]:
    """For each device the request that its last reading in `work` came with. Empty: it has none there."""
    readings = np.concatenate([np.zeros(0, np.int64), *(item.batch.readings["device"] for item in work)])
    seen, from_end = np.unique(readings[::-1], return_index=True)
    ends, requests = _requests(work)
    last = dict(zip(seen.tolist(), np.searchsorted(ends, len(readings) - 1 - from_end, "right").tolist(), strict=True))
    return [requests[last[device]] if device in last else "" for device in devices.tolist()]


def _requests(work: Sequence[Work]) -> tuple[list[int], list[str]]:
    """Where the readings of each request end among those of all batches, and its correlation id."""
    ends, requests, start = [], [], 0
    for item in work:
        header, past = item.batch.header, start + len(item.batch.readings)
        for end, request in (*header.requests, (past - start, header.correlation_id)):
            ends.append(start + end)
            requests.append(request)
        start = past
    return ends, requests


@dataclass(frozen=True, slots=True)
class Refused:
    """A reading to keep as rejected."""

    rejection: Rejection
    header: BatchHeader  #: of the batch that it came in


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the readings of one batch."""

    partition: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Intake:
    """The readings of a commit, judged."""

    accepted: Rows  #: OBSERVATION, configured; by device, then time
    late: Ints  #: devices with an accepted reading older than their newest one
    amid: Ints  #: those of them with readings stored between those that have come
    refused: Sequence[Refused]
    counts: Sequence[Count]
    imported: frozenset[int]  #: devices with readings from an import and no others


async def take_in(connection: Connection, recent: Recent, work: Sequence[Work]) -> Intake:
    """Judge the readings of batches that have not been seen before."""
    rows, batch_of = _rows(work)
    storable = _storable(rows)
    frozen = rows["time"] < (await connection.fetchval(queries.FROZEN_BEFORE) or _EARLIEST_US)
    outcome = np.select([~storable, frozen], [_UNSTORABLE, _TOO_OLD], _UNKNOWN)
    sound = (outcome == _UNKNOWN) & (recent.fleet.positions(rows["device"]) >= 0)
    rows[sound] = recent.fleet.configure(rows[sound])
    outcome[sound & _too_much(rows)] = _UNSTORABLE
    sound &= outcome == _UNKNOWN
    outcome[sound], late, amid = await _judge(connection, recent, rows[sound])
    accepted = rows[outcome == _ACCEPTED]
    return Intake(
        accepted=accepted,
        late=np.unique(accepted["device"][late]),
        amid=amid,
        refused=_refused(work, rows, batch_of, outcome),
        counts=_counts(work, batch_of, outcome),
        imported=_imported(work, rows, batch_of),
    )


_ACCEPTED, _DUPLICATE, _CONFLICT, _UNKNOWN, _UNSTORABLE, _TOO_OLD = range(6)
_REASON: Final = {
    _CONFLICT: RejectionReason.CONFLICT,
    _UNKNOWN: RejectionReason.UNKNOWN_DEVICE,
    _UNSTORABLE: RejectionReason.UNSTORABLE,
    _TOO_OLD: RejectionReason.TOO_OLD,
}
#: Balancers let nothing else through; a batch from elsewhere must not stop the partition, or make a table for a month
#: two hundred thousand years ahead.
_EARLIEST_US: Final = 0
_LATEST_US: Final = 130 * 365 * 86_400_000_000


def _storable(rows: Rows) -> Bools:
    in_time = (rows["time"] >= _EARLIEST_US) & (rows["time"] < _LATEST_US)
    plausible: Bools = in_time & (np.abs(rows["value"]) <= LARGEST_VALUE)
    return plausible


def _too_much(rows: Rows) -> Bools:
    """Intervals of configured rows that would not fit into the sum of a slot."""
    too_much: Bools = (rows["kind"] == INTERVAL) & (np.abs(rows["value"]) > LARGEST_INTERVAL_KWH)
    return too_much


def storable_times(work: Sequence[Work]) -> Ints:
    times = np.concatenate([item.batch.readings["time"] for item in work])
    return times[(times >= _EARLIEST_US) & (times < _LATEST_US)]


def _rows(work: Sequence[Work]) -> tuple[Rows, Ints]:
    """All readings sorted, and for each the index of the batch that it came in."""
    readings = np.concatenate([np.zeros(0, READING), *(item.batch.readings for item in work)])
    batch_of = np.repeat(np.arange(len(work)), [len(item.batch.readings) for item in work]).astype(np.int64)
    rows = observations(readings["device"], readings["time"], readings["value"])
    rows["flags"] = readings["flags"]
    order = arrival_order(rows)
    return rows[order], batch_of[order]


async def _judge(connection: Connection, recent: Recent, rows: Rows) -> tuple[Ints, Bools, Ints]:
    """The outcome of each row, which of the accepted ones are older than their device's newest reading, and devices
    with readings stored between theirs."""
    await recall(connection, recent, distinct(rows["device"]))
    late = rows["time"] <= recent.newest(rows["device"])
    amid = await _amid(connection, rows[np.isin(rows["device"], rows["device"][late])])
    # History before all that is stored, as most late readings are, need not be looked for one by one.
    existing = await _existing(connection, rows[late & np.isin(rows["device"], amid)])
    judgement = judge(existing, rows)
    outcome = np.select([judgement.accepted, judgement.duplicate], [_ACCEPTED, _DUPLICATE], _CONFLICT)
    return outcome, late[judgement.accepted], amid


async def _amid(connection: Connection, rows: Rows) -> Ints:
    """Devices of the sorted `rows` that have readings stored between the first and the last of theirs."""
    if not len(rows):
        return np.zeros(0, np.int64)
    between = stretches_of(rows)
    columns = (between[name].tolist() for name in ("device", "first", "last"))
    found = await connection.fetch(queries.OCCUPIED, *columns)
    return np.array([record["device"] for record in found], np.int64)


def stretches_of(rows: Rows) -> Rows:
    """From the earliest to the latest of the sorted `rows` of each device."""
    devices, first, count = np.unique(rows["device"], return_index=True, return_counts=True)
    stretches = np.zeros(len(devices), STRETCH)
    stretches["device"] = devices
    stretches["first"], stretches["last"] = rows["time"][first], rows["time"][first + count - 1]
    stretches["readings"] = count
    return stretches


async def note_imported_tails(connection: Connection, recent: Recent, intake: Intake) -> None:
    """Of devices whose newest readings an import has brought: what a device has not sent is no sign of life."""
    if not intake.imported:
        return
    rows = intake.accepted[np.isin(intake.accepted["device"], list(intake.imported))]
    last = rows[np.diff(rows["device"], append=-1) != 0]
    last = last[last["time"] > recent.newest(last["device"])]
    before = [None if time == NEVER else time for time in recent.newest(last["device"]).tolist()]
    await connection.execute(queries.NOTE_IMPORTED_TAILS, last["device"].tolist(), before, last["time"].tolist())


async def recall(connection: Connection, recent: Recent, devices: Ints) -> None:
    """Read the tails of devices that are not remembered."""
    unknown = recent.unknown(devices)
    if len(unknown):
        records = await connection.fetch(queries.NEWEST_READINGS, unknown.tolist(), TAIL)
        recent.remember(unknown, stored_rows(records))


async def _existing(connection: Connection, late: Rows) -> Rows:
    """Readings that are stored under the device and time of late ones."""
    if not len(late):
        return np.zeros(0, OBSERVATION)
    records = await connection.fetch(queries.EXISTING_READINGS, late["device"].tolist(), late["time"].tolist())
    return stored_rows(records)


def stored_rows(records: Sequence[Any]) -> Rows:
    """OBSERVATION rows (not configured) of records with device, time, value and flags."""
    stored = rows_of(records, STORED)
    rows = observations(stored["device"], stored["time"], stored["value"])
    rows["flags"] = stored["flags"]
    return rows


def _refused(work: Sequence[Work], rows: Rows, batch_of: Ints, outcome: Ints) -> list[Refused]:
    """Those that the balancer refused and those refused here."""
    refused = [Refused(rejection, item.batch.header) for item in work for rejection in item.batch.header.rejections]
    for index in np.flatnonzero(outcome >= _CONFLICT):
        row, item = rows[index], work[int(batch_of[index])]
        rejection = Rejection(_REASON[int(outcome[index])], raw_reading(row), int(row["device"]))
        refused.append(Refused(rejection, item.batch.header))
    return refused


def raw_reading(row: np.void) -> str:
    """A decoded reading as JSON again."""
    time = int(row["time"])
    timestamp = moment(time) if _EARLIEST_US <= time < _LATEST_US else time
    value = float(row["value"])
    fields = {"device_id": int(row["device"]), "timestamp": timestamp, "value": value}
    return msgspec.json.encode(fields).decode()


def _counts(work: Sequence[Work], batch_of: Ints, outcome: Ints) -> list[Count]:
    table = np.zeros((len(work), len(_REASON) + 2), np.int64)
    np.add.at(table, (batch_of, outcome), 1)
    return [
        Count(item.partition, accepted, duplicate, sum(refused) + len(item.batch.header.rejections))
        for item, (accepted, duplicate, *refused) in zip(work, table.tolist(), strict=True)
    ]


def _imported(work: Sequence[Work], rows: Rows, batch_of: Ints) -> frozenset[int]:
    """Devices that nothing but imports told of: what a live reading shows is news, whatever comes with it."""
    batches = [index for index, item in enumerate(work) if item.batch.header.source is Source.IMPORT]
    if not batches:
        return frozenset()
    imported = np.isin(batch_of, batches)
    return frozenset(np.setdiff1d(rows["device"][imported], rows["device"][~imported]).tolist())
