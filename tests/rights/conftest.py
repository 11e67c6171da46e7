"""A town: every service, one person of each role, and objects that belong to one of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kilowatch.process import available_services
from tests.databases import fresh_databases
from tests.eventually import eventually
from tests.house import PASSWORD, House, Person, open_house


@dataclass(frozen=True)
class Town:
    house: House
    administrator: Person
    operator: Person
    ana: Person  #: a client, and the owner of the objects
    bob: Person  #: another client
    service: Person
    meter: Person  #: Ana's device, with its credential in place of a token
    objects: dict[str, Any]  #: Ana's, by the name of the path parameter

    def path(self, route: str, **ids: Any) -> tuple[str, str]:
        """Method and path of a route, for Ana's objects unless `ids` say others."""
        method, template = route.split(" ")
        return method, template.format(**self.objects | ids)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for the whole town, which on a busy machine takes minutes to open."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
async def town(postgres: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with fresh_databases(postgres) as fresh_url, open_town(fresh_url, tmp_path_factory.mktemp("town")) as town:
        yield town


@asynccontextmanager
async def open_town(fresh_url: Callable[[str], Awaitable[str]], data_dir: Path) -> AsyncIterator[Town]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
        async with open_house(fresh_url, data_dir, available_services(), trusted_proxies="127.0.0.0/8") as house:
            yield await _settle_down(house)


async def _settle_down(house: House) -> Town:
    house.clock.stop()
    administrator = await house.administrator()
    ana = await house.person("ana@example.org")
    await house.settle()
    await house.add_user("pat@example.org")
    objects = await objects_of(house, administrator, ana)
    return Town(
        house=house,
        administrator=administrator,
        operator=await house.person("op@example.org", "operator"),
        ana=ana,
        bob=await house.person("bob@example.org"),
        service=await _service(house),
        meter=Person(await house.browser(), {"access_token": objects.pop("credential")}),
        objects=objects,
    )


async def _service(house: House) -> Person:
    http = await house.browser()
    secret = (house.data_dir / "secrets" / "service_secret_devices").read_text()
    answer = await http.post("/internal/auth/service-token", json={"service": "devices", "secret": secret})
    return Person(http, answer.json())


async def objects_of(house: House, administrator: Person, ana: Person) -> dict[str, Any]:
    """What belongs to a client, and one of each kind that belongs to nobody; also `credential`, of the device."""
    site = await _make(administrator, "/api/sites", {"name": "Ana's home", "time_zone": "Europe/Bucharest"})
    device = await _make(
        administrator,
        "/api/devices",
        {
            "name": "Ana's meter",
            "kind": "interval",
            "interval_s": 60,
            "time_zone": "Europe/Bucharest",
            "site_id": site["id"],
            "hourly_limit_kwh": 0.1,
        },
    )
    gateway = await _make(administrator, "/api/gateways", {"name": "Ana's gateway", "device_ids": [device["id"]]})
    credential = await _make(administrator, f"/api/devices/{device['id']}/credentials", {})
    yesterday = (house.clock() - timedelta(days=1)).isoformat()
    for target in (f"devices/{device['id']}", f"sites/{site['id']}"):
        await _make(administrator, f"/api/{target}/assignments", {"user_id": ana.id, "since": yesterday})
    expires_at = (house.clock() + timedelta(days=9)).isoformat()
    key = await _make(ana, "/api/auth/api-keys", {"name": "Script", "scopes": ["read"], "expires_at": expires_at})
    sessions = (await ana.ask("GET", "/api/auth/sessions")).json()
    await house.settle()
    terms = {"valid_from": "2026-01-01", "rates": [{"name": "All day", "price": "0.25"}]}
    tariff = await _make(administrator, "/api/tariffs", {"name": "Flat", "currency": "EUR", "versions": [terms]})
    given = {"tariff_id": tariff["id"], "site_id": site["id"], "since": "2026-01-01"}
    return {
        "user_id": ana.id,
        "session_id": sessions[0]["id"],
        "key_id": key["key"]["id"],
        "device_id": device["id"],
        "site_id": site["id"],
        "gateway_id": gateway["id"],
        "credential_id": credential["id"],
        "credential": credential["credential"],
        "alert_id": await _alert(house, ana, device["id"], credential["credential"]),
        "kind": "offline",
        "notification_id": await _notification(ana),
        "delivery_id": uuid4(),
        "rejected_id": 1,
        "correction_id": 1,
        "tariff_id": tariff["id"],
        "assignment_id": (await _make(administrator, "/api/tariff-assignments", given))["id"],
        "import_id": await _import(administrator),
        "key": "guess",
        "queue": "events.devices",
        "letter_id": uuid4(),
    } | await _conversation(administrator, ana)


async def _conversation(administrator: Person, ana: Person) -> dict[str, Any]:
    """With a person, so that nothing answers in it by itself; and what goes with it."""
    conversation = await _make(ana, "/api/support/conversations", {})
    path = f"/api/support/conversations/{conversation['id']}"
    await ana.ask("POST", f"{path}/hand-over")
    file = await ana.ask("POST", f"{path}/attachments", content=b"GIF89a" + bytes(20))
    reply = await _make(
        administrator,
        "/api/support/canned-replies",
        {"shortcut": f"hello-{conversation['id'][:8]}", "text": "Hello {client}"},
    )
    return {
        "conversation_id": conversation["id"],
        "attachment_id": file.json()["id"],
        "reply_id": reply["id"],
        "sequence": 1,
        "number": 0,
    }


async def _alert(house: House, ana: Person, device_id: int, credential: str) -> str:
    """One that is raised now: the meter has sent more than its limit allows in an hour. Its clock is ahead by a little,
    or in the first minutes of an hour the alert would be of one that is over."""
    meter = Person((await house.nobody()).http, {"access_token": credential})
    times = (house.clock() + timedelta(minutes=minutes) for minutes in (1, 2))
    readings = [{"device_id": device_id, "timestamp": each.isoformat(), "value": 1.0} for each in times]

    async def is_accepted() -> bool:
        """Balancers learn of new credentials at a pace of their own."""
        return (await meter.ask("POST", "/api/ingest", json=readings)).status_code == 202

    await eventually(is_accepted)
    alerts: list[dict[str, Any]] = []

    async def is_raised() -> bool:
        alerts[:] = (await ana.ask("GET", f"/api/alerts?device={device_id}")).json()["items"]  # staff sees others' too
        return bool(alerts)

    await eventually(is_raised)
    return str(alerts[0]["id"])


async def _notification(ana: Person) -> str:
    """Of that alert."""
    found: list[dict[str, Any]] = []

    async def has_come() -> bool:
        found[:] = (await ana.ask("GET", "/api/notifications")).json()["items"]
        return bool(found)

    await eventually(has_come)
    return str(found[0]["id"])


async def _import(administrator: Person) -> str:
    """One that has ended, so that it changes nothing any more."""
    form = {"file": ("history.csv", b"nothing to see")}
    answer = await administrator.ask("POST", "/api/imports", files=form)
    import_id = str(answer.json()["id"])

    async def has_ended() -> bool:
        shown = (await administrator.ask("GET", f"/api/imports/{import_id}")).json()
        return bool(shown["state"] == "failed")

    await eventually(has_ended)
    return import_id


async def _make(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.ask("POST", path, json=body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    return dict(answer.json())
