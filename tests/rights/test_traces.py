"""What somebody leaves behind: no secret in any log, and once they are deleted, nothing of them in any service."""

import base64
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest

from kilowatch.auth.domain.totp import code_at, step_at
from kilowatch.auth.handlers.throttling import resets_of
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.events import encode_event, event_message
from tests.eventually import eventually
from tests.house import PASSWORD, Person
from tests.rights.conftest import Town

#: Where the id of somebody deleted may stay, which leads to nobody (decision 44), and why.
KEEPING_THE_ID: Final = {
    "users.users": "the tombstone that the id leads to",
    "auth.accounts": "an event that comes late must find it deleted",
    "devices.users": "as above",
    "realtime.account": "as above",
    "support.people": "as above",
    "monitoring.departed_user": "as above",
    "devices.assignments": "the history of a device says when it was somebody's",
    "users.audit": "deeds of one hand stay of one hand",
    "auth.audit": "as above",
    "devices.audit": "as above",
    "monitoring.audit": "as above",
    "realtime.frame": "of the staff's stream, for as long as it can be replayed: an alert's acknowledgement",
}
WRONG = "nine loud radishes stand"


@dataclass
class Zoe:
    """Somebody who has used everything."""

    person: Person
    marks: list[str]  #: by which every trace is found
    address: str  #: of the network, which is hers alone
    secrets: dict[str, str]


async def _live(town: Town, name: str, address: str, role: str = "client") -> Zoe:
    marks = [
        name,
        f"{name.lower()}@example.org",
        f"+40 7{int.from_bytes(name.encode()) % 10**9}",
        f"{name} Lane",
        f"likes {name} turnips",
    ]
    administrator, secrets = town.administrator, {"password": PASSWORD, "wrong password": WRONG}
    body = {"email": marks[1], "name": name, "phone": marks[2], "address": marks[3], "notes": marks[4], "role": role}
    user_id = (await _made(administrator, "/api/users", body))["id"]
    link = (await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")).json()["url"]
    secrets["link"] = link.partition("#token=")[2]
    await _come_in(await town.house.browser(address), secrets["link"], marks[1])
    await town.house.settle()
    person = await town.house.sign_in(marks[1], address=address)
    secrets |= {"refresh token": person.cookie, "access token": person.answer["access_token"]}
    await _use_second_factor(town, person, secrets)
    await _use_key(town, person, secrets, f"{name} script")
    await _use_meter(town, person, secrets)
    return Zoe(person, [*marks, f"{name} script"], address, secrets)


async def _come_in(http: httpx2.AsyncClient, link: str, email: str) -> None:
    """As people do who have been invited: not at the first try."""
    await http.post("/api/auth/links/redeem", json={"token": link, "password": PASSWORD})
    await http.post("/api/auth/password-reset", json={"email": email})
    await http.post("/api/auth/sign-in", json={"email": email, "password": WRONG})
    await http.post("/api/auth/sign-in", json={"email": email, "password": WRONG, "surplus": WRONG})


async def _use_second_factor(town: Town, person: Person, secrets: dict[str, str]) -> None:
    enrolment = await person.ask("POST", "/api/auth/second-factor", json={"password": PASSWORD})
    secrets["seed"] = enrolment.json()["secret"]
    code = code_at(base64.b32decode(secrets["seed"]), step_at(town.house.clock()))
    confirmed = await person.ask("POST", "/api/auth/second-factor/confirm", json={"code": code})
    secrets["recovery code"] = confirmed.json()["recovery_codes"][0]


async def _use_key(town: Town, person: Person, secrets: dict[str, str], name: str) -> None:
    expires_at = (town.house.clock() + timedelta(days=9)).isoformat()
    body = {"name": name, "scopes": ["read"], "expires_at": expires_at}
    secrets["API key"] = (await _made(person, "/api/auth/api-keys", body))["api_key"]
    exchanged = await person.http.post("/api/auth/token", json={"api_key": secrets["API key"]})
    secrets["token of the key"] = exchanged.json()["access_token"]
    await person.http.post("/api/auth/token", json={"api_key": secrets["API key"][:-1] + "x"})


async def _use_meter(town: Town, person: Person, secrets: dict[str, str]) -> None:
    device = f"/api/devices/{town.objects['device_id']}"
    given = {"user_id": person.id, "since": (town.house.clock() - timedelta(days=1)).isoformat()}
    await _made(town.administrator, f"{device}/assignments", given)
    secrets["credential"] = (await _made(town.administrator, f"{device}/credentials", {}))["credential"]
    await town.house.settle()
    for text in (secrets["credential"], secrets["credential"] + "x"):
        meter = Person(person.http, {"access_token": text})
        await meter.ask("POST", "/api/ingest", json=[])
    alert = f"/api/alerts/{town.objects['alert_id']}/acknowledge"
    await person.ask("POST", alert, json={"note": f"seen by {person.id}"})


async def test_no_secret_is_in_any_log(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    zoe = await _live(town, "Zoelog", "198.51.100.7")
    stranger = await town.house.nobody()
    made_up = {"service": "devices", "secret": "a secret of nobody's"}
    await stranger.http.post("/internal/auth/service-token", json=made_up)
    captured = capfd.readouterr()
    logged = "\n".join([captured.out, captured.err, caplog.text])
    secrets = zoe.secrets | {"service": made_up["secret"]}
    secrets |= {path.name: path.read_text() for path in (town.house.data_dir / "secrets").iterdir()}
    assert [name for name, text in secrets.items() if text in logged] == []


async def test_no_secret_travels_in_any_event(town: Town) -> None:
    zoe = await _live(town, "Zoesent", "198.51.100.10")
    await town.house.settle()
    sent = b"\n".join(encode_event(event) for event in town.house.listener.heard)
    assert zoe.person.id.encode() in sent
    assert [name for name, text in zoe.secrets.items() if text.encode() in sent] == []


async def test_whoever_is_deleted_leaves_no_trace_in_any_service(town: Town) -> None:
    zoe = await _live(town, "Zoegone", "198.51.100.8")
    conversation = await _talk(zoe.person, "Zoegone asks for help")
    await town.administrator.ask("POST", f"{conversation}/claim")
    await _unreadable_event(town, zoe)
    await town.house.settle()
    assert {table.partition(".")[0] for table in await _holding(town, zoe)} >= {"auth", "users", "realtime", "support"}
    assert await _with_reset(town, zoe)
    assert await _unread_letters(town, zoe)
    await _delete(town, zoe)
    assert await _holding(town, zoe) == set()
    assert await _with_id(town, zoe) - set(KEEPING_THE_ID) == set()
    assert not await _with_reset(town, zoe)
    assert not await _unread_letters(town, zoe)


async def test_what_a_deleted_administrator_did_to_others_stays_told(town: Town) -> None:
    zoe = await _live(town, "Zoestaff", "198.51.100.9", "administrator")
    conversation = await _talk(town.bob, "Can you hear me?")
    await zoe.person.ask("POST", f"{conversation}/claim")
    await _made(zoe.person, f"{conversation}/messages", {"text": "I do.", "client_message_id": str(uuid4())})
    await zoe.person.ask("PATCH", f"/api/users/{town.bob.id}", json={"name": "Bob the Second"})
    await zoe.person.ask("POST", f"/api/auth/accounts/{town.bob.id}/link")
    await zoe.person.ask("POST", "/api/imports", files={"file": ("history.csv", b"nothing to see")})
    await town.house.settle()
    before = await _deeds(town, zoe)
    assert {service for service, *_ in before} >= {"users", "auth", "balancer"}
    await _delete(town, zoe)
    assert [deed for deed in await _deeds(town, zoe) if deed in before] == before
    assert await _holding(town, zoe) == set()


async def _delete(town: Town, zoe: Zoe) -> None:
    """By her own hand, if she may: then the last entry is hers as well."""
    by = zoe.person if zoe.person.answer["role"] == "administrator" else town.administrator
    deleted = await by.ask("DELETE", f"/api/users/{zoe.person.id}")
    assert deleted.status_code == 204, deleted.text
    await town.house.settle()

    async def is_forgotten() -> bool:
        return not await _unread_letters(town, zoe)

    await eventually(is_forgotten)


async def _deeds(town: Town, zoe: Zoe) -> list[tuple[str, ...]]:
    """What the log tells of what she did to others."""
    theirs = f"SELECT concat_ws('|', action, object, detail) FROM audit WHERE actor = 'user/{zoe.person.id}'"
    others = f"{theirs} AND object <> 'user/{zoe.person.id}' ORDER BY id"
    services = ("users", "auth", "devices", "balancer", "monitoring", "support")
    return [(service, deed) for service in services for deed in await town.house.query(service, others)]


async def _with_id(town: Town, zoe: Zoe) -> set[str]:
    return {table for table, rows in (await town.house.dump()).items() if zoe.person.id in rows}


async def _with_reset(town: Town, zoe: Zoe) -> bool:
    """Whether it can be told from the counts that somebody asked for a new password for her."""
    key = resets_of(zoe.marks[1], "").account
    return bool(await town.house.query("auth", f"SELECT key FROM throttles WHERE key = '{key}'"))


async def _unreadable_event(town: Town, zoe: Zoe) -> None:
    body = json.dumps({"type": "user.updated", "subject": f"user/{zoe.person.id}", "email": zoe.marks[1]}).encode()
    await town.house.surroundings.broker.publish(EVENTS, event_message(uuid4(), "user.updated", body))


async def _unread_letters(town: Town, zoe: Zoe) -> list[str]:
    letters = (await town.administrator.ask("GET", "/api/system/dead-letters?limit=200")).json()["items"]
    return [letter["queue"] for letter in letters if zoe.marks[1] in (letter["text"] or "")]


async def _talk(person: Person, text: str) -> str:
    """The path of the conversation, which waits for a person."""
    conversation = await _made(person, "/api/support/conversations", {})
    path = f"/api/support/conversations/{conversation['id']}"
    await _made(person, f"{path}/messages", {"text": text, "client_message_id": str(uuid4())})
    handed_over = await person.ask("POST", f"{path}/hand-over")
    assert handed_over.status_code == 200, handed_over.text
    return path


async def _holding(town: Town, zoe: Zoe) -> set[str]:
    """The tables that have something by which she could be told."""
    dump = await town.house.dump()
    told = {table for table, rows in dump.items() if any(mark in rows for mark in zoe.marks)}
    # Attempts are counted for a day by the address alone, whoever was behind it.
    return told | {table for table, rows in dump.items() if zoe.address in rows} - {"auth.throttles"}


async def _made(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.ask("POST", path, json=body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    return dict(answer.json())
