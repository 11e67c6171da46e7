"""The write path against a real PostgreSQL: whatever comes, in whatever order and batches, usage is what the usage
function says of the accepted readings."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kilowatch.contracts.batch import READING, Batch, BatchHeader, Rejection, RejectionReason, Source
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.kit.database import Database
from kilowatch.kit.instants import microseconds, moment
from kilowatch.monitoring.domain.leases import Lease
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, SLOT, SLOT_US, observations, segments, slots
from kilowatch.monitoring.leases import LeaseLost
from kilowatch.monitoring.ledger.columns import rows_of
from kilowatch.monitoring.ledger.commit import SLOTS_AT_ONCE, Ledger
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import Work
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.ledger.watched import Watched
from tests.databases import hold_lease
from tests.integration.monitoring.read_side import HandClock
from tests.unit.monitoring.meters import START_US

NOW = datetime(2026, 10, 25, 12, tzinfo=UTC)
MINUTE_US = 60_000_000
WEEK = 7 * 24 * 60
WEEKS = st.sampled_from([0, 0, 0, 1, 4])
EPOCH = 1
LIMIT_KWH = 5.0

DEVICES = [
    Device(
        id=number,
        version=1,
        name=f"meter {number}",
        time_zone="Europe/Bucharest",
        direction=Direction.CONSUMPTION,
        hourly_limit_kwh=LIMIT_KWH,
        configurations=(MeterConfiguration(valid_from=datetime(2020, 1, 1, tzinfo=UTC), kind=kind, modulus_kwh=1_000),),
    )
    for number, kind in enumerate(MeterKind, 1)
]


class Written:
    """A ledger on a database of its own, with what can be asked of it."""

    def __init__(self, ledger: Ledger, clock: HandClock) -> None:
        self.ledger = ledger
        self.clock = clock

    async def write(self, *batches: Batch):
        return await self.ledger.write([Work(0, EPOCH, batch) for batch in batches])

    async def rest(self, at_most: int = SLOTS_AT_ONCE) -> None:
        """What has been put off is done when nothing has come for a while."""
        self.clock.now += timedelta(minutes=1)
        while await self.ledger.recompute_requested({0: EPOCH}, at_most):
            pass

    async def usage(self) -> np.ndarray:
        records = await self.ledger.connection.fetch(
            "SELECT device, slot, energy, peak, readings, covered, quality FROM usage"
            " WHERE readings + covered + quality <> 0 OR energy <> 0 ORDER BY device, slot"
        )
        found = rows_of(records, SLOT)
        found["slot"] //= SLOT_US
        return found

    async def alerted_hours(self) -> list[tuple[int, int]]:
        """Device and hour of each alert, also of one that later data have cleared."""
        records = await self.ledger.connection.fetch("SELECT device_id, extract(epoch FROM since)::bigint FROM alert")
        return [(device, second // 3600) for device, second in records]

    async def told_hours(self) -> list[tuple[int, int]]:
        """The same of those that tell of something, and are not over: by all data that has come."""
        records = await self.ledger.connection.fetch(
            "SELECT device_id, extract(epoch FROM since)::bigint FROM alert WHERE state <> 'cleared' AND NOT historical"
        )
        return [(device, second // 3600) for device, second in records]

    async def value(self, sql: str):
        return await self.ledger.connection.fetchval(sql)

    async def tally(self) -> tuple[int, int, int]:
        return tuple(await self.ledger.connection.fetchrow("SELECT accepted, duplicate, rejected FROM tally"))

    async def clear(self) -> None:
        await self.ledger.connection.execute(
            "TRUNCATE reading, usage, tally, batch, alert, rejected_reading, outbox, recomputation, touched,"
            " imported_tail"
        )
        self.ledger._recent.forget_all()


@asynccontextmanager
async def open_written(opened: Database) -> AsyncIterator[Written]:
    url = opened.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    clock = HandClock(NOW)
    ledger = await Ledger.open(url, Recent(Fleet.of(DEVICES)), partitions=1, clock=clock)
    await hold_lease(ledger.connection, EPOCH)
    yield Written(ledger, clock)
    await ledger.connection.close()


@pytest.fixture
async def written(database):
    async with open_written(await database("monitoring")) as written:
        yield written


def batch(readings: Sequence[tuple[int, int, float]], *, source: Source = Source.LIVE, rejections=()) -> Batch:
    """A batch of (device, minutes since the start, value)."""
    rows = np.zeros(len(readings), READING)
    for row, (device, minute, value) in zip(rows, readings, strict=True):
        row["device"], row["time"], row["value"] = device, START_US + minute * MINUTE_US, value
    header = BatchHeader(id=uuid4(), received_at=microseconds(NOW), source=source, rejections=tuple(rejections))
    return Batch(header, rows)


def expected_usage(readings: Sequence[tuple[int, int, float]]) -> np.ndarray:
    """The usage function over all readings at once."""
    unique = {(device, minute): value for device, minute, value in readings}
    rows = Fleet.of(DEVICES).configure(
        _observations(sorted((device, minute, value) for (device, minute), value in unique.items()))
    )
    return slots(segments(rows))


def hours_over(usage: np.ndarray) -> set[tuple[int, int]]:
    """Device and hour, of all devices with the limit that ours have."""
    energy: Counter[tuple[int, int]] = Counter()
    for device, slot, used in usage[["device", "slot", "energy"]].tolist():
        energy[device, slot // 4] += used
    return {hour for hour, used in energy.items() if used > LIMIT_KWH * MWH_PER_KWH}


def _observations(readings):
    devices, minutes, values = (np.array(column) for column in zip(*readings, strict=True))
    return observations(devices, START_US + minutes * MINUTE_US, values.astype(float))


# One value for each device and time, so that no two readings contradict one another. Of some weeks, so that there are
# long gaps.
readings_strategy = st.lists(
    st.tuples(st.integers(1, 3), st.builds(lambda minute, week: minute + week * WEEK, st.integers(0, 600), WEEKS)).map(
        lambda key: (*key, float((key[0] * 7919 + key[1] * 104_729) % [0, 4, 1_000, 3_000][key[0]]))
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(readings=readings_strategy, data=st.data())
async def test_usage_and_alerts_do_not_depend_on_order_repetition_or_batching(written, readings, data):
    await written.clear()
    written.clock.now = moment(START_US) + timedelta(hours=1)  # nothing is history
    sent = data.draw(st.permutations(readings + data.draw(st.lists(st.sampled_from(readings), max_size=5))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    parts = [sent[start:end] for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    for part in parts:
        await written.write(batch(part))
    await written.rest(data.draw(st.sampled_from([400, SLOTS_AT_ONCE])))
    assert np.array_equal(await written.usage(), expected_usage(readings))
    assert await written.tally() == (len(set(readings)), len(sent) - len(set(readings)), 0)
    alerted = await written.alerted_hours()
    assert len(alerted) == len(set(alerted))
    over = hours_over(expected_usage(readings))
    assert over <= set(alerted)
    # One that data had cleared and other data then bears out is not raised a second time.
    assert set(await written.told_hours()) <= over


async def test_a_batch_that_comes_again_counts_nothing(written):
    first = batch([(2, 0, 10.0), (2, 15, 11.0)])
    await written.write(first)
    receipt = await written.write(first, batch([(2, 30, 12.0)]))
    assert receipt.repeated_batches == 1
    assert await written.tally() == (3, 0, 0)
    assert (await written.usage())["energy"].sum() == 2_000_000


async def test_a_batch_twice_in_one_commit_counts_once(written):
    twice = batch([(2, 0, 10.0)])
    receipt = await written.write(twice, twice)
    assert (receipt.accepted, receipt.repeated_batches) == (1, 1)


async def test_another_value_for_the_same_time_is_kept_as_a_conflict(written):
    await written.write(batch([(3, 0, 100.0), (3, 0, 200.0)]))
    await written.write(batch([(3, 0, 300.0), (3, 10, 100.0)]))
    assert await written.tally() == (2, 0, 2)
    assert await written.value("SELECT array_agg(reason) FROM rejected_reading") == ["conflict", "conflict"]
    assert await written.value("SELECT value FROM reading ORDER BY time LIMIT 1") == 100.0


async def test_what_is_put_aside_of_an_import_says_of_which(written):
    first = batch([(3, 0, 100.0)], source=Source.IMPORT)
    second = replace(batch([(3, 0, 200.0)], source=Source.IMPORT).header, correlation_id="that")
    await written.write(first, Batch(second, batch([(3, 0, 200.0)]).readings), batch([(3, 0, 300.0)]))
    assert await written.value("SELECT array_agg(import_id ORDER BY id) FROM rejected_reading") == ["that", ""]


async def test_of_two_batches_in_one_commit_the_first_to_come_is_kept(written):
    await written.write(batch([(1, 0, 1.0)]), batch([(1, 0, 2.0)]))
    assert await written.value("SELECT value FROM reading") == 1.0
    assert await written.value("SELECT raw::json ->> 'value' FROM rejected_reading") == "2.0"


async def test_readings_of_an_unknown_device_are_kept_as_rejected(written):
    await written.write(batch([(99, 0, 1.0), (1, 0, 1.0)]))
    assert await written.tally() == (1, 0, 1)
    assert "99" in await written.value("SELECT raw FROM rejected_reading")


async def test_what_cannot_be_stored_is_put_aside_and_the_rest_is_written(written):
    poisoned = batch([(1, 0, 1.0), (1, 15, np.inf), (1, 30, np.nan), (1, 45, 2.0)])
    poisoned.readings["time"][0] = 2**62
    await written.write(poisoned)
    assert await written.tally() == (1, 0, 3)
    assert await written.value("SELECT count(*) FROM rejected_reading WHERE reason = 'unstorable'") == 3


async def test_a_value_too_large_for_the_sum_of_a_slot_is_put_aside(written):
    await written.write(batch([(1, minute, 1e12) for minute in range(12)] + [(1, 13, 1.0)]))
    assert await written.tally() == (1, 0, 12)
    assert (await written.usage())["energy"].sum() == 1_000_000


async def test_of_a_batch_that_the_database_refuses_only_what_it_refuses_is_put_aside(written):
    await written.write(batch([(3, 0, 5.0), (1, 1, 0.5)]))
    refused = Rejection(RejectionReason.MALFORMED, "{}")
    mixed = batch([(2, 0, 10.0), (1, 2, 9e6), (2, 15, 11.0), (1, 3, 9e6), (3, 5, 60.0)], rejections=[refused])
    # A full sum stands for whatever else PostgreSQL may refuse.
    await written.ledger.connection.execute("UPDATE usage SET energy = 9223372036854775807 WHERE device = 1")
    with pytest.raises(asyncpg.DataError):
        await written.write(mixed)
    receipt = await written.ledger.write_apart(Work(0, EPOCH, mixed))
    assert (receipt.accepted, receipt.duplicate, receipt.rejected) == (3, 0, 3)
    assert await written.tally() == (5, 0, 3)
    assert await written.value("SELECT sum(energy) FROM usage WHERE device = 2") == 1_000_000
    assert await written.value("SELECT count(*) FROM reading WHERE device = 1") == 1
    again = await written.ledger.write_apart(Work(0, EPOCH, mixed))
    assert again.repeated_batches == 1
    await written.write(batch([(2, 30, 12.0)]))
    assert await written.value("SELECT sum(energy) FROM usage WHERE device = 2") == 2_000_000


async def test_what_is_live_is_news_whatever_is_imported_beside_it(written):
    imported = batch([(1, 690, 0.5)], source=Source.IMPORT)
    await written.write(imported, batch([(1, 700, 9.0)]))
    assert await written.value("SELECT historical FROM alert") is False


async def test_what_the_balancer_refused_is_kept_and_counted(written):
    refused = Rejection(RejectionReason.MALFORMED, '{"device_id": "\x00"}')
    await written.write(batch([], rejections=[refused]))
    assert await written.tally() == (0, 0, 1)
    assert await written.value("SELECT reason FROM rejected_reading") == "malformed"


async def test_a_late_reading_revises_only_the_slots_it_touches(written):
    await written.write(batch([(2, minute, 10.0 + minute) for minute in range(0, 241, 15)]))
    await written.write(batch([(2, 50, 59.0)]))
    revised = await written.value("SELECT count(*) FROM usage WHERE revision > 0")
    assert 1 <= revised <= 2
    assert (await written.usage())["energy"].sum() == 240_000_000


async def test_a_gap_that_history_is_closing_is_computed_when_no_more_comes(written):
    history = [(2, minute, minute / 60) for minute in range(0, 3 * 24 * 60, 15)]
    live = [(2, 20 * WEEK, 900.0), (2, 20 * WEEK + 15, 900.5), (2, 20 * WEEK + 30, 901.0)]
    await written.write(batch(live))
    for start in range(0, len(history), 96):
        await written.write(batch(history[start : start + 96], source=Source.IMPORT))
        # Some intervals behind the newest imported reading, and not the twenty weeks.
        assert await written.value("SELECT count(*) FROM usage") < start + 96 + 16
        assert await written.ledger.recompute_requested({0: EPOCH}) == 0
    assert await written.value("SELECT count(*) FROM recomputation") == 1
    await written.rest()
    assert np.array_equal(await written.usage(), expected_usage([*history, *live]))
    assert await written.value("SELECT count(*) FROM recomputation") == 0


async def test_a_gap_before_what_comes_late_is_computed_as_well(written):
    newest_first = [(2, 20 * WEEK, 900.0), (2, 10 * WEEK, 400.0), (2, 5 * WEEK, 200.0), (2, 0, 0.0)]
    for reading in newest_first:
        await written.write(batch([reading], source=Source.IMPORT))
    await written.write(batch([(2, 15 * WEEK, 600.0)]))
    await written.rest()
    assert np.array_equal(await written.usage(), expected_usage([*newest_first, (2, 15 * WEEK, 600.0)]))


async def test_a_long_recomputation_is_done_in_steps_between_which_readings_are_written(written):
    readings = [(2, 0, 0.0), (2, 20 * WEEK, 900.0), (2, 20 * WEEK + 15, 900.5)]
    for reading in reversed(readings):
        await written.write(batch([reading]))
    written.clock.now += timedelta(minutes=1)
    slots_then, steps = await written.value("SELECT count(*) FROM usage"), 0
    while await written.ledger.recompute_requested({0: EPOCH}, 1_000):
        assert await written.value("SELECT count(*) FROM usage") - slots_then <= 1_000
        steps += 1
        readings.append((2, 20 * WEEK + 15 + steps, 900.5 + steps))
        await written.write(batch(readings[-1:]))
        slots_then = await written.value("SELECT count(*) FROM usage")
    assert steps >= 20 * WEEK // 15 // 1_000
    assert np.array_equal(await written.usage(), expected_usage(readings))


async def test_who_dies_in_the_middle_of_a_recomputation_leaves_the_rest_to_the_next(written):
    readings = [(2, 0, 0.0), (2, 4 * WEEK, 900.0)]
    for reading in reversed(readings):
        await written.write(batch([reading]))
    written.clock.now += timedelta(minutes=1)
    assert await written.ledger.recompute_requested({0: EPOCH}, 1_000) == 1
    assert len(await written.usage()) < len(expected_usage(readings))
    written.ledger._recent.forget_all()
    await written.rest()
    assert np.array_equal(await written.usage(), expected_usage(readings))


async def test_more_history_waits_for_its_end_also_when_it_comes_into_a_recomputation(written):
    await written.write(batch([(2, 8 * WEEK, 900.0)]))
    history = [(2, 0, 0.0), (2, WEEK, 100.0), (2, 2 * WEEK, 300.0)]
    await written.write(batch(history[:1], source=Source.IMPORT))
    written.clock.now += timedelta(minutes=1)
    assert await written.ledger.recompute_requested({0: EPOCH}, 1_000) == 1
    for reading in history[1:]:
        await written.write(batch([reading], source=Source.IMPORT))
        assert await written.ledger.recompute_requested({0: EPOCH}, 1_000) == 0
    await written.rest(1_000)
    assert np.array_equal(await written.usage(), expected_usage([*history, (2, 8 * WEEK, 900.0)]))


async def test_a_reading_of_long_ago_beside_one_of_today_holds_nothing_up(written):
    live = [(2, 20 * WEEK + minute, minute / 60) for minute in range(0, 7 * 24 * 60, 15)]
    both = [(2, 0, 0.0), (2, 21 * WEEK, 168.0)]
    await written.write(batch(live))
    await written.write(batch(both))
    assert await written.value("SELECT count(*) FROM usage") < len(live) + 2
    newest = START_US // SLOT_US + 21 * WEEK // 15 - 1
    usage = await written.usage()
    assert usage["energy"][usage["slot"] == newest] == MWH_PER_KWH / 4
    await written.rest()
    assert np.array_equal(await written.usage(), expected_usage([*live, *both]))


@pytest.mark.parametrize("at_most", [4, 5, 6, 7])
async def test_half_an_hour_that_is_computed_again_is_not_judged_with_the_other_half_as_it_was(written, at_most):
    await written.write(batch([(1, minute, 2.0 * (minute % 60 in (0, 45))) for minute in range(15, 481, 15)]))
    # Any change by which all hours stay what they were, 4 kWh, but not their quarters.
    await written.ledger.connection.execute("UPDATE reading SET value = 2.0 - value")
    await written.ledger.connection.execute(
        "INSERT INTO recomputation (device_id, since, reason) VALUES (1, $1, 'test')", START_US
    )
    await written.rest(at_most)
    assert await written.value("SELECT count(*) FROM usage WHERE revision > 0") == 32
    assert await written.value("SELECT count(*) FROM alert") == 0


async def test_an_alert_is_raised_once_per_device_and_hour(written):
    for minute in range(0, 60, 5):
        await written.write(batch([(1, minute + 1, 1.0)]))
    assert await written.value("SELECT count(*) FROM alert") == 1


async def test_an_hour_that_passes_its_limit_by_late_data_is_alerted_once_too(written):
    await written.write(batch([(1, 10, 3.0), (1, 50, 1.0)]))
    assert await written.value("SELECT count(*) FROM alert") == 0
    for minute in (20, 30, 40):
        await written.write(batch([(1, minute, 3.0)]))
    assert await written.value("SELECT count(*) FROM alert") == 1


async def test_late_data_clears_an_alert_that_it_shows_to_be_wrong(written):
    written.clock.now = datetime.fromtimestamp(START_US / 1_000_000, UTC) + timedelta(minutes=95)
    # 12 kWh in an hour and a half look like 8 in the first hour; a late reading shows that it was 1.
    await written.write(batch([(2, 0, 0.0), (2, 90, 12.0)]))
    assert await written.value("SELECT state FROM alert ORDER BY since LIMIT 1") == "raised"
    await written.write(batch([(2, 60, 1.0)]))
    assert await written.value("SELECT state FROM alert ORDER BY since LIMIT 1") == "cleared"


async def test_late_data_clears_an_alert_of_an_hour_that_it_leaves_without_any_reading(written):
    written.clock.now = moment(START_US) + timedelta(hours=1)  # nothing is history
    # A roll-over whose energy lies in the five hours between; the late reading shows that it was a fault.
    await written.write(batch([(2, 0, 838.0), (2, 304, 454.0)]))
    assert await written.told_hours()
    await written.write(batch([(2, 37, 811.0)]))
    assert hours_over(expected_usage([(2, 0, 838.0), (2, 37, 811.0), (2, 304, 454.0)])) == set()
    assert await written.told_hours() == []


async def test_an_import_and_an_old_hour_are_historical(written):
    await written.write(batch([(1, 1, 9.0)], source=Source.LIVE))
    await written.write(batch([(2, 600, 0.0), (2, 610, 9.0)], source=Source.IMPORT))
    assert await written.value("SELECT bool_and(historical) FROM alert") is True
    assert await written.value("SELECT count(*) FROM alert") == 2
    is_over = "state = 'cleared' AND cleared_at = raised_at AND until = since + interval '1 hour'"
    assert await written.value(f"SELECT bool_and({is_over} AND announce_at IS NULL) FROM alert") is True


async def test_what_only_an_import_has_told_of_is_known_as_such(written):
    written.ledger._recent.watched = Watched.of(True, {})
    await written.write(batch([(1, 0, 0.5), (2, 0, 1.0)], source=Source.IMPORT), batch([(2, 15, 1.5)]))
    told = "SELECT array_agg(imported ORDER BY device_id) FROM touched"
    assert await written.value(told) == [True, False]


async def test_what_a_batch_shows_has_the_id_of_the_request_that_brought_it(written):
    written.ledger._recent.watched = Watched.of(True, {})
    before, over = batch([(1, 0, 0.0), (3, 0, 0.0)]), batch([(1, 15, LIMIT_KWH + 1), (3, 15, 100.0)])
    header = replace(over.header, correlation_id="first", requests=((1, "first"), (2, "second")))
    await written.write(before, Batch(header, over.readings))
    assert await written.value("SELECT array_agg(correlation_id) FROM alert") == ["first"]
    told = "SELECT array_agg(correlation_id ORDER BY device_id) FROM touched"
    assert await written.value(told) == ["first", "second"]


async def test_an_hour_that_is_over_its_limit_without_a_reading_that_came_has_an_id_of_its_own(written):
    written.clock.now = datetime.fromtimestamp(START_US / 1_000_000, UTC) + timedelta(weeks=1, minutes=30)
    await written.write(batch([(2, WEEK, 990.0)]))
    await written.write(batch([(2, 0, 0.0)], source=Source.IMPORT))
    await written.write(batch([(2, 1, 0.0)], source=Source.IMPORT))
    before = await written.value("SELECT count(*) FROM alert")
    await written.rest()
    assert await written.value("SELECT count(*) FROM alert") > before
    assert await written.value("SELECT bool_and(correlation_id <> '') FROM alert") is True


async def test_a_gap_that_imports_have_left_for_later_tells_of_history_too(written):
    live = [(2, 5 * WEEK, 100.0), (2, 5 * WEEK + 15, 100.5)]
    written.clock.now = datetime.fromtimestamp(START_US / 1_000_000, UTC) + timedelta(weeks=5, minutes=30)
    await written.write(batch(live))
    await written.write(batch([(2, 0, 0.0)], source=Source.IMPORT))
    await written.write(batch([(2, 1, 0.0)], source=Source.IMPORT))
    written.ledger._recent.watched = Watched.of(True, {})
    await written.rest()
    assert await written.value("SELECT bool_and(imported) FROM touched") is True
    await written.write(batch([(2, 2, 0.0)]))
    await written.write(batch([(2, 3, 0.0)], source=Source.IMPORT))
    assert await written.value("SELECT bool_or(imported) FROM recomputation") is False


async def test_of_each_device_is_known_which_of_its_newest_readings_it_has_not_sent(written):
    tails = "SELECT array_agg((device_id, sent, until)::text ORDER BY device_id) FROM imported_tail"
    await written.ledger.connection.execute("SET timezone = 'UTC'")

    def said(device: int, sent: int | None, until: int) -> str:
        times = [f'"{moment(START_US + minute * MINUTE_US):%Y-%m-%d %H:%M:%S}+00"' for minute in (sent or 0, until)]
        return f"({device},{times[0] if sent else ''},{times[1]})"

    await written.write(batch([(1, 0, 0.5), (1, 30, 0.5)], source=Source.IMPORT), batch([(2, 15, 1.0), (3, 15, 1.0)]))
    assert await written.value(tails) == [said(1, None, 30)]
    await written.write(batch([(1, 60, 0.5), (2, 0, 0.5), (3, 20, 1.0)], source=Source.IMPORT))
    assert await written.value(tails) == [said(1, None, 60), said(3, 15, 20)]
    await written.write(batch([(1, 75, 0.5), (3, 25, 1.0)]))
    await written.write(batch([(1, 90, 0.5), (3, 22, 1.0)], source=Source.IMPORT))
    assert await written.value(tails) == [said(1, 75, 90), said(3, 15, 20)]


async def test_a_partition_is_steady_until_more_than_a_minute_is_consumed_at_once(written):
    lease = Lease(0, EPOCH)
    steady = "SELECT (extract(epoch FROM steady_since - $1::timestamptz) / 60)::int FROM consumption"
    since = []
    for minute in (0, 1, 2, 5, 6, 4):
        await written.ledger.note_consumed([lease], [START_US + minute * MINUTE_US])
        since.append(await written.ledger.connection.fetchval(steady, START_US))
    assert since == [0, 0, 0, 5, 5, 5]
    await written.ledger.note_consumed([replace(lease, epoch=EPOCH - 1)], [START_US + 60 * MINUTE_US])
    assert await written.ledger.connection.fetchval(steady, START_US) == 5


async def test_a_new_configuration_recomputes_what_it_holds_for(written):
    await written.write(batch([(2, 0, 950.0), (2, 60, 3.0)]))
    before = (await written.usage())["energy"].sum()
    other = [device if device.id != 2 else _without_modulus(device) for device in DEVICES]
    written.ledger._recent.adopt(Fleet.of(other))
    await written.ledger.connection.execute(
        "INSERT INTO recomputation (device_id, since, reason) VALUES (2, $1, 'test')", START_US
    )
    assert await written.ledger.recompute_requested({0: EPOCH}) == 1
    assert before == 53_000_000
    assert (await written.usage())["energy"].sum() == 3_000_000


def _without_modulus(device: Device) -> Device:
    (configuration,) = device.configurations
    return replace(device, configurations=(replace(configuration, modulus_kwh=None),))


async def test_nothing_is_written_under_an_epoch_that_has_passed(written):
    await written.ledger.connection.execute("UPDATE lease SET epoch = epoch + 1")
    with pytest.raises(LeaseLost):
        await written.write(batch([(1, 0, 1.0)]))
    assert await written.value("SELECT count(*) FROM reading") == 0


async def test_what_is_remembered_is_forgotten_when_a_commit_fails(written):
    await written.write(batch([(2, 0, 1.0)]))
    await written.ledger.connection.execute("UPDATE lease SET epoch = 7")
    with pytest.raises(LeaseLost):
        await written.write(batch([(2, 30, 3.0)]))
    await written.ledger.connection.execute("UPDATE lease SET epoch = $1", EPOCH)
    await written.write(batch([(2, 15, 2.0)]))
    assert (await written.usage())["energy"].sum() == 1_000_000
