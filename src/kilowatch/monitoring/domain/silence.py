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


def silent_at(since: datetime, history: Sequence[MeterConfiguration], rule: Offline) -> datetime:
    """When a device without a reading since then was offline, by the intervals that it had meanwhile."""
    begin, left = since, float(rule.missed)
    for change in (each.valid_from for each in history if each.valid_from > since):
        missed = (change - begin) / _interval(history, begin)
        if missed > left:
            break
        begin, left = change, left - missed
    return begin + left * _interval(history, begin) + SLACK


def _interval(history: Sequence[MeterConfiguration], moment: datetime) -> timedelta:
    return timedelta(seconds=in_force(history, moment).interval_s)


def judge_silence(newest: datetime, interval_s: int, rule: Offline, consumed: Consumed) -> Finding | None:
    if consumed.until - consumed.steady_since < timedelta(seconds=rule.grace_s):
        return None
    if consumed.until <= silent_from(newest, interval_s, rule):
        return None
    return Finding(newest, None, Measured())
