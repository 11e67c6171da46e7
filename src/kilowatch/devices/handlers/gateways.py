"""Gateways and the devices that they send for."""

from collections.abc import Collection
from dataclasses import replace

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.devices.domain.device import check_version
from kilowatch.devices.domain.gateway import GatewayRecord
from kilowatch.devices.handlers.credentials import announce_again, revoke_all
from kilowatch.devices.handlers.work import Work
from kilowatch.kit.errors import Invalid


async def create_gateway(work: Work, name: str, description: str, device_ids: Collection[int]) -> GatewayRecord:
    """Raises `Invalid` when one of the devices does not exist."""
    await work.devices.take_turns()
    listed = await _existing(work, device_ids)
    created = await work.gateways.add(name, description, work.now)
    await work.gateways.add_devices(created.id, listed)
    await work.audit.record("gateway.created", subject(created.id), name=name, devices=len(listed))
    return replace(created, device_ids=listed)


async def edit_gateway(
    work: Work,
    gateway_id: int,
    *,
    name: str | None,
    description: str | None,
    device_ids: Collection[int] | None,
    version: int | None,
) -> GatewayRecord:
    """What is None stays as it is. Raises `NotFound`, `Invalid`, or `Conflict` when it is no longer at `version`."""
    await work.devices.take_turns()
    before = await work.gateways.get(gateway_id)
    check_version(before.version, version)
    after = replace(
        before,
        name=before.name if name is None else name,
        description=before.description if description is None else description,
        device_ids=before.device_ids if device_ids is None else await _existing(work, device_ids),
    )
    if after == before:
        return before
    return await _save(work, before, replace(after, version=before.version + 1, updated_at=work.now))


async def add_to_gateway(work: Work, gateway_id: int, device_ids: Collection[int]) -> None:
    """For an import: the devices are known to exist. Raises `NotFound`."""
    before = await work.gateways.get(gateway_id)
    listed = tuple(sorted({*before.device_ids, *device_ids}))
    if listed != before.device_ids:
        changed = replace(before, device_ids=listed, version=before.version + 1, updated_at=work.now)
        await _save(work, before, changed)


async def delete_gateway(work: Work, gateway_id: int, version: int | None) -> None:
    await work.devices.take_turns()
    before = await work.gateways.get(gateway_id)
    check_version(before.version, version)
    await revoke_all(work, Holder(HolderKind.GATEWAY, gateway_id))
    await work.gateways.mark_deleted(gateway_id, work.now)
    await work.audit.record("gateway.deleted", subject(gateway_id), name=before.name)


async def drop_device(work: Work, device_id: int) -> None:
    """A device is going to be deleted: no gateway may send for it any longer."""
    listing = await work.gateways.listing(device_id)
    await work.gateways.remove_device(device_id)
    for gateway in listing:
        await work.gateways.save(replace(gateway, version=gateway.version + 1, updated_at=work.now))
        await announce_again(work, Holder(HolderKind.GATEWAY, gateway.id))


def subject(gateway_id: int) -> str:
    return f"gateway/{gateway_id}"


async def _save(work: Work, before: GatewayRecord, after: GatewayRecord) -> GatewayRecord:
    await work.gateways.save(after)
    added = sorted(set(after.device_ids) - set(before.device_ids))
    removed = sorted(set(before.device_ids) - set(after.device_ids))
    if added or removed:
        await work.gateways.set_devices(after.id, after.device_ids)
        await announce_again(work, Holder(HolderKind.GATEWAY, after.id))
    await work.audit.record("gateway.edited", subject(after.id), name=after.name, added=added, removed=removed)
    return after


async def _existing(work: Work, device_ids: Collection[int]) -> tuple[int, ...]:
    """Raises `Invalid` unless all of them exist."""
    known = {record.id for record in await work.devices.existing(device_ids)}
    if unknown := sorted(set(device_ids) - known):
        raise Invalid(f"There is no device {unknown[0]}.")
    return tuple(sorted(known))
