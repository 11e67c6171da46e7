"""From which time to which time, as people ask."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.calendar import Period, Span, period_start, periods

EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)

#: The shortest that a period can be; the number of periods is reckoned from it before any is laid out.
_SHORTEST: Final = {
    Period.SLOT: timedelta(minutes=15),
    Period.HOUR: timedelta(hours=1),
    Period.DAY: timedelta(hours=23),
    Period.WEEK: timedelta(days=6, hours=23),
    Period.MONTH: timedelta(days=27, hours=23),
    Period.YEAR: timedelta(days=364, hours=23),
}


def asked_span(start: str | None, end: str | None, zone: ZoneInfo, now: datetime) -> Span:
    """`start` up to, not including, `end`; today where nothing is said, and to the end of today or of `start`'s day.

    Raises `Invalid`.
    """
    begin = read_moment(start, zone) if start else period_start(now, Period.DAY, zone)
    finish = read_moment(end, zone) if end else _end_of_day(max(begin, now), zone)
    if finish <= begin:
        raise Invalid("`to` must be later than `from`.")
    return Span(begin, finish)


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 date or time; without an offset it is local, and in the hour that is repeated the first of the two.

    Raises `Invalid`.
    """
    try:
        # A plus sign that nobody has escaped arrives as a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"{text[:40]!r} is not an ISO 8601 date or time, such as 2026-11-23 or 2026-11-23T10:00Z."
        ) from error
    if not EARLIEST <= instant <= LATEST:
        raise Invalid(f"Times lie between {EARLIEST:%Y} and {LATEST:%Y}.")
    return instant


def require_at_most(limit: int, span: Span, period: Period) -> None:
    """Raises `Invalid` when `span` may have more periods than `limit`."""
    count = -(-(span.end - span.start) // _SHORTEST[period])
    if count > limit:
        too_many = f"That would be about {count:,} periods, and an answer has at most {limit:,}"
        raise Invalid(f"{too_many}: ask for a shorter time or for longer periods.")


def parts(span: Span, period: Period, zone: ZoneInfo, count: int) -> Iterator[Span]:
    """`span` in pieces of about `count` periods, cut where periods begin."""
    step = _SHORTEST[period] * count
    start = span.start
    while span.end - start > step:
        cut = period_start(start + step, period, zone)
        yield Span(start, cut)
        start = cut
    yield Span(start, span.end)


def _end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    [day, *_] = periods(Span(moment, moment + timedelta(microseconds=1)), Period.DAY, zone)
    return day.end
