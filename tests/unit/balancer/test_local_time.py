"""Wall-clock times of devices: both switches of daylight saving, and zones at :30 and :45."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.balancer.domain.local_time import place, told_by_order, zone_rules

ZONES = ("Europe/Bucharest", "Australia/Adelaide", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "UTC")
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  wall-clock times are what is meant
US: Final = timedelta(microseconds=1)


def us(*wall: int) -> int:
    return (datetime(*wall) - EPOCH) // US  # type: ignore[misc,arg-type]  # noqa: DTZ001


def column(*times: int) -> np.ndarray:
    return np.array(times, np.int64)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2059, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_every_wall_clock_time_is_where_the_standard_library_puts_it(wall: datetime, zone: str) -> None:
    """`fold=0` is the offset before the change, in the repeated hour and in the skipped one; `fold=1` that after it."""
    found = place(column((wall - EPOCH) // US), zone_rules(zone))
    expected = [
        (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None) - EPOCH) // US
        for fold in (0, 1)
    ]
    assert [int(found.first[0]), int(found.second[0])] == expected


@given(st.integers(us(1991, 1, 1), us(2059, 1, 1)), st.sampled_from(ZONES))
def test_the_moment_is_among_those_at_which_the_clock_shows_its_time(moment: int, zone: str) -> None:
    rules = zone_rules(zone)
    offset = rules.offsets[np.searchsorted(rules.at, moment, side="right")]
    found = place(column(moment + offset), rules)
    assert moment in {int(found.first[0]), int(found.second[0])}
    assert bool(found.repeated[0]) == (found.first[0] < found.second[0])
    assert not found.skipped[0]


@pytest.mark.parametrize(
    ("zone", "wall", "first", "second", "kind"),
    [
        # The 25th of October 2026: at 4:00 the clocks of Bucharest go back to 3:00.
        ("Europe/Bucharest", (2026, 10, 25, 2, 59), (2026, 10, 24, 23, 59), (2026, 10, 24, 23, 59), "plain"),
        ("Europe/Bucharest", (2026, 10, 25, 3, 0), (2026, 10, 25, 0, 0), (2026, 10, 25, 1, 0), "repeated"),
        ("Europe/Bucharest", (2026, 10, 25, 3, 59), (2026, 10, 25, 0, 59), (2026, 10, 25, 1, 59), "repeated"),
        ("Europe/Bucharest", (2026, 10, 25, 4, 0), (2026, 10, 25, 2, 0), (2026, 10, 25, 2, 0), "plain"),
        # The 29th of March 2026: at 3:00 they go forward to 4:00.
        ("Europe/Bucharest", (2026, 3, 29, 2, 59), (2026, 3, 29, 0, 59), (2026, 3, 29, 0, 59), "plain"),
        ("Europe/Bucharest", (2026, 3, 29, 3, 30), (2026, 3, 29, 1, 30), (2026, 3, 29, 0, 30), "skipped"),
        ("Europe/Bucharest", (2026, 3, 29, 4, 0), (2026, 3, 29, 1, 0), (2026, 3, 29, 1, 0), "plain"),
        # The 5th of April 2026: at 3:00 the clocks of Adelaide, at +10:30, go back to 2:00.
        ("Australia/Adelaide", (2026, 4, 5, 2, 15), (2026, 4, 4, 15, 45), (2026, 4, 4, 16, 45), "repeated"),
        ("Australia/Adelaide", (2026, 10, 4, 2, 15), (2026, 10, 3, 16, 45), (2026, 10, 3, 15, 45), "skipped"),
        ("Asia/Kathmandu", (2026, 3, 29, 3, 30), (2026, 3, 28, 21, 45), (2026, 3, 28, 21, 45), "plain"),
    ],
)
def test_both_switches(
    zone: str, wall: tuple[int, ...], first: tuple[int, ...], second: tuple[int, ...], kind: str
) -> None:
    found = place(column(us(*wall)), zone_rules(zone))
    assert (found.first[0], found.second[0]) == (us(*first), us(*second))
    assert (bool(found.repeated[0]), bool(found.skipped[0])) == (kind == "repeated", kind == "skipped")


def passes(*minutes: int, device: int = 1) -> tuple[list[bool], list[bool]]:
    """Which are told to be of the first and the second pass; minutes since 3:00 of the long day in Bucharest."""
    wall = column(*(us(2026, 10, 25, 3) + minute * 60_000_000 for minute in minutes))
    repeated = place(wall, zone_rules("Europe/Bucharest")).repeated
    first, second = told_by_order(np.full(len(minutes), device), wall, repeated)
    return first.tolist(), second.tolist()


def test_a_step_back_tells_the_two_passes_apart() -> None:
    assert passes(-15, 0, 15, 30, 45, 0, 15, 30, 45, 60) == (
        [False] + [True] * 4 + [False] * 5,
        [False] * 5 + [True] * 4 + [False],
    )


def test_a_meter_that_reads_by_the_hour_tells_by_repeating_it() -> None:
    assert passes(-60, 0, 0, 60) == ([False, True, False, False], [False, False, True, False])


@pytest.mark.parametrize(
    "minutes",
    [
        (0, 15, 30),  # either pass
        (45, 30, 15),  # newest first
        (0, 30, 15, 45, 20),  # no order at all
        (0, 15, -600, 30),  # the step is elsewhere
    ],
)
def test_without_one_clear_step_nothing_is_told(minutes: tuple[int, ...]) -> None:
    nothing = [False] * len(minutes)
    assert passes(*minutes) == (nothing, nothing)


def test_each_device_has_an_order_of_its_own() -> None:
    wall = column(*(us(2026, 10, 25, 3, minute) for minute in (30, 10, 10, 20)))
    first, second = told_by_order(column(1, 2, 1, 2), wall, np.ones(4, np.bool_))
    assert (first.tolist(), second.tolist()) == ([True, False, False, False], [False, False, True, False])
