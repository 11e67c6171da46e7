"""A rule tried on the past: what it finds there, as it would have come to light, and what people would have been told.

An alert is raised once the readings that have come show it, and may be told as long as it is open: neither is when the
time begins or ends that it is about.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.monitoring.domain.calendar import Span, time_column
from kilowatch.monitoring.domain.findings import Finding
from kilowatch.monitoring.domain.rules import Rule, held_until
from kilowatch.monitoring.domain.usage import SLOT_US, Ints, Rows

SLOT_S: Final = SLOT_US // 1_000_000


@dataclass(frozen=True, slots=True)
class Sighting:
    finding: Finding
    seen: datetime  #: when readings had shown it
    over: datetime | None  #: until when it stayed open; None: it goes on


@dataclass(frozen=True, slots=True)
class Telling:
    finding: Finding
    told_at: datetime


def tellings(sightings: Iterable[Sighting], rule: Rule, zone: ZoneInfo, now: datetime) -> Sequence[Telling]:
    """Of what a rule finds, in order, what people are told of until `now`: not what is over when quiet hours end, or
    the pause after the one before. What is over in that very moment is told, as `monitoring.news` does."""
    told: list[Telling] = []
    told_at: datetime | None = None
    for each in sightings:
        moment: datetime = each.seen
        while held := held_until(rule, rule.severity, zone, told_at=told_at, snoozed_until=None, now=moment):
            moment = held
        if moment <= min(each.over or now, now):
            told.append(Telling(each.finding, moment))
            told_at = moment
    return told


def slots_of_each(some: Sequence[Span], slots: Rows) -> Iterator[tuple[Span, Rows]]:
    """Periods, each with those of the SLOT_ENERGY rows that lie in it."""
    begins = slots["slot"] * SLOT_US
    for period in some:
        first, past = np.searchsorted(begins, time_column([period.start, period.end])).tolist()
        yield period, slots[first:past]


def sums_passing(sums: Ints, amount: int) -> int | None:
    """The number of the first of the sums that is over an amount."""
    passing = np.flatnonzero(sums > amount)
    return int(passing[0]) if len(passing) else None


def end_of(slot: int) -> datetime:
    return datetime.fromtimestamp((int(slot) + 1) * SLOT_S, UTC)
