"""Who may see a device: those assigned to it, and those assigned to its site for as long as it hangs there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from kilowatch.contracts.metering import AccessLevel, Assignment
from kilowatch.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    id: int


@dataclass(frozen=True, slots=True)
class SiteTarget:
    id: int


#: What somebody is assigned to.
Target: TypeAlias = DeviceTarget | SiteTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRecord:
    """An assignment with its history: who made it, who ended it."""

    id: int
    target: Target
    user_id: UUID
    level: AccessLevel
    since: datetime
    until: datetime | None
    assigned_at: datetime
    assigned_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


def effective_assignments(
    direct: Iterable[Assignment], at_site: Iterable[Assignment], site_since: datetime | None, now: datetime
) -> tuple[Assignment, ...]:
    """Everybody who may see a device now or later, in a stable order. What ended before `now` is left out.

    Whoever is assigned to the site sees nothing of the time before the device was moved there.
    """
    through_site = (replace(given, since=later(given.since, site_since)) for given in at_site)
    going_on = {given for given in (*direct, *through_site) if given.until is None or given.until > now}
    return tuple(sorted(going_on, key=_order))


def _order(given: Assignment) -> tuple[object, ...]:
    return str(given.user_id), given.level, given.since, given.until is None, given.until or given.since


def may_see(assignments: Iterable[Assignment], user_id: UUID, moment: datetime) -> bool:
    return any(given.user_id == user_id and in_force(given, moment) for given in assignments)


def in_force(assignment: Assignment, moment: datetime) -> bool:
    return assignment.since <= moment and (assignment.until is None or moment < assignment.until)


def later(one: datetime, other: datetime | None) -> datetime:
    return one if other is None else max(one, other)


def check_period(since: datetime, until: datetime | None, now: datetime) -> None:
    if until is not None and until <= since:
        raise Invalid("An assignment ends after it begins.")
    if until is not None and until <= now:
        raise Invalid("An assignment that is over gives access to nothing.")
