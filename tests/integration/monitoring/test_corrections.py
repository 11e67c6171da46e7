"""Corrections: usage is what the usage function says of the readings that count, and undone is as never made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kilowatch.contracts.accounts import Role
from kilowatch.kit.audit import audit
from kilowatch.monitoring.domain.corrections import RANGE, marks
from kilowatch.monitoring.domain.usage import FRESH_START, Quality, observations, segments, slots, total
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.store.tables import recomputation
from tests.integration.monitoring.read_side import NOON, ReadSide
from tests.integration.monitoring.test_ledger import (
    DEVICES,
    EPOCH,
    MINUTE_US,
    Written,
    batch,
    expected_usage,
    open_written,
)
from tests.unit.monitoring.meters import START_US

INTERVAL, COUNTER, POWER = 1, 2, 3


@pytest.fixture
async def written(database):
    async with open_written(await database("monitoring")) as written:
        yield written


@dataclass
class Made:
    device: int
    since: int  #: minutes since the start
    until: int
    inserted: Sequence[tuple[int, float, int]]  #: µs since the start, value, flags
    id: int = 0


@dataclass
class Book:
    """What was accepted and said, kept beside the database: the model of the law."""

    accepted: dict[tuple[int, int], float] = field(default_factory=dict)
    corrections: list[Made] = field(default_factory=list)

    def effective(self) -> dict[tuple[int, int], tuple[float, int]]:
        counting = {(device, minute * MINUTE_US): (value, 0) for (device, minute), value in self.accepted.items()}
        for made in self.corrections:
            since, until = made.since * MINUTE_US, made.until * MINUTE_US
            counting = {
                (device, time): what
                for (device, time), what in counting.items()
                if device != made.device or not since <= time < until
            }
            counting |= {(made.device, time): (value, flags) for time, value, flags in made.inserted}
        return counting

    def usage(self) -> np.ndarray:
        ranges = np.array(
            [(c.device, START_US + c.since * MINUTE_US, START_US + c.until * MINUTE_US) for c in self.corrections],
            RANGE,
        )
        counting = sorted(self.effective().items())
        if not counting:
            return total(marks(ranges))
        columns = [np.array(column) for column in zip(*((d, t, v, f) for (d, t), (v, f) in counting), strict=True)]
        rows = observations(columns[0], START_US + columns[1], columns[2].astype(float))
        rows["flags"] = columns[3]
        return total(np.concatenate([slots(segments(Fleet.of(DEVICES).configure(rows))), marks(ranges)]))


async def make(written: Written, made: Made) -> None:
    """As the handler does, in the terms of the ledger's connection (µs)."""
    connection = written.ledger.connection
    since, until = START_US + made.since * MINUTE_US, START_US + made.until * MINUTE_US
    made.id = await connection.fetchval(
        "INSERT INTO correction (device_id, kind, since, until, reason, author, created_at)"
        " VALUES ($1, 'replace', $2, $3, 'test', 'test', $2) RETURNING id",
        made.device,
        since,
        until,
    )
    for time, value, flags in made.inserted:
        await connection.execute(
            "INSERT INTO corrected_reading VALUES ($1, $2, $3, $4, $5)",
            made.device,
            START_US + time,
            made.id,
            value,
            flags,
        )
    await ask(written, made)


async def undo(written: Written, made: Made) -> None:
    await written.ledger.connection.execute("UPDATE correction SET undone_at = now() WHERE id = $1", made.id)
    await ask(written, made)


async def ask(written: Written, made: Made) -> None:
    since, until = START_US + made.since * MINUTE_US, START_US + made.until * MINUTE_US
    await written.ledger.connection.execute(
        "INSERT INTO recomputation VALUES ($1, $2, 'correction', $3)", made.device, since, until
    )


async def clear(written: Written) -> None:
    await written.clear()
    await written.ledger.connection.execute("TRUNCATE correction, corrected_reading")


def value_of(device: int, minute: int) -> float:
    return float((device * 7919 + minute * 104_729) % [0, 4, 1_000, 3_000][device])


minutes = st.integers(0, 300)


@st.composite
def corrections(draw: st.DrawFn) -> Made:
    device = draw(st.integers(1, 3))
    since = draw(minutes)
    until = since + draw(st.integers(1, 90))
    if device == COUNTER and draw(st.booleans()):
        swap = [(since * MINUTE_US, draw(st.integers(0, 99)) + 0.5, 0), (since * MINUTE_US + 1, 0.25, FRESH_START)]
        return Made(device, since, since + 1, swap)
    places = draw(st.lists(st.integers(since, until - 1), unique=True, max_size=3))
    return Made(device, since, until, [(minute * MINUTE_US, value_of(device, minute + 1), 0) for minute in places])


writes = st.lists(st.tuples(st.integers(1, 3), minutes), min_size=1, max_size=10)
steps = st.lists(
    st.one_of(
        writes,
        corrections(),
        st.just("recompute"),
        st.integers(0, 5).map(lambda n: ("undo", n)),
    ),
    min_size=1,
    max_size=10,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
async def test_usage_is_a_function_of_readings_and_corrections_whatever_the_order(written, steps):
    await clear(written)
    book = Book()
    for step in steps:
        await _take(written, book, step)
    await written.ledger.recompute_requested({0: EPOCH})
    expected = book.usage()
    assert np.array_equal(await written.usage(), expected)


async def _take(written: Written, book: Book, step: Any) -> None:
    match step:
        case list():
            readings = {(device, minute): value_of(device, minute) for device, minute in step}
            await written.write(batch([(*key, value) for key, value in readings.items()]))
            book.accepted |= readings
        case Made():
            await make(written, step)
            book.corrections.append(step)
        case "recompute":
            await written.ledger.recompute_requested({0: EPOCH})
        case ("undo", number) if book.corrections:
            await undo(written, book.corrections.pop(number % len(book.corrections)))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(readings=writes, made=st.lists(corrections(), min_size=1, max_size=4), data=st.data())
async def test_applied_and_undone_is_as_before(written, readings, made, data):
    await clear(written)
    sent = [(device, minute, value_of(device, minute)) for device, minute in set(readings)]
    await written.write(batch(sent))
    before = await written.usage()
    for each in made:
        await make(written, each)
        await written.ledger.recompute_requested({0: EPOCH})
    for each in data.draw(st.permutations(made)):
        await undo(written, each)
    await written.ledger.recompute_requested({0: EPOCH})
    assert np.array_equal(await written.usage(), before)
    assert np.array_equal(before, expected_usage(sent))


async def test_a_correction_that_is_long_over_leaves_new_readings_the_quick_way(written):
    await written.write(batch([(COUNTER, minute, 100.0 + minute / 15) for minute in range(0, 120, 15)]))
    await make(written, Made(COUNTER, 15, 30, []))
    await written.ledger.recompute_requested({0: EPOCH})
    receipt = await written.write(batch([(COUNTER, 120, 108.0)]))
    assert receipt.recomputed_devices == 0
    near = await written.write(batch([(INTERVAL, 0, 1.0), (INTERVAL, 15, 1.0)]))
    assert near.recomputed_devices == 0


async def test_a_meter_swap_counts_both_registers_and_not_the_step_between_them(written):
    await written.write(batch([(COUNTER, 0, 500.0), (COUNTER, 60, 501.0), (COUNTER, 120, 4.0), (COUNTER, 180, 5.0)]))
    await make(written, Made(COUNTER, 90, 91, [(90 * MINUTE_US, 501.5, 0), (90 * MINUTE_US + 1, 3.5, FRESH_START)]))
    await written.ledger.recompute_requested({0: EPOCH})
    found = await written.usage()
    assert found["energy"].sum() == 3_000_000
    assert (found["quality"] & (Quality.RESET | Quality.GLITCH) == 0).all()
    assert (found["quality"] & Quality.CORRECTED != 0).sum() == 2


# -- over HTTP -----------------------------------------------------------------------------------------------------


async def correct(monitoring: ReadSide, **body: Any) -> Any:
    standard = {"device_id": 7, "reason": "The meter was being tested."}
    answer = await monitoring.post("/api/corrections", standard | body, role=Role.ADMINISTRATOR)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def inserted(monitoring: ReadSide) -> list[tuple[datetime, float]]:
    async with monitoring.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT time, value FROM corrected_reading ORDER BY time")
        return [(row.time, row.value) for row in rows]


async def test_a_correction_is_recorded_audited_and_asks_for_its_slots(monitoring: ReadSide) -> None:
    await monitoring.add_device()
    start, end = NOON - timedelta(hours=3), NOON - timedelta(hours=2)
    made = await correct(monitoring, kind="exclude", **{"from": start.isoformat(), "to": end.isoformat()})
    assert made["author"].startswith("user/")
    assert [row["until"] for row in await monitoring.rows(recomputation)] == [end]
    undone = await monitoring.post(f"/api/corrections/{made['id']}/undo", role=Role.ADMINISTRATOR)
    assert undone.json()["undone_at"] is not None
    again = await monitoring.post(f"/api/corrections/{made['id']}/undo", role=Role.ADMINISTRATOR)
    assert again.status_code == 409
    assert [row["action"] for row in await monitoring.rows(audit)] == ["readings.corrected", "correction.undone"]
    listed = await monitoring.ask("/api/corrections", device=7)
    assert [item["id"] for item in listed["items"]] == [made["id"]]


async def test_a_gap_is_estimated_straight_between_its_ends(monitoring: ReadSide) -> None:
    await monitoring.add_device()
    start, end = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    await monitoring.put_readings(7, (start - timedelta(minutes=15), 1.0), (end, 2.0))
    await correct(monitoring, kind="estimate", method="linear", **{"from": start.isoformat(), "to": end.isoformat()})
    assert [value for _, value in await inserted(monitoring)] == [1.2, 1.4, 1.6, 1.8]


async def test_a_gap_is_estimated_as_on_the_same_weekday_before(monitoring: ReadSide) -> None:
    await monitoring.add_device()
    start, end = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    for week, energy in ((1, 100_000), (2, 300_000)):
        await monitoring.put_usage(7, start - timedelta(weeks=week, minutes=15), 6, energy)
    await correct(monitoring, kind="estimate", method="profile", **{"from": start.isoformat(), "to": end.isoformat()})
    assert [value for _, value in await inserted(monitoring)] == [0.2] * 4


async def test_what_nothing_is_known_of_is_not_estimated(monitoring: ReadSide) -> None:
    await monitoring.add_device()
    span = {"from": (NOON - timedelta(hours=2)).isoformat(), "to": (NOON - timedelta(hours=1)).isoformat()}
    for method in ("linear", "profile"):
        body = {"device_id": 7, "reason": "gap", "kind": "estimate", "method": method, **span}
        answer = await monitoring.post("/api/corrections", body, role=Role.ADMINISTRATOR)
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "exclude", "from": "2026-06-01T11:00:00Z", "to": "2026-06-01T10:00:00Z"},
        {"kind": "exclude", "from": "2026-06-01T11:00:00Z", "to": "2026-07-01T10:00:00Z"},
        {"kind": "exclude", "from": "2020-06-01T11:00:00Z", "to": "2026-06-01T10:00:00Z"},
        {"kind": "exclude", "from": "2026-06-01T11:00:00", "to": "2026-06-01T11:30:00"},
        {"kind": "replace", "from": "2026-06-01T10:00:00Z", "to": "2026-06-01T11:00:00Z", "readings": []},
        {
            "kind": "replace",
            "from": "2026-06-01T10:00:00Z",
            "to": "2026-06-01T11:00:00Z",
            "readings": [{"time": "2026-06-01T11:00:00Z", "value": 1}],
        },
        {"kind": "meter_swap", "at": "2026-06-01T10:00:00Z", "last_value": 1, "first_value": 0},
        {"kind": "exclude", "from": "2026-06-01T10:00:00Z", "to": "2026-06-01T11:00:00Z", "reason": ""},
        {"kind": "forget"},
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(monitoring: ReadSide, body: dict[str, Any]) -> None:
    await monitoring.add_device()  # an interval meter
    answer = await monitoring.post(
        "/api/corrections", {"device_id": 7, "reason": "why not"} | body, role=Role.ADMINISTRATOR
    )
    assert answer.status_code == 422, answer.text
