"""What of which meter somebody may see, and which meters make up a total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kilowatch.contracts.metering import Assignment, Device
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.configuration import BEGINNING

#: After every reading, and small enough to reckon with.
END: Final = datetime(9000, 1, 1, tzinfo=UTC)
ALWAYS: Final = Span(BEGINNING, END)


@dataclass(frozen=True, slots=True)
class VisibleMeter:
    """A device and the times of it that the one who asks may see: in order, none overlapping another."""

    device: Device
    windows: tuple[Span, ...]


def windows(assignments: Iterable[Assignment], now: datetime) -> tuple[Span, ...]:
    """What assignments that are in force together show. One that is over shows nothing any more."""
    in_force = [given for given in assignments if given.since <= now and (given.until is None or now < given.until)]
    return merged(Span(given.since, given.until or END) for given in in_force)


def known_from(assignments: Iterable[Assignment], moment: datetime) -> datetime:
    """From when on whoever had a device at a moment knows what it used, if they had it longest; of one that nobody
    had, all is known to those who see everything."""
    theirs = [
        each.since for each in assignments if each.since <= moment and (each.until is None or moment < each.until)
    ]
    return min(theirs, default=BEGINNING)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants without overlaps, so that nothing is counted twice."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def clipped(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    cut = (Span(max(span.start, within.start), min(span.end, within.end)) for span in spans)
    return tuple(span for span in cut if span.start < span.end)


def top_level(meters: Sequence[VisibleMeter], ancestry: Mapping[int, Device]) -> list[VisibleMeter]:
    """The meters that no other of the same direction among them measures already.

    `ancestry` has every device above one of `meters`, seen or not: behind a meter that is not seen may stand one
    that is. Production behind a consumption meter is no part of what that one counts, so it stays.
    """
    seen = {(meter.device.id, meter.device.direction) for meter in meters}
    return [
        meter
        for meter in meters
        if not any((above, meter.device.direction) in seen for above in _above(meter.device, ancestry))
    ]


def _above(device: Device, ancestry: Mapping[int, Device]) -> Iterable[int]:
    passed = {device.id}
    parent_id = device.parent_id
    while parent_id is not None and parent_id not in passed:  # a circle would be a defect elsewhere, not a hang here
        passed.add(parent_id)
        yield parent_id
        parent = ancestry.get(parent_id)
        parent_id = parent.parent_id if parent else None
