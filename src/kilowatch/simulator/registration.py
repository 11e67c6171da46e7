"""Makes planned meters known: devices, and a gateway that may send for them. Running it again finds them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kilowatch.kit.account import Account
from kilowatch.kit.errors import Conflict
from kilowatch.simulator.domain.fleet import PlannedMeter

AT_ONCE: Final = 8


async def register_meters(administrator: Account, plans: Sequence[PlannedMeter]) -> dict[str, int]:
    """Device ids by the names of the meters."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def register(plan: PlannedMeter) -> int:
        async with turn:
            device = await ensure_device(administrator, plan, {})
            return int(device["id"])

    async with asyncio.TaskGroup() as group:
        tasks = {plan.name: group.create_task(register(plan)) for plan in plans if plan.device_id is None}
    given = {plan.name: plan.device_id for plan in plans if plan.device_id is not None}
    return given | {name: task.result() for name, task in tasks.items()}


async def ensure_device(administrator: Account, plan: PlannedMeter, more: Mapping[str, object]) -> dict[str, Any]:
    """The device of `plan` as the inventory tells it, registered if need be."""
    serial_number = plan.serial_number or f"SIM-{plan.name}"
    body = {
        "name": plan.name,
        "serial_number": serial_number,
        "time_zone": plan.place.time_zone,
        "kind": plan.kind,
        "direction": plan.direction,
        "interval_s": plan.interval_s,
        "hourly_limit_kwh": plan.hourly_limit_kwh,
        "modulus_kwh": plan.modulus_kwh,
    }
    try:
        created: dict[str, Any] = await administrator.post("/api/devices", body | dict(more))
    except Conflict:
        found: dict[str, Any] | None = await administrator.find("/api/devices", serial_number, "serial_number")
        if found is None:
            raise
        return found
    return created


async def ensure_gateway(administrator: Account, name: str, device_ids: Iterable[int]) -> int:
    """The gateway `name`, allowed to send for these devices at least."""
    wanted = set(device_ids)
    found = await administrator.find("/api/gateways", name, "name")
    if found is None:
        body = {"name": name, "description": "Sends simulated readings.", "device_ids": sorted(wanted)}
        return int((await administrator.post("/api/gateways", body))["id"])
    gateway_id = int(found["id"])
    listed = set((await administrator.get(f"/api/gateways/{gateway_id}"))["device_ids"])
    if not wanted <= listed:
        await administrator.patch(f"/api/gateways/{gateway_id}", {"device_ids": sorted(wanted | listed)})
    return gateway_id


async def issue_credential(administrator: Account, gateway_id: int) -> str:
    issued = await administrator.post(f"/api/gateways/{gateway_id}/credentials", {})
    return str(issued["credential"])
