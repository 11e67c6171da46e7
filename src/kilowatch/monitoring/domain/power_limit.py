"""Power that stays over a limit."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import PowerLimit
from kilowatch.monitoring.domain.trial import Sighting
from kilowatch.monitoring.domain.usage import MWH_PER_KWH

HOUR: Final = timedelta(hours=1)
MWH_PER_WH: Final = MWH_PER_KWH // 1_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """The mean power between two readings, in the order of time."""

    start: datetime
    end: datetime
    power_w: float


def excesses(stretches: Sequence[Stretch], limit: PowerLimit, *, over_before: bool) -> Sequence[Finding]:
    """The times over the limit that last long enough: from the first moment over it until the power is below it by
    the hysteresis. `over_before`: such a time was going on where the stretches begin."""
    low = limit.limit_w * (1 - limit.hysteresis_percent / 100)
    episodes = _episodes(stretches, limit.limit_w, low, over_before=over_before)
    return [_finding(part, end, limit) for part, end, known in episodes if known or _lasts(part, limit)]


def sightings(found: Iterable[Finding], stretches: Sequence[Stretch], limit: PowerLimit) -> Sequence[Sighting]:
    """The reading that makes an excess last long enough shows it, and the first one after it that it is over."""
    readings = [stretch.end for stretch in stretches]
    return [
        Sighting(
            each,
            readings[bisect_left(readings, each.since + timedelta(seconds=limit.for_s))],
            each.until and readings[bisect_right(readings, each.until)],
        )
        for each in found
    ]


def _lasts(part: Sequence[Stretch], limit: PowerLimit) -> bool:
    return part[-1].end - part[0].start >= timedelta(seconds=limit.for_s)


def _episodes(
    stretches: Iterable[Stretch], high: float, low: float, *, over_before: bool
) -> Iterator[tuple[Sequence[Stretch], datetime | None, bool]]:
    """The stretches of each time over the limit; when it ended; whether it is the one that was going on before."""
    part: list[Stretch] = []
    going_on = over_before
    for stretch in stretches:
        if part and stretch.start > part[-1].end:  # what was not observed is not known to be over
            yield part, part[-1].end, over_before
            part, going_on, over_before = [], False, False
        if going_on and stretch.power_w < low:
            yield part or [Stretch(stretch.start, stretch.start, stretch.power_w)], stretch.start, over_before
            part, going_on, over_before = [], False, False
        elif going_on or stretch.power_w > high:
            part.append(stretch)
            going_on = True
    if part:
        yield part, None, over_before


def _finding(part: Sequence[Stretch], end: datetime | None, limit: PowerLimit) -> Finding:
    over = sum((each.power_w - limit.limit_w) * ((each.end - each.start) / HOUR) for each in part)
    measured = Measured(
        power_w=max(each.power_w for each in part),
        limit_w=limit.limit_w,
        energy=max(0, round(over * MWH_PER_WH)),
    )
    return Finding(part[0].start, end, measured)
