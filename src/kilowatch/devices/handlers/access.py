"""Who may see what: assigning people to devices and sites, and ending it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import DeviceAssigned, DeviceUnassigned
from kilowatch.contracts.metering import AccessLevel, Assignment
from kilowatch.devices.domain.access import AssignmentRecord, DeviceTarget, SiteTarget, Target, check_period
from kilowatch.devices.handlers.work import DeviceEvent, Work, tell
from kilowatch.kit.errors import Conflict, Invalid, NotFound

#: Assignments ended in one transaction when their time is over.
DUE_BATCH: Final = 100


async def assign(
    work: Work,
    target: Target,
    user_id: UUID,
    level: AccessLevel,
    since: datetime | None,
    until: datetime | None,
) -> AssignmentRecord:
    """Let a user see a device, or all devices of a site, from `since` (None: now).

    Whoever is assigned already gets the new level or period instead, and keeps what they could see; the old one stays
    in the history. Raises `NotFound`, `Invalid`, or `Conflict` when it would change nothing.
    """
    await work.devices.take_turns()
    await _check_target(work, target)
    await _check_user(work, user_id)
    before = await work.access.find_open(target, user_id)
    begins = since or (before.since if before else work.now)
    check_period(begins, until, work.now)
    if before and (before.level, before.since, before.until) == (level, begins, until):
        raise Conflict("This person is assigned already, just so.")
    if before:
        await work.access.end([before.id], at=work.now, actor=work.actor)
    new = Assignment(user_id=user_id, level=level, since=begins, until=until)
    assigned = await work.access.add(new, target, now=work.now, actor=work.actor)
    await _tell_touched(work, DeviceAssigned, [target])
    await work.audit.record("user.assigned", subject(target), user=str(user_id), level=level, since=str(begins))
    return assigned


async def unassign(work: Work, target: Target, user_id: UUID) -> None:
    """Raises `NotFound`, also when the user is not assigned."""
    await work.devices.take_turns()
    await _check_target(work, target)
    ending = await work.access.find_open(target, user_id)
    if ending is None:
        raise NotFound("This person is not assigned.")
    await _end(work, [ending])


async def take_over_user(work: Work, user: User) -> None:
    """Note what `users` says of an account. One that is gone has no assignments any longer, and leaves no traces."""
    await work.devices.take_turns()
    if await work.people.put(user) and user.deleted:
        await _end(work, await work.access.open_of_user(user.id))
        await work.audit.erase(f"user/{user.id}")


async def end_due(work: Work) -> int:
    """End the assignments whose time is over. Returns how many."""
    await work.devices.take_turns()
    due = await work.access.due(work.now, DUE_BATCH)
    await _end(work, due)
    return len(due)


def subject(target: Target) -> str:
    match target:
        case DeviceTarget(id_):
            return f"device/{id_}"
        case SiteTarget(id_):
            return f"site/{id_}"
        case _:
            assert_never(target)


async def _end(work: Work, ending: Sequence[AssignmentRecord]) -> None:
    await work.access.end([assignment.id for assignment in ending], at=work.now, actor=work.actor)
    await _tell_touched(work, DeviceUnassigned, {assignment.target for assignment in ending})
    for assignment in ending:
        await work.audit.record("user.unassigned", subject(assignment.target), user=str(assignment.user_id))


async def _tell_touched(work: Work, event: DeviceEvent, targets: Iterable[Target]) -> None:
    """Everybody who may see a device travels with it, so each device that a target stands for is published."""
    touched: set[int] = set()
    for target in targets:
        match target:
            case DeviceTarget(id_):
                touched.add(id_)
            case SiteTarget(id_):
                touched.update(record.id for record in await work.devices.at_site(id_))
    await tell(work, event, await work.devices.touch(touched, work.now))


async def _check_target(work: Work, target: Target) -> None:
    match target:
        case DeviceTarget(id_):
            await work.devices.get(id_)
        case SiteTarget(id_):
            await work.sites.get(id_)
        case _:
            assert_never(target)


async def _check_user(work: Work, user_id: UUID) -> None:
    user = await work.people.find(user_id)
    if user is None or user.deleted:
        raise Invalid(f"There is no user {user_id}.")
