"""What devices and gateways send with, and what the broker is told about it."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from kilowatch.contracts.credentials import credential_digest
from kilowatch.contracts.events import CredentialChanged
from kilowatch.devices.expiry import end_due_once


async def test_a_credential_is_shown_once_and_kept_as_a_digest(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/credentials"
    answer = await running.admin.post(path)
    assert answer.headers["cache-control"] == "no-store"
    issued = answer.json()
    *_, said = await running.said()
    assert isinstance(said, CredentialChanged)
    assert said.credential.sha256 == credential_digest(issued["credential"])
    assert said.credential.device_ids == (device["id"],)
    [listed] = (await running.operator.get(path)).json()
    assert "credential" not in listed
    assert issued["credential"].startswith(listed["hint"])
    assert len(listed["hint"]) == len(f"kwd_{device['id']}_") + 4
    assert listed["login"] == f"device-{device['id']}"


async def test_a_rotation_ends_the_old_ones_at_once_or_after_an_overlap(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/credentials"
    first = await running.create(path)
    await running.said()
    second = await running.create(f"{path}/rotate", overlap_s=3600)
    ending, new = (event.credential for event in await running.said())
    assert (ending.id, ending.revoked) == (UUID(first["id"]), False)
    assert ending.valid_until == running.clock() + timedelta(hours=1)
    assert (new.id, new.valid_until) == (UUID(second["id"]), None)
    assert await end_due_once(running.context.database, running.clock) == 0
    running.clock.forward(hours=1)
    assert await end_due_once(running.context.database, running.clock) == 1
    [revoked] = await running.said()
    assert (revoked.credential.id, revoked.credential.revoked, revoked.credential.version) == (ending.id, True, 3)
    await running.create(f"{path}/rotate")
    replaced, _ = (event.credential for event in await running.said())
    assert (replaced.id, replaced.revoked, replaced.device_ids) == (new.id, True, ())


async def test_a_second_overlap_does_not_prolong_the_first(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/credentials"
    await running.create(path)
    await running.create(f"{path}/rotate", overlap_s=60)
    await running.create(f"{path}/rotate", overlap_s=3600)
    ends = sorted(filter(None, (one["valid_until"] for one in (await running.admin.get(path)).json())))
    assert [end[11:19] for end in ends] == ["12:01:00", "13:00:00"]


async def test_a_revoked_credential_is_revoked_everywhere_and_once(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/credentials"
    issued = await running.create(path)
    await running.said()
    assert (await running.admin.delete(f"{path}/{issued['id']}")).status_code == 204
    [said] = await running.said()
    assert said.credential.revoked
    assert (await running.admin.delete(f"{path}/{issued['id']}")).status_code == 404


async def test_a_credential_is_revoked_only_by_its_own_holder(running) -> None:
    mine, other = await running.register(), await running.register()
    issued = await running.create(f"/api/devices/{mine['id']}/credentials")
    answer = await running.admin.delete(f"/api/devices/{other['id']}/credentials/{issued['id']}")
    assert answer.status_code == 404
    assert (await running.admin.delete(f"/api/devices/{mine['id']}/credentials/{uuid4()}")).status_code == 404


async def test_forgotten_credentials_do_not_pile_up(running) -> None:
    device = await running.register()
    path = f"/api/devices/{device['id']}/credentials"
    for _ in range(10):
        await running.create(path)
    assert (await running.admin.post(path)).status_code == 409
    await running.create(f"{path}/rotate")
    await running.create(path)


async def test_what_does_not_exist_has_no_credentials(running) -> None:
    for path in ("/api/devices/9/credentials", "/api/gateways/9/credentials"):
        assert (await running.admin.get(path)).status_code == 404
        assert (await running.admin.post(path)).status_code == 404
        assert (await running.admin.post(f"{path}/rotate", json={})).status_code == 404


async def test_a_gateway_sends_for_its_list_and_the_list_is_published(running) -> None:
    a, b = await running.register(name="A"), await running.register(name="B")
    gateway = await running.create("/api/gateways", name="Cellar", device_ids=[b["id"], a["id"]])
    assert gateway["device_ids"] == [a["id"], b["id"]]
    issued = await running.create(f"/api/gateways/{gateway['id']}/credentials")
    assert issued["credential"].startswith(f"kwg_{gateway['id']}_")
    *_, said = await running.said()
    assert (said.credential.gateway_id, said.credential.device_ids) == (gateway["id"], (a["id"], b["id"]))
    path = f"/api/gateways/{gateway['id']}"
    shrunk = await running.admin.patch(path, json={"device_ids": [a["id"]], "version": 1})
    assert (shrunk.json()["device_ids"], shrunk.json()["version"]) == ([a["id"]], 2)
    [said] = await running.said()
    assert (said.credential.device_ids, said.credential.version) == ((a["id"],), 2)
    renamed = await running.admin.patch(path, json={"name": "Attic", "version": 2})
    assert renamed.json()["name"] == "Attic"
    assert await running.said() == []


async def test_a_gateway_cannot_list_what_is_not_there(running) -> None:
    answer = await running.admin.post("/api/gateways", json={"name": "G", "device_ids": [404]})
    assert answer.status_code == 422
    gateway = await running.create("/api/gateways", name="G")
    path = f"/api/gateways/{gateway['id']}"
    assert (await running.admin.patch(path, json={"device_ids": [404]})).status_code == 422
    assert (await running.admin.patch(path, json={"name": "H", "version": 7})).status_code == 409


async def test_a_deleted_gateway_sends_nothing_any_more(running) -> None:
    gateway = await running.create("/api/gateways", name="G")
    await running.create(f"/api/gateways/{gateway['id']}/credentials")
    await running.said()
    path = f"/api/gateways/{gateway['id']}"
    assert (await running.admin.delete(path)).status_code == 204
    assert (await running.admin.get(path)).status_code == 404
    [said] = await running.said()
    assert said.credential.revoked
    assert (await running.admin.get("/api/gateways")).json() == {"items": [], "total": 0}


async def ask(running, question: str, key: str | None = None, **form: str) -> httpx2.Response:
    key = running.context.broker_key if key is None else key
    fields = {"vhost": "/", "tags": "", "ip": "127.0.0.1"} | form
    return await running.nobody.post(f"/internal/broker-auth/{key}/{question}", data=fields)


async def answer(running, question: str, **form: str) -> str:
    asked = await ask(running, question, **form)
    assert asked.status_code == 200
    return asked.text


@pytest.fixture
async def sender(running) -> dict[str, str]:
    device = await running.register()
    issued = await running.create(f"/api/devices/{device['id']}/credentials")
    return {"id": device["id"], "username": issued["login"], "password": issued["credential"], "cid": issued["id"]}


async def test_a_meter_logs_in_with_its_credential_and_with_no_other(running, sender) -> None:
    other = await running.register()
    stranger = await running.create(f"/api/devices/{other['id']}/credentials")
    username, password = sender["username"], sender["password"]
    assert await answer(running, "user", username=username, password=password) == "allow"
    assert await answer(running, "user", username=username, password=stranger["credential"]) == "deny"
    assert await answer(running, "user", username=username, password=password[:-1]) == "deny"
    assert await answer(running, "user", username=username) == "deny"
    assert await answer(running, "user", username="guest", password="guest") == "deny"
    assert await answer(running, "user", username="gateway-1", password=password) == "deny"
    assert await answer(running, "user", username="device-1\x00", password="\x00") == "deny"


async def test_a_revoked_or_ended_credential_logs_nobody_in(running, sender) -> None:
    path = f"/api/devices/{sender['id']}/credentials"
    login = {"username": sender["username"], "password": sender["password"]}
    await running.create(f"{path}/rotate", overlap_s=60)
    assert await answer(running, "user", **login) == "allow"
    running.clock.forward(seconds=60)
    assert await answer(running, "user", **login) == "deny"
    new = await running.create(f"{path}/rotate")
    login["password"] = new["credential"]
    assert await answer(running, "user", **login) == "allow"
    await running.admin.delete(f"{path}/{new['id']}")
    assert await answer(running, "user", **login) == "deny"


async def test_a_meter_publishes_under_its_own_key_only(running, sender) -> None:
    topic = {"username": sender["username"], "resource": "topic", "name": "telemetry", "permission": "write"}
    own = f"device.{sender['id']}"
    for key, expected in [
        (own, "allow"),
        (f"{own}.phase-1", "allow"),
        (f"{own}1", "deny"),
        ("device.999", "deny"),
        ("#", "deny"),
        ("", "deny"),
    ]:
        assert await answer(running, "topic", routing_key=key, **topic) == expected, key
    assert await answer(running, "topic", routing_key=own, **(topic | {"permission": "read"})) == "deny"
    assert await answer(running, "topic", routing_key=own, **(topic | {"name": "events"})) == "deny"
    assert await answer(running, "topic", routing_key=own, **(topic | {"vhost": "other"})) == "deny"


async def test_a_gateway_publishes_for_its_devices_and_for_itself(running) -> None:
    listed, other = await running.register(), await running.register()
    gateway = await running.create("/api/gateways", name="G", device_ids=[listed["id"]])
    issued = await running.create(f"/api/gateways/{gateway['id']}/credentials")
    topic = {"username": issued["login"], "name": "telemetry", "permission": "write"}
    assert await answer(running, "topic", routing_key=f"gateway.{gateway['id']}", **topic) == "allow"
    assert await answer(running, "topic", routing_key=f"device.{listed['id']}", **topic) == "allow"
    assert await answer(running, "topic", routing_key=f"device.{other['id']}", **topic) == "deny"
    await running.admin.patch(f"/api/gateways/{gateway['id']}", json={"device_ids": []})
    assert await answer(running, "topic", routing_key=f"device.{listed['id']}", **topic) == "deny"


async def test_a_meter_whose_credentials_are_gone_may_do_nothing_more(running, sender) -> None:
    resource = {"username": sender["username"], "resource": "exchange", "name": "telemetry", "permission": "write"}
    topic = {"username": sender["username"], "name": "telemetry", "permission": "write"}
    key = f"device.{sender['id']}"
    assert await answer(running, "resource", **resource) == "allow"
    assert await answer(running, "topic", routing_key=key, **topic) == "allow"
    await running.admin.delete(f"/api/devices/{sender['id']}/credentials/{sender['cid']}")
    assert await answer(running, "resource", **resource) == "deny"
    assert await answer(running, "topic", routing_key=key, **topic) == "deny"


async def test_a_meter_enters_one_virtual_host(running, sender) -> None:
    assert await answer(running, "vhost", username=sender["username"]) == "allow"
    assert await answer(running, "vhost", username=sender["username"], vhost="other") == "deny"
    assert await answer(running, "vhost", username="guest") == "deny"


async def test_who_does_not_know_the_key_learns_nothing(running, sender) -> None:
    login = {"username": sender["username"], "password": sender["password"]}
    for key in ("x", "ü", running.context.broker_key + "x"):
        for question in ("user", "vhost", "resource", "topic"):
            assert (await ask(running, question, key=key, **login)).status_code == 404
