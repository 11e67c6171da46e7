"""What new readings change in the slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import asyncpg
import numpy as np

from kilowatch.kit.clock import Clock
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.corrections import RANGE, marks
from kilowatch.monitoring.domain.increment import CONTEXT_AFTER, CONTEXT_BEFORE, increment
from kilowatch.monitoring.domain.limits import hours_with
from kilowatch.monitoring.domain.usage import (
    OBSERVATION,
    SLOT,
    SLOT_US,
    SPAN,
    Bools,
    Ints,
    Rows,
    distinct,
    inside,
    order_of,
    segments,
    slot_of,
    slots,
    total,
)
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.columns import Connection, copy_format, copy_rows, postgres_time, rows_of
from kilowatch.monitoring.ledger.intake import STRETCH, Intake, stored_rows, stretches_of
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

#: A late reading next to a long gap changes every slot of the gap. Those further away than this are computed when no
#: more readings have come into the gap for a while: history that is imported would have them all written at each
#: commit, and live readings wait (docs/decisions/0081). A day for what is live, so that today is right at once.
NEAR_US: Final = 86_400_000_000
NEAR_INTERVALS: Final = 4
#: What local hours are at most, in slots, and a device at least has computed at a time.
HOUR_SLOTS: Final = 4
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
    later = PutOff(microseconds(clock() + PUT_OFF_FOR), intake.imported)
    changed = rows[np.isin(rows["device"], revised)]
    recomputed = await _recompute_around(connection, recent, changed, intake.amid, later)
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


async def _recompute_around(connection: Connection, recent: Recent, changed: Rows, amid: Ints, far: PutOff) -> Rows:
    """Compute the slots near `changed` readings again, and leave those far from them. Returns the SLOT rows.

    The readings are sorted, and stored; but for devices `amid`, no others are between those of a device.
    """
    if not len(changed):
        return np.zeros(0, SLOT)
    stretches = stretches_of(changed)
    ranges = await _corrected_ranges(connection, stretches["device"])
    spans = await _sound(connection, await _around(connection, recent, stretches, ranges))
    spans = await _put_off_far(connection, recent, stretches, spans, far)
    # They need not be read again: they are here.
    own = changed[~np.isin(changed["device"], amid) & ~np.isin(changed["device"], ranges["device"])]
    return await _replace(connection, recent, spans, ranges, own)


async def recompute_asked(
    connection: Connection, recent: Recent, requests: Sequence[asyncpg.Record], at_most: int
) -> Rows:
    """Compute what TAKE_RECOMPUTATIONS gives, about `at_most` slots of it or readings, and leave the rest to the next
    transaction. Returns the SLOT rows."""
    stretches = np.array([(each["device_id"], each["first"], each["last"], 0) for each in requests], STRETCH)
    exact = np.array([each["exact"] for each in requests], np.bool_)
    ranges = await _corrected_ranges(connection, stretches["device"])
    spans = np.zeros(len(stretches), SPAN)
    spans["device"] = stretches["device"]
    spans["first"], spans["last"] = stretches["first"] // SLOT_US, slot_of(stretches["last"])
    spans[~exact] = await _around(connection, recent, stretches[~exact], ranges)
    spans = await _sound(connection, spans)
    step = _first_part(recent, spans, at_most)
    await _leave_rest(connection, requests, spans, step)
    return await _replace(connection, recent, step, ranges, np.zeros(0, OBSERVATION))


def _first_part(recent: Recent, spans: Rows, at_most: int) -> Rows:
    """As much of `spans` as has so many slots, or readings where a slot has several: the same share of each."""
    density = np.maximum(SLOT_US // _intervals(recent, spans["device"]), 1)
    share = np.maximum(at_most // len(spans) // density, HOUR_SLOTS)
    step = spans.copy()
    step["last"] = np.minimum(spans["last"], _hours(recent, spans["device"], spans["first"] + share) - 1)
    return step


async def _leave_rest(connection: Connection, requests: Sequence[asyncpg.Record], spans: Rows, step: Rows) -> None:
    """Ask for what `spans` have beyond `step`, as the same `requests` do."""
    rest = spans.copy()
    rest["first"] = step["last"] + 1
    left = rest["first"] <= rest["last"]
    if left.any():
        as_before = [request for request, is_left in zip(requests, left.tolist(), strict=True) if is_left]
        due_at, imported = ([each[name] for each in as_before] for name in ("due_at", "imported"))
        await connection.execute(queries.LEAVE_REST, *_instants(rest[left]), due_at, imported)


async def _corrected_ranges(connection: Connection, devices: Ints) -> Rows:
    return rows_of(await connection.fetch(queries.CORRECTED_RANGES, devices.tolist()), RANGE)


async def _replace(connection: Connection, recent: Recent, spans: Rows, ranges: Rows, own: Rows) -> Rows:
    """Put the slots of `spans` in the place of what is stored. Returns the SLOT rows, also of those that are empty now.

    Of `own` readings it is known that no others are between those of a device.
    """
    corrected = np.isin(spans["device"], ranges["device"])
    parts = [
        await _compute(connection, recent, spans[~corrected], ACCEPTED, own),
        await _compute(connection, recent, spans[corrected], EFFECTIVE, own[:0]),
    ]
    marked = marks(ranges)
    computed = total(np.concatenate([*parts, marked[inside(marked, _spans_of(spans, marked))]]))
    await _merge_slots(connection, queries.REPLACE_SLOTS, "slots_replaced", computed)
    emptied = rows_of(await connection.fetch(queries.EMPTY_SLOTS, *_instants(_between(computed, spans))), _EMPTIED)
    empty = np.zeros(len(emptied), SLOT)
    empty["device"], empty["slot"] = emptied["device"], emptied["start"] // SLOT_US
    return total(np.concatenate([computed, empty]))


_EMPTIED: Final = np.dtype([("device", "i8"), ("start", "i8")])


def _between(computed: Rows, spans: Rows) -> Rows:
    """The parts of `spans` without any of the `computed` slots."""
    spans = spans[spans["first"] <= spans["last"]]
    devices = np.concatenate([spans["device"], computed["device"], spans["device"]])
    slots = np.concatenate([spans["first"] - 1, computed["slot"], spans["last"] + 1])
    order = order_of(devices, slots)
    devices, slots = devices[order], slots[order]
    apart = np.flatnonzero((devices[1:] == devices[:-1]) & (slots[1:] > slots[:-1] + 1))
    between = np.zeros(len(apart), SPAN)
    between["device"], between["first"], between["last"] = devices[apart], slots[apart] + 1, slots[apart + 1] - 1
    return between


async def _sound(connection: Connection, spans: Rows) -> Rows:
    """Without slots that depend on readings which have been dropped."""
    sound = rows_of(await connection.fetch(queries.SOUND_FROM, spans["device"].tolist()), _SOUND)
    cut = np.searchsorted(spans["device"], sound["device"])
    spans["first"][cut] = np.maximum(spans["first"][cut], sound["since"] // SLOT_US)
    return spans


_SOUND: Final = np.dtype([("device", "i8"), ("since", "i8")])


async def _put_off_far(connection: Connection, recent: Recent, stretches: Rows, spans: Rows, put_off: PutOff) -> Rows:
    """The near part of `spans`. The rest is asked for anew, and what was put off before and lies within, with it."""
    kept, before, after = _near(recent, stretches, spans, put_off.imported), spans.copy(), spans.copy()
    before["last"], after["first"] = kept["first"] - 1, kept["last"] + 1
    far = np.concatenate([before, after])
    far = far[far["first"] <= far["last"]]
    if len(far):
        imported = _among(far["device"], put_off.imported).tolist()
        await connection.execute(queries.PUT_OFF, *_instants(spans), *_instants(far), imported, put_off.due_at)
    return kept


def _near(recent: Recent, stretches: Rows, spans: Rows, imported: frozenset[int]) -> Rows:
    """What `spans` have near their readings, in whole hours: half an hour would be judged with the other half as it
    was."""
    devices = spans["device"]
    interval = NEAR_INTERVALS * _intervals(recent, devices)
    near = np.where(_among(devices, imported), interval, np.maximum(interval, NEAR_US))
    # One reading of today and one of years ago: all between them is as far as what is around them.
    earliest = np.maximum(stretches["first"], stretches["last"] - stretches["readings"] * interval) - near
    kept = spans.copy()
    kept["first"] = np.maximum(spans["first"], _hours(recent, devices, slot_of(earliest)))
    past = _hours(recent, devices, slot_of(stretches["last"] + near) + HOUR_SLOTS)
    kept["last"] = np.minimum(spans["last"], past - 1)
    return kept


def _among(devices: Ints, some: frozenset[int]) -> Bools:
    return np.isin(devices, list(some))


def _hours(recent: Recent, devices: Ints, slots: Ints) -> Ints:
    """Where the local hours begin that these slots of devices lie in."""
    return hours_with(slots, recent.fleet.members["zone"][recent.fleet.positions(devices)], recent.fleet.zones)


def _intervals(recent: Recent, devices: Ints) -> Ints:
    intervals: Ints = recent.fleet.members["interval"][recent.fleet.positions(devices)]
    return intervals


async def _around(connection: Connection, recent: Recent, stretches: Rows, ranges: Rows) -> Rows:
    """The slots of each stretch that its readings, and those next to them, may change: SPAN, sorted."""
    corrected = np.isin(stretches["device"], ranges["device"])
    spans = np.zeros(len(stretches), SPAN)
    spans[~corrected] = await _spans(connection, recent, stretches[~corrected], ACCEPTED)
    spans[corrected] = await _spans(connection, recent, stretches[corrected], EFFECTIVE)
    return spans


async def _spans(connection: Connection, recent: Recent, stretches: Rows, source: str) -> Rows:
    """Those of stretches by the readings in `source`."""
    columns = (stretches[name].tolist() for name in ("device", "first", "last"))
    around = rows_of(await connection.fetch(queries.STRETCH_BOUNDS.format(reading=source), *columns), SPAN)
    around.sort(order="device")
    # A first interval reaches back over time without a reading.
    around["first"] = (around["first"] - _intervals(recent, around["device"])) // SLOT_US
    around["last"] = slot_of(around["last"])
    return around


async def _compute(connection: Connection, recent: Recent, spans: Rows, source: str, own: Rows) -> Rows:
    """SLOT rows within `spans` of the readings in `source`, of which `own` are at hand."""
    if not len(spans):
        return np.zeros(0, SLOT)
    own, hands = _at_hand(spans, own)
    query = queries.STRETCH_READINGS.format(reading=source)
    records = await connection.fetch(query, *_instants(spans), *hands, CONTEXT_BEFORE, CONTEXT_AFTER)
    rows = np.concatenate([stored_rows(records), own])
    rows = recent.fleet.configure(rows[order_of(rows["device"], rows["time"])] if len(own) else rows)
    return slots(segments(rows), _spans_of(spans, rows))


def _at_hand(spans: Rows, own: Rows) -> tuple[Rows, tuple[list[int], list[int]]]:
    """Those of `own` that lie wholly in the span of their device, and from when to when they do, for each span."""
    first = spans["first"] * SLOT_US
    last = first.copy()
    stretches = stretches_of(own)
    place = np.searchsorted(spans["device"], stretches["device"])
    whole = stretches["first"] > first[place]
    first[place[whole]], last[place[whole]] = stretches["first"][whole], stretches["last"][whole]
    return own[np.isin(own["device"], stretches["device"][whole])], (first.tolist(), last.tolist())


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
