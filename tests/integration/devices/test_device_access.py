"""Who may see what: assignments, sites, and what clients are shown."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import DeviceAssigned, DeviceUnassigned, DeviceUpdated, UserDeleted
from kilowatch.contracts.metering import AccessLevel
from kilowatch.devices.consumers import rebuild_people
from kilowatch.devices.expiry import end_due_once
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.outbox import new_event


async def mine(running, user: UUID) -> list[str]:
    answer = await running.as_client(user).get("/api/devices/mine")
    assert answer.status_code == 200
    return [device["name"] for device in answer.json()]


async def test_a_client_sees_the_devices_assigned_to_them_and_no_others(running) -> None:
    ana, ben = await running.person("Ana"), await running.person("Ben")
    hers = await running.register(name="Hers", description="bought second-hand", serial_number="SECRET")
    his = await running.register(name="His")
    await running.create(f"/api/devices/{hers['id']}/assignments", user_id=str(ana))
    await running.create(f"/api/devices/{his['id']}/assignments", user_id=str(ben), level="viewer")
    assert (await mine(running, ana), await mine(running, ben)) == (["Hers"], ["His"])
    client = running.as_client(ana)
    shown = await client.get(f"/api/devices/{hers['id']}")
    assert shown.status_code == 200
    assert set(shown.json()) == {
        "id", "name", "location", "kind", "interval_s", "time_zone", "direction", "hourly_limit_kwh", "site",
        "parent_id", "active", "level", "since",
    }  # fmt: skip
    others, missing = await client.get(f"/api/devices/{his['id']}"), await client.get("/api/devices/9999")
    assert others.status_code == missing.status_code == 404
    assert others.json() == missing.json()


async def test_several_people_share_a_device(running) -> None:
    ana, ben = await running.person("Ana"), await running.person("Ben")
    device = await running.register()
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ana), level="owner")
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ben), level="viewer")
    *_, said = await running.said()
    assert isinstance(said, DeviceAssigned)
    assert {(given.user_id, given.level) for given in said.device.assignments} == {
        (ana, AccessLevel.OWNER),
        (ben, AccessLevel.VIEWER),
    }
    shown = (await running.operator.get(f"/api/devices/{device['id']}")).json()
    assert {given["name"] for given in shown["assignments"]} == {"Ana", "Ben"}


async def test_unassigning_ends_access_and_keeps_the_history(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    path = f"/api/devices/{device['id']}/assignments"
    await running.create(path, user_id=str(ana))
    ended_at = running.clock.forward(days=2)
    await running.said()
    assert (await running.admin.delete(f"{path}/{ana}")).status_code == 204
    [said] = await running.said()
    assert isinstance(said, DeviceUnassigned)
    assert (said.device.assignments, said.device.version) == ((), 3)
    assert await mine(running, ana) == []
    assert (await running.as_client(ana).get(f"/api/devices/{device['id']}")).status_code == 404
    [past] = (await running.admin.get(path)).json()
    assert past["name"] == "Ana"
    assert past["ended_at"] == ended_at.isoformat().replace("+00:00", "Z")
    assert past["assigned_by"].startswith("user/")
    assert past["ended_by"].startswith("user/")
    assert (await running.admin.delete(f"{path}/{ana}")).status_code == 404


async def test_a_new_level_keeps_what_could_be_seen_before(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    path = f"/api/devices/{device['id']}/assignments"
    first = await running.create(path, user_id=str(ana), level="viewer")
    running.clock.forward(days=1)
    second = await running.create(path, user_id=str(ana), level="owner")
    assert second["since"] == first["since"]
    assert [given["level"] for given in (await running.admin.get(path)).json()] == ["owner", "viewer"]
    again = await running.admin.post(path, json={"user_id": str(ana), "level": "owner"})
    assert again.status_code == 409


async def test_an_assignment_may_begin_earlier_and_end_by_itself(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    now = running.clock()
    body = {
        "user_id": str(ana),
        "since": (now - timedelta(days=365)).isoformat(),
        "until": (now + timedelta(days=7)).isoformat(),
    }
    await running.create(f"/api/devices/{device['id']}/assignments", **body)
    assert await mine(running, ana) == ["Main meter"]
    running.clock.forward(days=7)
    assert await mine(running, ana) == []
    await running.said()
    assert await end_due_once(running.context.database, running.clock) == 1
    assert await end_due_once(running.context.database, running.clock) == 0
    [said] = await running.said()
    assert isinstance(said, DeviceUnassigned)


@pytest.mark.parametrize(
    "period", [{"until": "2026-05-31T00:00:00Z"}, {"since": "2026-06-03T00:00:00Z", "until": "2026-06-02T00:00:00Z"}]
)
async def test_an_assignment_without_time_is_refused(running, period) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    answer = await running.admin.post(f"/api/devices/{device['id']}/assignments", json={"user_id": str(ana)} | period)
    assert answer.status_code == 422


async def test_an_assignment_that_begins_later_shows_nothing_yet(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    body = {"user_id": str(ana), "since": (running.clock() + timedelta(days=1)).isoformat()}
    await running.create(f"/api/devices/{device['id']}/assignments", **body)
    assert await mine(running, ana) == []
    running.clock.forward(days=1)
    assert await mine(running, ana) == ["Main meter"]


async def test_a_site_gives_access_to_all_its_devices_also_to_later_ones(running) -> None:
    ana = await running.person("Ana")
    site = await running.site(name="Ana's home")
    await running.register(name="First", site_id=site["id"])
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(ana))
    await running.register(name="Second", site_id=site["id"])
    assert await mine(running, ana) == ["First", "Second"]
    sites = (await running.as_client(ana).get("/api/sites/mine")).json()
    assert sites == [{"id": site["id"], "name": "Ana's home", "time_zone": "UTC", "address": ""}]
    assert (await running.as_client(ana).get(f"/api/sites/{site['id']}")).json() == sites[0]


async def test_a_site_of_others_does_not_exist_for_a_client(running) -> None:
    site = await running.site()
    client = running.as_client(await running.person())
    assert (await client.get(f"/api/sites/{site['id']}")).status_code == 404
    assert (await client.get("/api/sites/mine")).json() == []


async def test_each_device_that_a_site_change_touches_is_published(running) -> None:
    ana = await running.person("Ana")
    site = await running.site()
    devices = [await running.register(name=f"D{number}", site_id=site["id"]) for number in range(3)]
    other = await running.register(name="Elsewhere")
    await running.said()
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(ana))
    assigned = await running.said()
    assert [event.device.id for event in assigned] == [device["id"] for device in devices]
    assert all(isinstance(event, DeviceAssigned) and event.device.version == 2 for event in assigned)
    assert all([given.user_id for given in event.device.assignments] == [ana] for event in assigned)
    await running.admin.delete(f"/api/sites/{site['id']}/assignments/{ana}")
    unassigned = await running.said()
    assert all(isinstance(event, DeviceUnassigned) and event.device.assignments == () for event in unassigned)
    assert other["id"] not in {event.device.id for event in assigned + unassigned}


async def test_a_moved_device_shows_its_new_people_nothing_of_the_time_before(running) -> None:
    ana, ben = await running.person("Ana"), await running.person("Ben")
    old, new = await running.site(), await running.site(name="New")
    long_ago = (running.clock() - timedelta(days=100)).isoformat()
    await running.create(f"/api/sites/{old['id']}/assignments", user_id=str(ana), since=long_ago)
    await running.create(f"/api/sites/{new['id']}/assignments", user_id=str(ben), since=long_ago)
    device = await running.register(site_id=old["id"])
    [at_first] = (await running.admin.get(f"/api/devices/{device['id']}")).json()["assignments"]
    assert (at_first["name"], at_first["since"][:10]) == ("Ana", "2026-02-21")
    moved_at = running.clock.forward(days=10)
    await running.admin.patch(f"/api/devices/{device['id']}", json={"site_id": new["id"]})
    *_, said = await running.said()
    assert isinstance(said, DeviceUpdated)
    assert [(given.user_id, given.since) for given in said.device.assignments] == [(ben, moved_at)]


async def test_deleting_a_site_keeps_its_devices_and_ends_the_access_through_it(running) -> None:
    ana = await running.person("Ana")
    site = await running.site()
    device = await running.register(site_id=site["id"])
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(ana))
    await running.said()
    assert (await running.admin.delete(f"/api/sites/{site['id']}")).status_code == 204
    assert (await running.admin.get(f"/api/sites/{site['id']}")).status_code == 404
    [said] = await running.said()
    assert (said.device.id, said.device.site_id, said.device.assignments) == (device["id"], None, ())
    assert await mine(running, ana) == []


async def test_a_site_is_edited_at_the_version_that_was_seen(running) -> None:
    site = await running.site()
    path = f"/api/sites/{site['id']}"
    edited = await running.admin.patch(path, json={"name": "Flat", "version": 1})
    assert (edited.json()["name"], edited.json()["version"]) == ("Flat", 2)
    assert (await running.admin.patch(path, json={"name": "House", "version": 1})).status_code == 409
    assert (await running.admin.patch(path, json={"time_zone": "Mars/Base"})).status_code == 422
    listed = (await running.admin.get("/api/sites", params={"search": "fla", "sort": "device_count"})).json()
    assert (listed["total"], listed["items"][0]["device_count"]) == (1, 0)


async def test_nobody_unknown_or_gone_is_assigned(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/assignments"
    assert (await running.admin.post(path, json={"user_id": str(uuid4())})).status_code == 422
    gone = await running.person("Gone", deleted=True)
    assert (await running.admin.post(path, json={"user_id": str(gone)})).status_code == 422
    ana = await running.person("Ana")
    assert (await running.admin.post("/api/devices/99/assignments", json={"user_id": str(ana)})).status_code == 404
    assert (await running.admin.post("/api/sites/99/assignments", json={"user_id": str(ana)})).status_code == 404


async def test_somebody_created_this_very_moment_is_asked_for(running) -> None:
    new = User(id=uuid4(), version=1, email="new@example.org", name="New", role=Role.CLIENT)
    running.users.accounts[new.id] = new
    device = await running.register()
    assigned = await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(new.id))
    assert assigned["name"] == "New"


async def test_while_users_is_away_nobody_unknown_is_assigned(running) -> None:
    running.users.away = True
    device = await running.register()
    answer = await running.admin.post(f"/api/devices/{device['id']}/assignments", json={"user_id": str(uuid4())})
    assert answer.status_code == 422


async def test_a_deleted_user_loses_every_assignment(running) -> None:
    ana = await running.person("Ana")
    site = await running.site()
    at_site = await running.register(name="At the site", site_id=site["id"])
    own = await running.register(name="Own")
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(ana))
    await running.create(f"/api/devices/{own['id']}/assignments", user_id=str(ana))
    await running.said()
    tombstone = User(id=ana, version=2, email="", name="", role=Role.CLIENT, active=False, deleted=True)
    event = new_event(UserDeleted(tombstone), source="users", clock=running.clock)
    await running.handle(event)
    said = await running.said()
    assert {event.device.id for event in said} == {at_site["id"], own["id"]}
    assert all(isinstance(event, DeviceUnassigned) and event.device.assignments == () for event in said)
    [past] = (await running.admin.get(f"/api/devices/{own['id']}/assignments")).json()
    assert (past["name"], past["ended_by"]) == ("(unknown)", "service/devices")


async def test_an_older_word_about_a_user_is_not_listened_to(running) -> None:
    ana = await running.person("Ana", version=3)
    device = await running.register()
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ana))
    await running.person("Older name", id=ana, version=2)
    shown = (await running.admin.get(f"/api/devices/{device['id']}")).json()
    assert [given["name"] for given in shown["assignments"]] == ["Ana"]


async def test_a_rebuild_takes_over_what_was_missed(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ana))
    running.users.accounts = {
        user.id: user
        for user in [
            User(id=ana, version=9, email="", name="", role=Role.CLIENT, deleted=True),
            *(User(id=uuid4(), version=1, email="", name="X", role=Role.CLIENT) for _ in range(3)),
        ]
    }
    running.users.away = True
    with pytest.raises(Unavailable):
        await rebuild_people(running.context.database, running.clock, running.users)
    running.users.away = False
    rebuilt = await running.admin.post("/api/devices/users/rebuild")
    assert rebuilt.json() == {"count": 4}
    assert await mine(running, ana) == []


async def test_the_data_held_about_a_person_is_given_for_their_export(running) -> None:
    ana = await running.person("Ana")
    device, site = await running.register(), await running.site()
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ana))
    await running.create(f"/api/sites/{site['id']}/assignments", user_id=str(ana), level="viewer")
    await running.admin.delete(f"/api/devices/{device['id']}/assignments/{ana}")
    held = (await running.peer.get(f"/internal/devices/personal-data/{ana}")).json()
    assert held["account"]["name"] == "Ana"
    assert [(one["to"], one["level"], one["ended_at"] is None) for one in held["assignments"]] == [
        (f"site/{site['id']}", "viewer", True),
        (f"device/{device['id']}", "owner", False),
    ]
    assert (await running.as_client(ana).get(f"/internal/devices/personal-data/{ana}")).status_code == 403


async def test_the_audit_log_tells_who_did_what_from_where(running) -> None:
    ana = await running.person("Ana")
    device = await running.register()
    await running.create(f"/api/devices/{device['id']}/assignments", user_id=str(ana))
    await running.create(f"/api/devices/{device['id']}/credentials")
    entries = (await running.peer.get("/internal/devices/audit")).json()
    assert [entry["action"] for entry in entries] == ["credential.issued", "user.assigned", "device.registered"]
    assert all(entry["actor"].startswith("user/") and entry["address"] for entry in entries)
    assert "kwd_" not in str(entries)
