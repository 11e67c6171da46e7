"""Times, durations and faults as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from kilowatch.kit.errors import Invalid
from kilowatch.simulator.domain.faults import Chances, ClockDrift, Duplicates, Faults
from kilowatch.simulator.typed import parse_duration, parse_faults, parse_moment

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90", timedelta(seconds=90)),
        ("90s", timedelta(seconds=90)),
        ("1.5h", timedelta(minutes=90)),
        (" 2 d ", timedelta(days=2)),
        ("2w", timedelta(days=14)),
    ],
)
def test_durations(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "soon", "-3h", "3y", "h", "9" * 30 + "d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("30d", NOW - timedelta(days=30)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T10:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW) == moment


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(Invalid, match="30d"):
        parse_moment("yesterday", NOW)


def test_faults() -> None:
    assert parse_faults("gaps=2, late=3,duplicates=0.01,drift=-2") == Faults(
        certain=(Duplicates(share=0.01), ClockDrift(seconds_per_day=-2)), chances=Chances(gaps=2, late=3)
    )
    assert parse_faults("") == Faults()


@pytest.mark.parametrize("text", ["gap=2", "gaps", "gaps=many", "duplicates=3"])
def test_what_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_faults(text)
