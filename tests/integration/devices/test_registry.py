"""The registry of devices through its HTTP edge."""

import msgspec

from kilowatch.contracts.events import Credential, DeviceRegistered
from kilowatch.contracts.metering import Device
from kilowatch.contracts.snapshots import Snapshot


async def test_a_registered_device_is_shown_with_all_its_fields(running) -> None:
    created = await running.register(
        name="Heat pump", kind="power", interval_s=60, max_power_w=5000, hourly_limit_kwh=3.5, serial_number="HP-1"
    )
    shown = await running.admin.get(f"/api/devices/{created['id']}")
    assert shown.status_code == 200
    assert shown.json() == created
    assert shown.headers["etag"] == '"1"'
    assert shown.json()["configurations"] == [
        {
            "valid_from": "2026-06-01T12:00:00Z",
            "kind": "power",
            "interval_s": 60,
            "max_gap_s": 7200,
            "max_power_w": 5000.0,
            "modulus_kwh": None,
        }
    ]


async def test_registering_publishes_the_whole_device(running) -> None:
    created = await running.register(hourly_limit_kwh=2.0)
    [said] = await running.said()
    assert isinstance(said, DeviceRegistered)
    assert (said.device.id, said.device.version, said.device.hourly_limit_kwh) == (created["id"], 1, 2.0)


async def test_snapshots_carry_devices_and_credentials(running) -> None:
    created = await running.register()
    issued = await running.create(f"/api/devices/{created['id']}/credentials")
    assert issued["credential"].startswith(f"kwd_{created['id']}_")
    devices = await running.peer.get("/internal/devices")
    snapshot = msgspec.convert(devices.json(), Snapshot[Device])
    assert [device.id for device in snapshot.items] == [created["id"]]
    credentials = await running.peer.get("/internal/credentials")
    [credential] = msgspec.convert(credentials.json(), Snapshot[Credential]).items
    assert credential.device_ids == (created["id"],)
