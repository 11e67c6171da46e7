"""Wall clocks, seasons and the sun."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.simulator.domain.place import HOUR, Moments, Place, micros, moment, utc_offsets

ZONES = ["Europe/Bucharest", "Asia/Kathmandu", "Australia/Adelaide", "Australia/Lord_Howe", "America/St_Johns", "UTC"]

instants = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(instants, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_the_wall_clock_is_the_one_that_the_zone_database_knows(moments: list[datetime], zone: str) -> None:
    offsets = utc_offsets(np.array([micros(each) for each in moments]), zone)
    expected = [each.astimezone(ZoneInfo(zone)).utcoffset() for each in moments]
    assert [timedelta(microseconds=int(offset)) for offset in offsets] == expected


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Bucharest", date(2026, 3, 29), 23),
        ("Europe/Bucharest", date(2026, 10, 25), 25),
        ("Australia/Adelaide", date(2026, 10, 4), 23),
        ("Australia/Adelaide", date(2026, 4, 5), 25),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_local_day_has_23_24_or_25_hours_of_samples(zone: str, day: date, hours: int) -> None:
    around = micros(datetime(day.year, day.month, day.day, tzinfo=UTC))
    minutes = np.arange(around - 36 * HOUR, around + 36 * HOUR, HOUR // 60)
    number = (day - date(1970, 1, 1)).days
    assert np.sum(Moments(minutes, Place(time_zone=zone)).day == number) == hours * 60


def test_the_hour_that_daylight_saving_skips_never_shows_on_the_wall_clock() -> None:
    start = micros(datetime(2026, 3, 28, 22, tzinfo=UTC))
    hours = Moments(np.arange(start, start + 23 * HOUR, HOUR // 4), Place()).hour
    assert not np.any((hours >= 3) & (hours < 4))


@given(instants)
def test_microseconds_and_moments_are_the_same_thing(instant: datetime) -> None:
    assert moment(micros(instant)) == instant


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        micros(datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="IANA"):
        Place(time_zone="Europe/Bukarest")


def test_july_is_summer_in_bucharest_and_winter_in_adelaide() -> None:
    july = np.array([micros(datetime(2026, 7, 15, 12, tzinfo=UTC))])
    north, south = Place(), Place(time_zone="Australia/Adelaide", latitude=-34.93, longitude=138.6)
    assert Moments(july, north).winter[0] < 0.1
    assert Moments(july, south).winter[0] > 0.9


@pytest.mark.parametrize(
    ("place", "noon"),
    [
        (Place(), datetime(2026, 6, 21, 10, 17, tzinfo=UTC)),
        (
            Place(time_zone="Australia/Adelaide", latitude=-34.93, longitude=138.6),
            datetime(2026, 12, 21, 2, 43, tzinfo=UTC),
        ),
    ],
)
def test_the_sun_is_highest_at_true_noon_and_as_high_as_the_latitude_says(place: Place, noon: datetime) -> None:
    around = np.arange(micros(noon) - 12 * HOUR, micros(noon) + 12 * HOUR, HOUR // 60)
    sun = Moments(around, place).sun
    assert abs(int(around[np.argmax(sun)]) - micros(noon)) < HOUR // 6
    assert np.degrees(np.arcsin(sun.max())) == pytest.approx(90 - abs(place.latitude) + 23.44, abs=0.3)
