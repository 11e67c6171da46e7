"""Makes the demo's people, sites and devices through the public API. What exists already is found and left as it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from kilowatch.kit.account import Account
from kilowatch.kit.errors import Conflict
from kilowatch.kit.telemetry import logger
from kilowatch.kit.web import DemoAccount
from kilowatch.simulator.demo.accounts import ANA, CLAIRE, MIHAI, RADU
from kilowatch.simulator.demo.fleet import HOME, HOME_SOUTH, OFFICE, DemoMeter, DemoSite, demo_fleet, history_start
from kilowatch.simulator.demo.tariffs import demo_tariffs
from kilowatch.simulator.domain.place import micros, moment
from kilowatch.simulator.registration import ensure_device, ensure_gateway

log = logger(__name__)

GATEWAY: Final = "Demo gateway"
SITES: Final = (HOME, OFFICE, HOME_SOUTH)
NAMES: Final = {
    RADU.email: "Radu Marin",
    ANA.email: "Ana Popescu",
    MIHAI.email: "Mihai Ionescu",
    CLAIRE.email: "Claire Walsh",
}


@dataclass(frozen=True, slots=True)
class Seeded:
    """The demo as it stands in an installation."""

    anchor: int  #: microseconds at which its first device was registered: its faults lie before
    device_ids: dict[str, int]
    gateway_id: int


async def seed(administrator: Account, now: int, history: timedelta) -> Seeded:
    sites = {site.name: await _ensure_site(administrator, site) for site in SITES}
    first = await administrator.find("/api/devices", "DEMO-01", "serial_number")
    fleet = await asyncio.to_thread(demo_fleet, _created_at(first) if first else now, history)
    devices: dict[str, dict[str, Any]] = {}
    for meter in fleet:
        parent_id = devices[meter.parent]["id"] if meter.parent else None
        devices[meter.plan.name] = await _ensure_device(administrator, meter, sites[meter.site.name], parent_id)
    device_ids = {name: int(device["id"]) for name, device in devices.items()}
    gateway_id = await ensure_gateway(administrator, GATEWAY, device_ids.values())
    anchor = min(_created_at(device) for device in devices.values())
    for site in SITES:
        user_id = await _ensure_person(administrator, site.client, site.time_zone)
        await _assign(administrator, sites[site.name], user_id, history_start(anchor, history))
    await ensure_operator(administrator)
    return Seeded(anchor, device_ids, gateway_id)


async def ensure_operator(administrator: Account) -> None:
    await _ensure_person(administrator, RADU, OFFICE.time_zone)


async def read_more_often(administrator: Account, anchor: int, device_ids: Mapping[str, int]) -> None:
    """From now on the meters read at their live intervals; history keeps the interval that it was made with."""
    for meter in await asyncio.to_thread(demo_fleet, anchor):
        if device_id := device_ids.get(meter.plan.name):
            await administrator.patch(f"/api/devices/{device_id}", {"interval_s": meter.live_interval_s})


async def assign_tariffs(administrator: Account, anchor: int, history: timedelta) -> None:
    """Each site's, from the beginning of its history on."""
    known = {each["tariff"]["name"] for each in (await administrator.get("/api/tariffs", limit=200))["items"]}
    since = moment(history_start(anchor, history)).date()
    for site, tariff in demo_tariffs(since).items():
        if tariff["name"] in known:
            continue
        found = await administrator.find("/api/sites", site.name, "name")
        if found is not None:
            made = await administrator.post("/api/tariffs", tariff)
            given = {"tariff_id": made["id"], "site_id": found["id"], "since": since.isoformat()}
            await administrator.post("/api/tariff-assignments", given)


async def _ensure_site(administrator: Account, site: DemoSite) -> int:
    found = await administrator.find("/api/sites", site.name, "name")
    if found is None:
        body = {"name": site.name, "address": site.address, "time_zone": site.time_zone}
        found = await administrator.post("/api/sites", body)
    return int(found["id"])


async def _ensure_device(
    administrator: Account, meter: DemoMeter, site_id: int, parent_id: int | None
) -> dict[str, Any]:
    more = {
        "site_id": site_id,
        "parent_id": parent_id,
        "location": meter.site.address,
        "description": meter.description,
        "max_power_w": meter.max_power_w,
        "max_gap_s": 7200,
    }
    return await ensure_device(administrator, meter.plan, more)


async def _ensure_person(administrator: Account, person: DemoAccount, time_zone: str) -> str:
    body = {"email": person.email, "name": NAMES[person.email], "role": person.role, "time_zone": time_zone}
    try:
        user = await administrator.post("/api/users", body)
    except Conflict:
        user = await administrator.find("/api/users", person.email, "email")
    user_id = str(user["id"])
    if not (await administrator.get(f"/api/auth/accounts/{user_id}"))["has_password"]:
        await _set_password(administrator, user_id, person)
    return user_id


async def _set_password(administrator: Account, user_id: str, person: DemoAccount) -> None:
    link = await administrator.post(f"/api/auth/accounts/{user_id}/link", {})
    if link["url"] is None:
        log.warning("demo_password_not_set", email=person.email, reason="this installation sends links by mail")
        return
    token = urlsplit(link["url"]).fragment.removeprefix("token=")
    await administrator.post("/api/auth/links/redeem", {"token": token, "password": person.password})


async def _assign(administrator: Account, site_id: int, user_id: str, since: int) -> None:
    body = {"user_id": user_id, "since": moment(since).isoformat()}
    try:
        await administrator.post(f"/api/sites/{site_id}/assignments", body)
    except Conflict:
        log.debug("demo_assigned_before", site_id=site_id)


def _created_at(device: dict[str, Any]) -> int:
    return micros(datetime.fromisoformat(device["created_at"]))
