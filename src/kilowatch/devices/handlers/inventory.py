"""Registering, editing and deleting devices."""

from collections.abc import Collection
from dataclasses import asdict, replace

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.events import DeviceDeleted, DeviceRegistered, DeviceUpdated
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.devices.domain.access import DeviceTarget
from kilowatch.devices.domain.device import DeviceEdit, DeviceRecord, Particulars, check_version
from kilowatch.devices.domain.hierarchy import below, check_parent, check_same_site
from kilowatch.devices.domain.timeline import Timeline, check_configuration, configuration_at, with_configuration
from kilowatch.devices.handlers.credentials import revoke_all
from kilowatch.devices.handlers.gateways import drop_device
from kilowatch.devices.handlers.work import Work, tell
from kilowatch.kit.errors import Conflict, Invalid


async def register(work: Work, particulars: Particulars, configuration: MeterConfiguration) -> DeviceRecord:
    """Raises `Invalid`, or `Conflict` when the serial number is taken."""
    await work.devices.take_turns()
    check_configuration(configuration, work.now)
    await check_place(work, None, particulars)
    await check_serial_number(work, None, particulars)
    [device_id] = await work.devices.reserve_ids(1)
    record = new_device(work, device_id, particulars, configuration)
    await work.devices.add([record])
    await tell(work, DeviceRegistered, [record])
    await work.audit.record("device.registered", subject(device_id), name=particulars.name)
    return record


def new_device(work: Work, device_id: int, particulars: Particulars, configuration: MeterConfiguration) -> DeviceRecord:
    return DeviceRecord(
        id=device_id,
        version=1,
        particulars=particulars,
        configurations=(configuration,),
        site_since=None,
        created_at=work.now,
        updated_at=work.now,
    )


async def edit(work: Work, device_id: int, change: DeviceEdit, version: int | None) -> DeviceRecord:
    """Raises `NotFound`, `Invalid`, or `Conflict` when it is no longer at `version`.

    A device that is moved takes along the meters that are behind it.
    """
    await work.devices.take_turns()
    before = await work.devices.get(device_id)
    check_version(before.version, version)
    particulars = replace(before.particulars, **change.particulars)
    timeline = _edited_timeline(work, before.configurations, change)
    if (particulars, timeline) == (before.particulars, before.configurations):
        return before
    await check_place(work, device_id, particulars)
    await check_serial_number(work, device_id, particulars)
    moved = await _move_those_behind(work, before, particulars.site_id)
    after = replace(_at_site(work, before, particulars.site_id), particulars=particulars, configurations=timeline)
    await work.devices.save(after)
    await tell(work, DeviceUpdated, [after, *moved])
    await work.audit.record("device.edited", subject(device_id), **_difference(before, after))
    return after


async def delete(work: Work, device_id: int, version: int | None) -> None:
    """Leaves a tombstone. The meters behind it are then behind the one that it was behind."""
    await work.devices.take_turns()
    before = await work.devices.get(device_id)
    check_version(before.version, version)
    await drop_device(work, device_id)
    await revoke_all(work, Holder(HolderKind.DEVICE, device_id))
    await _end_assignments(work, device_id)
    await _hang_higher(work, before)
    after = replace(before, version=before.version + 1, updated_at=work.now, deleted_at=work.now)
    await work.devices.save(after)
    await tell(work, DeviceDeleted, [after])
    await work.audit.record("device.deleted", subject(device_id), name=before.particulars.name)


async def check_place(work: Work, device_id: int | None, particulars: Particulars) -> None:
    """Raises `Invalid` unless the site and the parent exist, and the device can hang there."""
    site_id, parent_id = particulars.site_id, particulars.parent_id
    if site_id is not None and not await work.sites.existing([site_id]):
        raise Invalid(f"There is no site {site_id}.")
    if parent_id is None:
        return
    parents = await work.devices.existing([parent_id])
    if not parents:
        raise Invalid(f"There is no device {parent_id} that it could be behind.")
    check_same_site(site_id, parents[0].particulars.site_id)
    if device_id is not None:  # a new device has nothing behind it
        check_parent(device_id, parent_id, await work.devices.parents_at_site(site_id))


async def check_serial_number(work: Work, device_id: int | None, particulars: Particulars) -> None:
    if particulars.serial_number is None:
        return
    holders = await work.devices.ids_by_serial_number([particulars.serial_number])
    if set(holders.values()) - {device_id}:
        raise Conflict(f"Another device has the serial number {particulars.serial_number!r}.")


def subject(device_id: int) -> str:
    return f"device/{device_id}"


def _edited_timeline(work: Work, before: Timeline, change: DeviceEdit) -> Timeline:
    if not change.metering:
        return before
    valid_from = change.valid_from or work.now
    after = replace(configuration_at(before, valid_from), **change.metering, valid_from=valid_from)
    if after.kind is not MeterKind.COUNTER and "modulus_kwh" not in change.metering:
        after = replace(after, modulus_kwh=None)
    check_configuration(after, work.now)
    return with_configuration(before, after)


def _at_site(work: Work, before: DeviceRecord, site_id: int | None) -> DeviceRecord:
    """The next version of a device, at the site from now on if it is a new one to it."""
    moved = site_id != before.particulars.site_id
    return replace(
        before,
        version=before.version + 1,
        updated_at=work.now,
        particulars=replace(before.particulars, site_id=site_id),
        site_since=work.now if moved else before.site_since,
    )


async def _move_those_behind(work: Work, before: DeviceRecord, site_id: int | None) -> list[DeviceRecord]:
    if site_id == before.particulars.site_id:
        return []
    behind = below(before.id, await work.devices.parents_at_site(before.particulars.site_id))
    return await move(work, await work.devices.existing(behind), site_id)


async def move(work: Work, records: Collection[DeviceRecord], site_id: int | None) -> list[DeviceRecord]:
    moved = [_at_site(work, record, site_id) for record in records]
    for record in moved:
        await work.devices.save(record)
    return moved


async def _end_assignments(work: Work, device_id: int) -> None:
    going_on = await work.access.open_of_target(DeviceTarget(device_id))
    await work.access.end([assignment.id for assignment in going_on], at=work.now, actor=work.actor)


async def _hang_higher(work: Work, removed: DeviceRecord) -> None:
    orphans = [
        replace(
            _at_site(work, orphan, orphan.particulars.site_id),
            particulars=replace(orphan.particulars, parent_id=removed.particulars.parent_id),
        )
        for orphan in await work.devices.behind(removed.id)
    ]
    for orphan in orphans:
        await work.devices.save(orphan)
    await tell(work, DeviceUpdated, orphans)


def _difference(before: DeviceRecord, after: DeviceRecord) -> dict[str, object]:
    """What the audit log says of an edit: old and new of each field, and from when a new metering holds."""
    old, new = asdict(before.particulars), asdict(after.particulars)
    changes: dict[str, object] = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    added = [dated for dated in after.configurations if dated not in before.configurations]
    for dated in added:
        metering = asdict(dated) | {"valid_from": dated.valid_from.isoformat()}
        changes |= {"metering": metering, "backdated": dated.valid_from < after.updated_at}
    return changes
