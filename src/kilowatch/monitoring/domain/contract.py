"""Which tariff applies to which meter, from day to day, and which meter bears the standing charge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from kilowatch.contracts.metering import AccessLevel, Device, Direction
from kilowatch.monitoring.domain.tariff import Tariff


@dataclass(frozen=True, slots=True)
class OfDevice:
    device_id: int


@dataclass(frozen=True, slots=True)
class OfSite:
    site_id: int


@dataclass(frozen=True, slots=True)
class OfUser:
    """Of the devices that somebody owns, while they own them."""

    user_id: UUID


#: What a tariff is assigned to. Of those that a device belongs to, the nearest one counts, in this order.
Target: TypeAlias = OfDevice | OfSite | OfUser


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffAssignment:
    """Local days of the device, from `since` up to, not including, `until`."""

    id: int
    tariff_id: int
    target: Target
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What applies to one meter from a local day up to another."""

    since: date
    until: date
    tariff_id: int
    tariff: Tariff
    bears_standing_charge: bool  #: a contract has one standing charge, however many meters it covers


@dataclass(frozen=True, slots=True)
class _Claim:
    since: date
    until: date
    order: tuple[int, ...]  #: the greatest of those in force wins
    assignment: TariffAssignment

    def holds(self, day: date) -> bool:
        return self.since <= day < self.until


def targets_of(device: Device) -> tuple[Target, ...]:
    """The nearest first."""
    owners = sorted({given.user_id for given in device.assignments if given.level is AccessLevel.OWNER})
    site = (OfSite(device.site_id),) if device.site_id is not None else ()
    return (OfDevice(device.id), *site, *map(OfUser, owners))


def contracts_of(
    device: Device,
    assignments: Iterable[TariffAssignment],
    tariffs: Mapping[int, Tariff],
    bearers: Mapping[Target, int],
) -> tuple[Contract, ...]:
    """In order, none overlapping another. `bearers` says whose standing charge each target's meters pay."""
    claims = [claim for each in assignments for claim in _claims(device, each)]
    days = sorted({day for claim in claims for day in (claim.since, claim.until)})
    found: list[Contract] = []
    for since, until in pairwise(days):
        in_force = [claim for claim in claims if claim.holds(since)]
        if in_force:
            given = max(in_force, key=lambda claim: claim.order).assignment
            bears = bearers.get(given.target) == device.id
            found.append(Contract(since, until, given.tariff_id, tariffs[given.tariff_id], bears))
    return tuple(found)


def bearers(devices: Sequence[Device], assignments: Sequence[TariffAssignment]) -> dict[Target, int]:
    """For each target, the meter that bears its standing charge: of those that count consumption for it and are behind
    no other of them, the one with the lowest id. `devices` are all that belong to the targets of `assignments`.
    """
    assigned = {each.target for each in assignments}
    members: dict[Target, list[Device]] = {}
    for device in sorted(devices, key=lambda device: device.id):
        nearest = next((target for target in targets_of(device) if target in assigned), None)
        if nearest is not None and device.direction is Direction.CONSUMPTION:
            members.setdefault(nearest, []).append(device)
    return {target: _foremost(group) for target, group in members.items()}


def _foremost(group: Sequence[Device]) -> int:
    ids = {device.id for device in group}
    return next((device.id for device in group if device.parent_id not in ids), group[0].id)


def _claims(device: Device, given: TariffAssignment) -> Iterable[_Claim]:
    until = given.until or date.max
    match given.target:
        case OfDevice():
            yield _Claim(given.since, until, (2, given.since.toordinal()), given)
        case OfSite():
            yield _Claim(given.since, until, (1, given.since.toordinal()), given)
        case OfUser(user_id):
            for first, last, order in _owned(device, user_id):
                claim = _Claim(max(first, given.since), min(last, until), (0, *order, given.since.toordinal()), given)
                if claim.since < claim.until:
                    yield claim


def _owned(device: Device, user_id: UUID) -> Iterable[tuple[date, date, tuple[int, int]]]:
    """Local days on which the device is theirs. Of two owners, the one who has had it longer comes first."""
    zone = ZoneInfo(device.time_zone)
    for given in device.assignments:
        if given.user_id == user_id and given.level is AccessLevel.OWNER:
            first = given.since.astimezone(zone).date()
            last = given.until.astimezone(zone).date() if given.until else date.max
            yield first, last, (-first.toordinal(), user_id.int)
