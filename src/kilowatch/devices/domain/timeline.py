"""Dated configurations: what a meter was, when. A change never reinterprets the past silently."""

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.kit.errors import Invalid

#: By `valid_from`, no two the same, at least one.
Timeline: TypeAlias = tuple[MeterConfiguration, ...]


def configuration_at(timeline: Timeline, moment: datetime) -> MeterConfiguration:
    """The one in force at `moment`; the first holds for all earlier time as well."""
    in_force = [configuration for configuration in timeline if configuration.valid_from <= moment]
    return in_force[-1] if in_force else timeline[0]


def with_configuration(timeline: Timeline, new: MeterConfiguration) -> Timeline:
    """The timeline with `new` in force from its `valid_from` until the next one, in place of what was dated the same.

    Nothing changes for the time from the next one on, nor for the time before `new`, unless `new` is now the first.
    A configuration that says what is in force anyway adds nothing.
    """
    if says_the_same(configuration_at(timeline, new.valid_from), new):
        return timeline
    others = [configuration for configuration in timeline if configuration.valid_from != new.valid_from]
    return tuple(sorted((*others, new), key=lambda configuration: configuration.valid_from))


def says_the_same(one: MeterConfiguration, other: MeterConfiguration) -> bool:
    return replace(one, valid_from=other.valid_from) == other


def check_configuration(configuration: MeterConfiguration, now: datetime) -> None:
    """Raises `Invalid` for what no meter can be."""
    if configuration.valid_from > now:
        raise Invalid("A configuration cannot begin in the future.")
    if configuration.modulus_kwh is not None and configuration.kind is not MeterKind.COUNTER:
        raise Invalid("Only a counter rolls over: leave `modulus_kwh` out.")
    if configuration.max_gap_s < configuration.interval_s:
        raise Invalid("`max_gap_s` cannot be shorter than `interval_s`: every reading would come after a gap.")


def default_max_gap_s(interval_s: int) -> int:
    """Two hours, or a few readings of a meter that reports less often."""
    return max(7200, 3 * interval_s)
