"""What a person gets who asks for all that is held about them."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

from kilowatch.contracts.services import SERVICES
from tests.house import PASSWORD, Person
from tests.rights.conftest import Town, objects_of

GIF = b"GIF89a" + bytes(20)


async def test_the_export_has_what_every_service_holds_about_a_person(town: Town) -> None:
    zed, owned = await _settled(town)
    await zed.ask("POST", "/api/imports", files={"file": ("history.csv", b"nothing to see")})
    files = await _exported(zed)
    held = {name.removesuffix(".json"): json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert set(held) == set(SERVICES)
    assert held["users"]["account"]["notes"] == "likes turnips"
    assert held["auth"]["sessions"]
    assert [entry["action"] for entry in held["balancer"]["audit"]] == ["import.started"]
    assert {to["to"] for to in held["devices"]["assignments"]} == {
        f"device/{owned['device_id']}",
        f"site/{owned['site_id']}",
    }
    (device,) = held["monitoring"]["devices"]
    assert device["id"] == owned["device_id"]
    assert sum(month["energy_kwh"] for month in device["usage_by_month"]) > 0
    assert [alert["id"] for alert in held["monitoring"]["acknowledged_alerts"]] == [owned["alert_id"]]
    assert held["realtime"]["webhook"] == "https://example.org/hook"
    assert held["realtime"]["preferences"]["email"] == "critical"
    assert owned["notification_id"] in {kept["id"] for kept in held["realtime"]["notifications"]}
    said = [message["text"] for talk in held["support"]["conversations"] for message in talk["messages"]]
    assert "Where is my turnip?" in said
    assert GIF in [content for name, content in files.items() if name.startswith("support/")]
    assert all(b"$argon2" not in content for content in files.values())


async def _settled(town: Town) -> tuple[Person, dict[str, Any]]:
    """Somebody who has left something in every service, and their objects."""
    zed = await town.house.person("zed@example.org", "administrator")
    await town.administrator.ask("PATCH", f"/api/users/{zed.id}", json={"notes": "likes turnips"})
    owned = await objects_of(town.house, town.administrator, zed)
    acknowledged = await zed.ask("POST", f"/api/alerts/{owned['alert_id']}/acknowledge", json={"note": "I know."})
    assert acknowledged.status_code == 200, acknowledged.text
    await zed.ask("PUT", "/api/notifications/preferences", json={"email": "critical"})
    await zed.ask("PUT", "/api/notifications/webhook", json={"url": "https://example.org/hook"})
    words = {
        "text": "Where is my turnip?",
        "client_message_id": str(uuid4()),
        "attachment_ids": [owned["attachment_id"]],
    }
    await zed.ask("POST", f"/api/support/conversations/{owned['conversation_id']}/messages", json=words)
    await town.house.settle()
    return await town.house.sign_in("zed@example.org", PASSWORD), owned


async def _exported(person: Person) -> dict[str, bytes]:
    answer = await person.ask("GET", "/api/users/me/export")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
