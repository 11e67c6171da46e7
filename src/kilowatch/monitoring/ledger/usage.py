"""What new readings change in the slots."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from kilowatch.kit.clock import Clock
from kilowatch.monitoring.domain.corrections import RANGE, marks
from kilowatch.monitoring.domain.increment import CONTEXT_AFTER, CONTEXT_BEFORE, increment
from kilowatch.monitoring.domain.usage import (
    OBSERVATION,
    SLOT,
    SLOT_US,
    SPAN,
    Ints,
    Rows,
    distinct,
    inside,
    segments,
    slot_of,
    slots,
    total,
)
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.columns import Connection, copy_format, copy_rows, microseconds, postgres_time, rows_of
from kilowatch.monitoring.ledger.intake import Intake, stored_rows
from kilowatch.monitoring.ledger.recent import Recent

SLOT_COLUMNS: Final = copy_format(
    [
        ("device", ">i8"),
        ("slot", ">i8"),
        ("energy", ">i8"),
        ("peak", ">f8"),
        ("readings", ">i4"),
        ("covered", ">i4"),
        ("quality", ">i2"),
    ]
)
#: Readings as they were accepted, and as they count with corrections.
ACCEPTED: Final = "reading"
EFFECTIVE: Final = "effective_reading"
#: Part of a device's history whose readings have changed: from the first such reading to the last.
STRETCH: Final = np.dtype([("device", "i8"), ("first", "i8"), ("last", "i8")])

#: A late reading next to a long gap changes every slot of the gap. Those further away than this are computed when no
#: more readings have come into the gap for a while: history that is imported would have them all written at each
#: commit, and live readings wait (docs/decisions/0081).
NEAR_US: Final = 86_400_000_000
NEAR_INTERVALS: Final = 4
PUT_OFF_FOR: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class PutOff:
    """What is left to be computed later."""

    due_at: int  #: µs
    imported: frozenset[int]  #: devices that nothing but an import told of


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit changed in usage, and what to remember if it succeeds."""

    added: Rows  #: SLOT rows that were added to what was stored
    recomputed: Rows  #: SLOT rows that replaced what was stored
    in_order: Ints  #: devices whose tails go on
    tails: Rows  #: their readings, new ones with those before them
    revised: Ints  #: devices whose tails must be read again
    imported: frozenset[int]  #: devices that nothing but an import told of

    @classmethod
    def of_recomputation(cls, recomputed: Rows, imported: frozenset[int]) -> "Change":
        nothing = np.zeros(0, np.int64)
        return cls(
            added=recomputed[:0],
            recomputed=recomputed,
            in_order=nothing,
            tails=np.zeros(0, OBSERVATION),
            revised=np.unique(recomputed["device"]),
            imported=imported,
        )


async def apply_readings(connection: Connection, recent: Recent, intake: Intake, *, clock: Clock) -> Change:
    """Add what in-order readings bring, and recompute around late ones. The readings are stored already."""
    rows = intake.accepted
    late = np.union1d(intake.late, await _near_corrections(connection, recent, distinct(rows["device"])))
    in_order = rows[~np.isin(rows["device"], late)] if len(late) else rows
    devices = distinct(in_order["device"])
    tails = recent.fleet.configure(recent.tails(devices))
    step = increment(tails, in_order)
    revised = np.union1d(late, step.revised)
    await _merge_slots(connection, queries.ADD_TO_SLOTS, "slots_added", step.slots)
    stretches = _stretches(rows[np.isin(rows["device"], revised)])
    later = PutOff(microseconds(clock() + PUT_OFF_FOR), intake.imported)
    recomputed = await recompute(connection, recent, stretches, far=later)
    return Change(step.slots, recomputed, devices, step.readings, revised, intake.imported)


async def _near_corrections(connection: Connection, recent: Recent, devices: Ints) -> Ints:
    """Those of `devices` whose new readings may lie in a correction, or count from one that does.

    Their slots are computed and not added to. A correction further back than the tail is no concern of a new reading.
    """
    if not len(devices):
        return devices
    reach = recent.reach(devices)
    corrected = rows_of(await connection.fetch(queries.CORRECTED_AFTER, max(0, int(reach.min()))), _CORRECTED)
    near = np.isin(devices, corrected["device"])
    if near.any():
        until = corrected["until"][np.searchsorted(corrected["device"], devices[near])]
        near[near] = reach[near] < until
    return devices[near]


_CORRECTED: Final = np.dtype([("device", "i8"), ("until", "i8")])


def _stretches(rows: Rows) -> Rows:
    """From the earliest to the latest of the sorted `rows` of each device."""
    devices, first, count = np.unique(rows["device"], return_index=True, return_counts=True)
    stretches = np.zeros(len(devices), STRETCH)
    stretches["device"] = devices
    stretches["first"], stretches["last"] = rows["time"][first], rows["time"][first + count - 1]
    return stretches


async def recompute(connection: Connection, recent: Recent, stretches: Rows, *, far: PutOff | None = None) -> Rows:
    """Compute the slots around each stretch again from the stored readings. Returns the SLOT rows.

    `stretches` are sorted, one a device. Those of their slots that are far from them are left to a recomputation; None:
    nothing is left.
    """
    if not len(stretches):
        return np.zeros(0, SLOT)
    ranges = rows_of(await connection.fetch(queries.CORRECTED_RANGES, stretches["device"].tolist()), RANGE)
    corrected = np.isin(stretches["device"], ranges["device"])
    spans = np.zeros(len(stretches), SPAN)
    spans[~corrected] = await _spans(connection, recent, stretches[~corrected], ACCEPTED)
    spans[corrected] = await _spans(connection, recent, stretches[corrected], EFFECTIVE)
    await _leave_frozen(connection, spans)
    if far is not None:
        spans = await _put_off_far(connection, recent, stretches, spans, far)
    parts = [
        await _compute(connection, recent, spans[~corrected], ACCEPTED),
        await _compute(connection, recent, spans[corrected], EFFECTIVE),
    ]
    marked = marks(ranges)
    computed = total(np.concatenate([*parts, marked[inside(marked, _spans_of(spans, marked))]]))
    await _merge_slots(connection, queries.REPLACE_SLOTS, "slots_replaced", computed)
    await connection.execute(queries.EMPTY_SLOTS, *_instants(spans))
    return computed


async def _leave_frozen(connection: Connection, spans: Rows) -> None:
    """Cut off slots that depend on readings which have been dropped."""
    sound = rows_of(await connection.fetch(queries.SOUND_FROM, spans["device"].tolist()), _SOUND)
    cut = np.searchsorted(spans["device"], sound["device"])
    spans["first"][cut] = np.maximum(spans["first"][cut], sound["since"] // SLOT_US)


_SOUND: Final = np.dtype([("device", "i8"), ("since", "i8")])


async def _put_off_far(connection: Connection, recent: Recent, stretches: Rows, spans: Rows, put_off: PutOff) -> Rows:
    """The near part of `spans`. The rest is asked for anew, and what was put off before and lies within, with it."""
    near = np.maximum(NEAR_US, NEAR_INTERVALS * _intervals(recent, spans["device"]))
    kept, before, after = spans.copy(), spans.copy(), spans.copy()
    kept["first"] = np.maximum(spans["first"], slot_of(stretches["first"] - near))
    kept["last"] = np.minimum(spans["last"], slot_of(stretches["last"] + near))
    before["last"], after["first"] = kept["first"] - 1, kept["last"] + 1
    far = np.concatenate([before, after])
    far = far[far["first"] <= far["last"]]
    if len(far):
        imported = [device in put_off.imported for device in far["device"].tolist()]
        await connection.execute(queries.PUT_OFF, *_instants(spans), *_instants(far), imported, put_off.due_at)
    return kept


def _intervals(recent: Recent, devices: Ints) -> Ints:
    intervals: Ints = recent.fleet.members["interval"][recent.fleet.positions(devices)]
    return intervals


async def _spans(connection: Connection, recent: Recent, stretches: Rows, source: str) -> Rows:
    """The slots of each stretch that its readings, and those next to them, may change: SPAN, sorted."""
    columns = (stretches[name].tolist() for name in ("device", "first", "last"))
    around = rows_of(await connection.fetch(queries.STRETCH_BOUNDS.format(reading=source), *columns), SPAN)
    around.sort(order="device")
    # A first interval reaches back over time without a reading.
    around["first"] = (around["first"] - _intervals(recent, around["device"])) // SLOT_US
    around["last"] = slot_of(around["last"])
    return around


async def _compute(connection: Connection, recent: Recent, spans: Rows, source: str) -> Rows:
    """SLOT rows within `spans` of the readings in `source`."""
    if not len(spans):
        return np.zeros(0, SLOT)
    query = queries.STRETCH_READINGS.format(reading=source)
    records = await connection.fetch(query, *_instants(spans), CONTEXT_BEFORE, CONTEXT_AFTER)
    rows = recent.fleet.configure(stored_rows(records))
    return slots(segments(rows), _spans_of(spans, rows))


def _spans_of(spans: Rows, rows: Rows) -> Rows:
    """For each of the rows the span of its device."""
    found: Rows = spans[np.searchsorted(spans["device"], rows["device"])]
    return found


def _instants(spans: Rows) -> tuple[list[int], list[int], list[int]]:
    """Devices, starts and ends of spans."""
    return spans["device"].tolist(), (spans["first"] * SLOT_US).tolist(), ((spans["last"] + 1) * SLOT_US).tolist()


async def _merge_slots(connection: Connection, query: str, table: str, rows: Rows) -> None:
    if not len(rows):
        return
    columns = {name: rows[name] for name in SLOT.names or ()}
    columns["slot"] = postgres_time(rows["slot"] * SLOT_US)
    await connection.copy_to_table(
        table, source=copy_rows(SLOT_COLUMNS, columns), columns=list(columns), format="binary"
    )
    await connection.execute(query)
