"""When a device that sends nothing is offline.

What has not been consumed yet is not missing: a silence is judged up to the moment up to which everything that came has
been consumed, not up to now. While a backlog is worked off, or nothing can come in, that moment stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kilowatch.contracts.metering import MeterConfiguration
from kilowatch.monitoring.domain.configuration import in_force
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import Offline

#: Readings are on their way for a while, and meters' clocks are not ours.
SLACK: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Consumed:
    """How far a partition has been worked off."""

    until: datetime  #: all that came before has been written
    steady_since: datetime  #: from then on without a break


def silent_from(newest: datetime, interval_s: int, rule: Offline) -> datetime:
    """When a device is offline whose newest reading is `newest`, if nothing more comes."""
    return newest + timedelta(seconds=interval_s * rule.missed) + SLACK


def was_silent(since: datetime, until: datetime, history: Sequence[MeterConfiguration], rule: Offline) -> bool:
    """Whether so much time without a reading made a device offline, by the intervals that it had then."""
    end = until - SLACK
    begins = [since, *(each.valid_from for each in history if since < each.valid_from < end)]
    missed = sum(
        (next_ - begin) / timedelta(seconds=in_force(history, begin).interval_s)
        for begin, next_ in zip(begins, [*begins[1:], end], strict=True)
    )
    return missed > rule.missed


def judge_silence(newest: datetime, interval_s: int, rule: Offline, consumed: Consumed) -> Finding | None:
    if consumed.until - consumed.steady_since < timedelta(seconds=rule.grace_s):
        return None
    if consumed.until <= silent_from(newest, interval_s, rule):
        return None
    return Finding(newest, None, Measured())
