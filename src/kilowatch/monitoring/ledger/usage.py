"""What new readings change in the slots."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.corrections import RANGE, marks
from kilowatch.monitoring.domain.increment import CONTEXT_AFTER, CONTEXT_BEFORE, increment
from kilowatch.monitoring.domain.usage import (
    OBSERVATION,
    SLOT,
    SLOT_US,
    Ints,
    Rows,
    distinct,
    segments,
    slot_of,
    slots,
    total,
)
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.columns import Connection, copy_format, copy_rows, postgres_time, rows_of
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


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit changed in usage, and what to remember if it succeeds."""

    added: Rows  #: SLOT rows that were added to what was stored
    recomputed: Rows  #: SLOT rows that replaced what was stored
    in_order: Ints  #: devices whose tails go on
    tails: Rows  #: their readings, new ones with those before them
    revised: Ints  #: devices whose tails must be read again

    @classmethod
    def of_recomputation(cls, recomputed: Rows) -> "Change":
        nothing = np.zeros(0, np.int64)
        return cls(
            added=recomputed[:0],
            recomputed=recomputed,
            in_order=nothing,
            tails=np.zeros(0, OBSERVATION),
            revised=np.unique(recomputed["device"]),
        )


async def apply_readings(connection: Connection, recent: Recent, intake: Intake) -> Change:
    """Add what in-order readings bring, and recompute around late ones. The readings are stored already."""
    rows = intake.accepted
    late = np.union1d(intake.late, await _near_corrections(connection, recent, distinct(rows["device"])))
    in_order = rows[~np.isin(rows["device"], late)] if len(late) else rows
    devices = distinct(in_order["device"])
    tails = recent.fleet.configure(recent.tails(devices))
    step = increment(tails, in_order)
    revised = np.union1d(late, step.revised)
    await _merge_slots(connection, queries.ADD_TO_SLOTS, "slots_added", step.slots)
    recomputed = await recompute(connection, recent, _stretches(rows[np.isin(rows["device"], revised)]))
    return Change(step.slots, recomputed, devices, step.readings, revised)


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


async def recompute(connection: Connection, recent: Recent, stretches: Rows) -> Rows:
    """Compute the slots around each stretch again from the stored readings. Returns the SLOT rows."""
    if not len(stretches):
        return np.zeros(0, SLOT)
    ranges = rows_of(await connection.fetch(queries.CORRECTED_RANGES, stretches["device"].tolist()), RANGE)
    corrected = np.isin(stretches["device"], ranges["device"])
    parts = [
        await _compute(connection, recent, stretches[~corrected], ACCEPTED),
        await _compute(connection, recent, stretches[corrected], EFFECTIVE),
    ]
    bounds = np.concatenate([found for found, _ in parts])
    bounds.sort(order="device")
    await _leave_frozen(connection, bounds)
    computed = total(np.concatenate([*(rows for _, rows in parts), marks(ranges)]))
    bound = bounds[np.searchsorted(bounds["device"], computed["device"])]
    computed = computed[(computed["slot"] >= bound["first"]) & (computed["slot"] <= bound["last"])]
    await _merge_slots(connection, queries.REPLACE_SLOTS, "slots_replaced", computed)
    await connection.execute(queries.EMPTY_SLOTS, *_instants(bounds))
    return computed


async def _leave_frozen(connection: Connection, bounds: Rows) -> None:
    """Cut off slots that depend on readings which have been dropped."""
    sound = rows_of(await connection.fetch(queries.SOUND_FROM, bounds["device"].tolist()), _SOUND)
    cut = np.searchsorted(bounds["device"], sound["device"])
    bounds["first"][cut] = np.maximum(bounds["first"][cut], sound["since"] // SLOT_US)


_SOUND: Final = np.dtype([("device", "i8"), ("since", "i8")])


async def _compute(connection: Connection, recent: Recent, stretches: Rows, source: str) -> tuple[Rows, Rows]:
    """The slot bounds of each stretch, and SLOT rows of the readings in `source` around them."""
    if not len(stretches):
        return stretches, np.zeros(0, SLOT)
    bounds = await _bounds(connection, recent, stretches, source)
    return bounds, slots(segments(await _readings(connection, recent, bounds, source)))


async def _bounds(connection: Connection, recent: Recent, stretches: Rows, source: str) -> Rows:
    """The first and last slot of each stretch that its readings, and those next to them, may change."""
    columns = (stretches[name].tolist() for name in ("device", "first", "last"))
    around = rows_of(await connection.fetch(queries.STRETCH_BOUNDS.format(reading=source), *columns), STRETCH)
    around.sort(order="device")
    # A first interval reaches back over time without a reading.
    reach = recent.fleet.members["interval"][recent.fleet.positions(around["device"])]
    around["first"] = (around["first"] - reach) // SLOT_US
    around["last"] = slot_of(around["last"])
    return around


async def _readings(connection: Connection, recent: Recent, bounds: Rows, source: str) -> Rows:
    """The readings whose segments touch the slots within `bounds`, with what those depend on."""
    query = queries.STRETCH_READINGS.format(reading=source)
    records = await connection.fetch(query, *_instants(bounds), CONTEXT_BEFORE, CONTEXT_AFTER)
    return recent.fleet.configure(stored_rows(records))


def _instants(bounds: Rows) -> tuple[list[int], list[int], list[int]]:
    """Devices, starts and ends of slot bounds."""
    return bounds["device"].tolist(), (bounds["first"] * SLOT_US).tolist(), ((bounds["last"] + 1) * SLOT_US).tolist()


async def _merge_slots(connection: Connection, query: str, table: str, rows: Rows) -> None:
    if not len(rows):
        return
    columns = {name: rows[name] for name in SLOT.names or ()}
    columns["slot"] = postgres_time(rows["slot"] * SLOT_US)
    await connection.copy_to_table(
        table, source=copy_rows(SLOT_COLUMNS, columns), columns=list(columns), format="binary"
    )
    await connection.execute(query)
