"""The registry of devices through its HTTP edge."""

from datetime import timedelta

import msgspec
import pytest

from kilowatch.contracts.events import Credential, CredentialChanged, DeviceDeleted, DeviceRegistered, DeviceUpdated
from kilowatch.contracts.metering import Device
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.audit import AuditFilter, list_entries


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"name": "   "},
        {"name": "nul \x00"},
        {"kind": "guess"},
        {"hourly_limit_kwh": -1},
        {"hourly_limit_kwh": 1e400},
        {"interval_s": 0},
        {"interval_s": 900, "max_gap_s": 60},
        {"kind": "power", "modulus_kwh": 1000},
        {"site_id": 404},
        {"parent_id": 404},
        {"site_id": 2**63},
        {"owner": "me"},
        {"description": "x" * 2001},
    ],
)
async def test_a_device_that_cannot_be_is_refused(running, wrong) -> None:
    body = {"name": "Meter", "time_zone": "UTC", "kind": "counter"} | wrong
    text = msgspec.json.encode(body) if 1e400 not in wrong.values() else b'{"hourly_limit_kwh": 1e400}'
    answer = await running.admin.post("/api/devices", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await running.said() == []


async def test_a_serial_number_is_given_once_until_its_device_is_deleted(running) -> None:
    first = await running.register(serial_number="S-1")
    other = await running.register(serial_number="  ")
    assert other["serial_number"] is None
    body = {"name": "Twin", "time_zone": "UTC", "kind": "counter", "serial_number": "S-1"}
    assert (await running.admin.post("/api/devices", json=body)).status_code == 409
    stolen = await running.admin.patch(f"/api/devices/{other['id']}", json={"serial_number": "S-1"})
    assert stolen.status_code == 409
    await running.admin.delete(f"/api/devices/{first['id']}")
    assert (await running.admin.post("/api/devices", json=body)).status_code == 201


async def test_an_edit_raises_the_version_and_is_published(running) -> None:
    created = await running.register(hourly_limit_kwh=2)
    await running.said()
    running.clock.forward(hours=1)
    edited = await running.admin.patch(
        f"/api/devices/{created['id']}", json={"name": "Renamed", "hourly_limit_kwh": None, "version": 1}
    )
    assert edited.status_code == 200
    assert (edited.json()["version"], edited.json()["name"], edited.json()["hourly_limit_kwh"]) == (2, "Renamed", None)
    [said] = await running.said()
    assert isinstance(said, DeviceUpdated)
    assert (said.device.version, said.device.name) == (2, "Renamed")


async def test_an_edit_of_a_version_that_is_gone_is_a_conflict(running) -> None:
    path = f"/api/devices/{(await running.register())['id']}"
    assert (await running.admin.patch(path, json={"name": "A"}, headers={"If-Match": '"1"'})).status_code == 200
    assert (await running.admin.patch(path, json={"name": "B"}, headers={"If-Match": '"1"'})).status_code == 409
    assert (await running.admin.patch(path, json={"name": "B", "version": 1})).status_code == 409
    assert (await running.admin.delete(path, headers={"If-Match": '"1"'})).status_code == 409
    assert (await running.admin.patch(path, json={"name": "B"}, headers={"If-Match": "soon"})).status_code == 422
    assert (await running.admin.get(path)).json()["name"] == "A"
    assert (await running.admin.delete(path, headers={"If-Match": '"2"'})).status_code == 204


async def test_an_edit_that_changes_nothing_makes_no_version_and_no_event(running) -> None:
    created = await running.register(name="Same")
    await running.said()
    running.clock.forward(hours=1)
    edited = await running.admin.patch(f"/api/devices/{created['id']}", json={"name": "Same", "kind": "counter"})
    assert edited.json() == created
    assert await running.said() == []


async def test_a_change_of_the_metering_holds_from_now_on(running) -> None:
    created = await running.register(kind="counter", modulus_kwh=99999)
    later = running.clock.forward(days=3)
    edited = await running.admin.patch(f"/api/devices/{created['id']}", json={"kind": "power"})
    old, new = edited.json()["configurations"]
    assert (old["kind"], old["modulus_kwh"]) == ("counter", 99999)
    assert (new["kind"], new["modulus_kwh"]) == ("power", None)
    assert new["valid_from"] == later.isoformat().replace("+00:00", "Z")


async def test_a_change_of_the_metering_may_be_backdated_and_is_audited(running) -> None:
    created = await running.register(interval_s=900)
    since = running.clock() - timedelta(days=30)
    path = f"/api/devices/{created['id']}"
    edited = await running.admin.patch(path, json={"interval_s": 60, "valid_from": since.isoformat()})
    assert [dated["interval_s"] for dated in edited.json()["configurations"]] == [60, 900]
    future = running.clock() + timedelta(days=1)
    refused = await running.admin.patch(path, json={"interval_s": 30, "valid_from": future.isoformat()})
    assert refused.status_code == 422
    async with running.context.database.transaction() as connection:
        newest = (await list_entries(connection, AuditFilter(object=f"device/{created['id']}"), 1))[0]
    assert newest.action == "device.edited"
    assert newest.detail["backdated"] is True
    assert newest.actor.startswith("user/")


async def test_a_deleted_device_is_gone_and_leaves_a_tombstone(running) -> None:
    created = await running.register()
    issued = await running.create(f"/api/devices/{created['id']}/credentials")
    gateway = await running.create("/api/gateways", name="G", device_ids=[created["id"]])
    await running.create(f"/api/gateways/{gateway['id']}/credentials")
    user = await running.person()
    await running.create(f"/api/devices/{created['id']}/assignments", user_id=str(user))
    await running.said()
    path = f"/api/devices/{created['id']}"
    assert (await running.admin.delete(path)).status_code == 204
    assert (await running.admin.get(path)).status_code == 404
    assert (await running.admin.delete(path)).status_code == 404
    assert (await running.admin.get("/api/devices")).json() == {"items": [], "total": 0}
    of_gateway, of_device, deleted = await running.said()
    assert of_gateway.credential.device_ids == ()
    assert (of_device.credential.id, of_device.credential.revoked) == (msgspec.convert(issued["id"], type(user)), True)
    assert isinstance(deleted, DeviceDeleted)
    assert (deleted.device.deleted, deleted.device.version, deleted.device.assignments) == (True, 3, ())
    [tombstone] = (await running.peer.get("/internal/devices")).json()["items"]
    assert (tombstone["id"], tombstone["deleted"], tombstone["version"]) == (created["id"], True, 3)


async def test_the_list_is_searched_filtered_sorted_and_paged(running) -> None:
    site = await running.site(name="Office")
    await running.register(name="Boiler", serial_number="X_1", kind="power", site_id=site["id"])
    await running.register(name="Attic 100%", location="under the roof", direction="production", active=False)
    await running.register(name="cellar", hourly_limit_kwh=5)

    async def names(**query: object) -> list[str]:
        answer = await running.operator.get("/api/devices", params=query)
        assert answer.status_code == 200, answer.text
        return [device["name"] for device in answer.json()["items"]]

    assert await names() == ["Attic 100%", "Boiler", "cellar"]
    assert await names(order="descending") == ["cellar", "Boiler", "Attic 100%"]
    assert await names(sort="id") == ["Boiler", "Attic 100%", "cellar"]
    assert await names(sort="hourly_limit_kwh") == ["cellar", "Boiler", "Attic 100%"]
    assert await names(sort="site") == ["Boiler", "Attic 100%", "cellar"]
    assert await names(search="ROOF") == ["Attic 100%"]
    assert await names(search="%") == ["Attic 100%"]
    assert await names(search="x_1") == ["Boiler"]
    assert await names(kind="power") == ["Boiler"]
    assert await names(direction="production") == ["Attic 100%"]
    assert await names(active="false") == ["Attic 100%"]
    assert await names(site_id=site["id"]) == ["Boiler"]
    page = (await running.admin.get("/api/devices", params={"offset": 1, "limit": 1})).json()
    assert ([device["name"] for device in page["items"]], page["total"]) == (["Boiler"], 3)


async def test_the_list_can_be_narrowed_to_what_somebody_may_see(running) -> None:
    user = await running.person()
    site = await running.site()
    await running.register(name="At the site", site_id=site["id"])
    mine = await running.register(name="Mine")
    await running.register(name="Nobody's")
    await running.create(f"/api/devices/{mine['id']}/assignments", user_id=str(user))
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(user))
    for query, expected in [
        ({"user_id": str(user)}, ["At the site", "Mine"]),
        ({"assigned": True}, ["At the site", "Mine"]),
        ({"assigned": False}, ["Nobody's"]),
        ({"user_id": "5f0c9a52-0d4e-4c7e-9b57-2f8f5c1b6a10"}, []),
    ]:
        answer = await running.admin.get("/api/devices", params=query)
        assert [device["name"] for device in answer.json()["items"]] == expected, query


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"sort": "price"}, {"search": "\x00"}])
async def test_a_list_that_cannot_be_asked_for_is_refused(running, query) -> None:
    assert (await running.admin.get("/api/devices", params=query)).status_code == 422


async def test_a_sub_meter_hangs_at_the_site_of_its_parent(running) -> None:
    home, office = await running.site(), await running.site(name="Office")
    main = await running.register(site_id=home["id"])
    sub = await running.register(name="Sub", site_id=home["id"], parent_id=main["id"])
    body = {"name": "X", "time_zone": "UTC", "kind": "power", "parent_id": main["id"]}
    assert (await running.admin.post("/api/devices", json=body)).status_code == 422
    moved_alone = await running.admin.patch(f"/api/devices/{sub['id']}", json={"site_id": office["id"]})
    assert moved_alone.status_code == 422
    running.clock.forward(days=1)
    await running.said()
    moved = await running.admin.patch(f"/api/devices/{main['id']}", json={"site_id": office["id"]})
    assert moved.status_code == 200
    assert {event.device.id: event.device.site_id for event in await running.said()} == {
        main["id"]: office["id"],
        sub["id"]: office["id"],
    }


async def test_a_meter_is_never_behind_itself(running) -> None:
    a = await running.register(name="A")
    b = await running.register(name="B", parent_id=a["id"])
    c = await running.register(name="C", parent_id=b["id"])
    for parent in (a, b, c):
        answer = await running.admin.patch(f"/api/devices/{a['id']}", json={"parent_id": parent["id"]})
        assert answer.status_code == 422, answer.text


async def test_what_was_behind_a_deleted_meter_is_behind_the_one_above(running) -> None:
    a = await running.register(name="A")
    b = await running.register(name="B", parent_id=a["id"])
    c = await running.register(name="C", parent_id=b["id"])
    await running.admin.delete(f"/api/devices/{b['id']}")
    shown = (await running.admin.get(f"/api/devices/{c['id']}")).json()
    assert (shown["parent"], shown["version"]) == ({"id": a["id"], "name": "A"}, 2)


async def test_snapshots_come_in_pages_with_versions_and_tombstones(running) -> None:
    created = [await running.register(name=f"D{number}") for number in range(3)]
    issued = [await running.create(f"/api/devices/{device['id']}/credentials") for device in created]
    await running.admin.delete(f"/api/devices/{created[1]['id']}")
    devices, after = [], "0"
    while after is not None:
        answer = await running.peer.get("/internal/devices", params={"after": after, "limit": 2})
        page = msgspec.convert(answer.json(), Snapshot[Device])
        devices, after = [*devices, *page.items], page.next
    assert [(device.id, device.version, device.deleted) for device in devices] == [
        (created[0]["id"], 1, False),
        (created[1]["id"], 2, True),
        (created[2]["id"], 1, False),
    ]
    credentials, after = [], None
    while True:
        query = {"limit": 1} | ({"after": after} if after else {})
        answer = await running.peer.get("/internal/credentials", params=query)
        page = msgspec.convert(answer.json(), Snapshot[Credential])
        credentials, after = [*credentials, *page.items], page.next
        if after is None:
            break
    assert sorted(str(credential.id) for credential in credentials) == sorted(one["id"] for one in issued)
    assert sum(credential.revoked for credential in credentials) == 1


async def test_what_is_published_and_what_the_snapshot_says_are_the_same(running) -> None:
    user = await running.person()
    site = await running.site()
    created = await running.register(site_id=site["id"])
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(user))
    await running.create(f"/api/devices/{created['id']}/credentials")
    *_, device_event, credential_event = await running.said()
    snapshot = (await running.peer.get("/internal/devices")).json()
    assert msgspec.convert(snapshot, Snapshot[Device]).items == (device_event.device,)
    credentials = (await running.peer.get("/internal/credentials")).json()
    assert isinstance(credential_event, CredentialChanged)
    assert msgspec.convert(credentials, Snapshot[Credential]).items == (credential_event.credential,)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/devices"),
        ("POST", "/api/devices"),
        ("PATCH", "/api/devices/1"),
        ("DELETE", "/api/devices/1"),
        ("GET", "/api/devices/1/assignments"),
        ("POST", "/api/devices/1/assignments"),
        ("DELETE", "/api/devices/1/assignments/5f0c9a52-0d4e-4c7e-9b57-2f8f5c1b6a10"),
        ("GET", "/api/devices/1/credentials"),
        ("POST", "/api/devices/1/credentials"),
        ("POST", "/api/devices/1/credentials/rotate"),
        ("GET", "/api/sites"),
        ("POST", "/api/sites"),
        ("PATCH", "/api/sites/1"),
        ("DELETE", "/api/sites/1"),
        ("GET", "/api/gateways"),
        ("POST", "/api/gateways"),
        ("GET", "/api/gateways/1"),
        ("PATCH", "/api/gateways/1"),
        ("DELETE", "/api/gateways/1"),
        ("GET", "/internal/devices"),
        ("GET", "/internal/credentials"),
    ],
)
async def test_nobody_and_no_client_administers(running, method, path) -> None:
    client = running.as_client(await running.person())
    assert (await running.nobody.request(method, path, json={})).status_code == 401
    assert (await client.request(method, path, json={})).status_code == 403
    if method != "GET" or path.startswith("/internal"):
        assert (await running.operator.request(method, path, json={})).status_code == 403
