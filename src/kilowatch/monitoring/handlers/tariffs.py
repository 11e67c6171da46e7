"""Tariffs: made, replaced, removed; assigned to devices, sites and people."""

from collections.abc import Mapping, Sequence
from datetime import date

from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.kit.clock import Clock
from kilowatch.kit.errors import Conflict, Invalid
from kilowatch.monitoring.domain.contract import (
    Contract,
    OfDevice,
    OfSite,
    OfUser,
    Target,
    TariffAssignment,
    bearers,
    contracts_of,
    targets_of,
)
from kilowatch.monitoring.domain.tariff import Tariff, require_whole
from kilowatch.monitoring.store.tariffs import TariffRecord, TariffStore, concerning


async def add_tariff(store: TariffStore, audit: Audit, new: Tariff, clock: Clock) -> TariffRecord:
    """Raises `Invalid`."""
    require_whole(new)
    record = await store.add(new, clock())
    await audit.record("tariff.created", f"tariff/{record.id}", name=new.name)
    return record


async def replace_tariff(
    store: TariffStore, audit: Audit, tariff_id: int, new: Tariff, seen_version: int | None, clock: Clock
) -> TariffRecord:
    """Costs follow at once, those of the past too, as far as its versions say something else of it.

    Raises `NotFound`, `Conflict`, `Invalid`.
    """
    before = await store.get_for_change(tariff_id)
    if seen_version not in (None, before.version):
        raise Conflict("The tariff has been changed meanwhile: look again.")
    require_whole(new)
    record = await store.replace(tariff_id, new, clock())
    await audit.record("tariff.changed", f"tariff/{tariff_id}", version=record.version)
    return record


async def remove_tariff(store: TariffStore, audit: Audit, tariff_id: int) -> None:
    """Raises `NotFound`, `Conflict`."""
    record = await store.get_for_change(tariff_id)
    await store.remove(tariff_id)
    await audit.record("tariff.deleted", f"tariff/{tariff_id}", name=record.tariff.name)


async def assign_tariff(
    store: TariffStore, audit: Audit, tariff_id: int, target: Target, since: date, until: date | None
) -> TariffAssignment:
    """Raises `NotFound`, `Invalid`, `Conflict`."""
    if until is not None and until <= since:
        raise Invalid("`until` must be later than `since`.")
    await store.get_for_change(tariff_id)
    if not await store.members([target]):
        raise Invalid(_NOTHING_THERE[type(target)])
    given = await store.assign(tariff_id, target, since=since, until=until)
    await audit.record("tariff.assigned", f"tariff/{tariff_id}", assignment=given.id, target=str(target))
    return given


async def unassign_tariff(store: TariffStore, audit: Audit, assignment_id: int) -> None:
    """As if it had never applied. Raises `NotFound`."""
    gone = await store.unassign(assignment_id)
    await audit.record("tariff.unassigned", f"tariff/{gone.tariff_id}", assignment=gone.id, target=str(gone.target))


async def find_contracts(store: TariffStore, devices: Sequence[Device]) -> Mapping[int, Sequence[Contract]]:
    """What applies to each of `devices`, by id; those to which nothing applies are left out."""
    targets = {target for device in devices for target in targets_of(device)}
    mine = await store.assignments(concerning(targets))
    if not mine:
        return {}
    # Who bears a standing charge is decided among all meters of a contract, asked for or not.
    members = await store.members({each.target for each in mine})
    all_targets = {target for member in members for target in targets_of(member)}
    assigned = await store.assignments(concerning(all_targets))
    tariffs = await store.by_id({each.tariff_id for each in mine})
    bearing = bearers(members, assigned)
    found = {device.id: contracts_of(device, _those_of(device, mine), tariffs, bearing) for device in devices}
    return {device_id: contracts for device_id, contracts in found.items() if contracts}


def _those_of(device: Device, assignments: Sequence[TariffAssignment]) -> list[TariffAssignment]:
    targets = targets_of(device)
    return [each for each in assignments if each.target in targets]


_NOTHING_THERE = {
    OfDevice: "There is no such device.",
    OfSite: "There is no such site, or no device at it.",
    OfUser: "There is no such person, or no device of theirs.",
}
