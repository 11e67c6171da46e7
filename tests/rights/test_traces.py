"""What somebody leaves behind: no secret in any log, and once they are deleted, nothing of them in any service."""

import base64
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kilowatch.auth.domain.totp import code_at, step_at
from tests.house import PASSWORD, Person
from tests.rights.conftest import Town

WRONG = "nine loud radishes stand"


@dataclass
class Zoe:
    """Somebody who has used everything."""

    person: Person
    marks: list[str]  #: by which every trace is found
    secrets: dict[str, str]


async def _live(town: Town, name: str) -> Zoe:
    marks = [
        name,
        f"{name.lower()}@example.org",
        f"+40 7{int.from_bytes(name.encode()) % 10**9}",
        f"{name} Lane",
        f"likes {name} turnips",
    ]
    administrator, secrets = town.administrator, {"password": PASSWORD, "wrong password": WRONG}
    body = {"email": marks[1], "name": name, "phone": marks[2], "address": marks[3], "notes": marks[4]}
    user_id = (await _made(administrator, "/api/users", body))["id"]
    link = (await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")).json()["url"]
    secrets["link"] = link.partition("#token=")[2]
    stranger = await town.house.nobody()
    await stranger.http.post("/api/auth/links/redeem", json={"token": secrets["link"], "password": PASSWORD})
    await stranger.http.post("/api/auth/sign-in", json={"email": marks[1], "password": WRONG})
    await stranger.http.post("/api/auth/sign-in", json={"email": marks[1], "password": WRONG, "surplus": WRONG})
    await town.house.settle()
    person = await town.house.sign_in(marks[1])
    secrets |= {"refresh token": person.cookie, "access token": person.answer["access_token"]}
    await _use_second_factor(town, person, secrets)
    await _use_key(town, person, secrets, f"{name} script")
    await _use_meter(town, person, secrets)
    return Zoe(person, [*marks, f"{name} script"], secrets)


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
    zoe = await _live(town, "Zoelog")
    stranger = await town.house.nobody()
    made_up = {"service": "devices", "secret": "a secret of nobody's"}
    await stranger.http.post("/internal/auth/service-token", json=made_up)
    captured = capfd.readouterr()
    logged = "\n".join([captured.out, captured.err, caplog.text])
    secrets = zoe.secrets | {"service": made_up["secret"]}
    secrets |= {path.name: path.read_text() for path in (town.house.data_dir / "secrets").iterdir()}
    assert [name for name, text in secrets.items() if text in logged] == []


async def test_whoever_is_deleted_leaves_no_trace_in_any_service(town: Town) -> None:
    zoe = await _live(town, "Zoegone")
    await _talk(zoe.person, "Zoegone asks for help")
    assert {table.partition(".")[0] for table in await _holding(town, zoe)} >= {"auth", "users", "realtime", "support"}
    deleted = await town.administrator.ask("DELETE", f"/api/users/{zoe.person.id}")
    assert deleted.status_code == 204, deleted.text
    await town.house.settle()
    # What staff were sent of their conversations can be resumed for a week, and is gone with that.
    assert await _holding(town, zoe) <= {"realtime.frame"}


async def _talk(person: Person, text: str) -> None:
    conversation = await _made(person, "/api/support/conversations", {})
    path = f"/api/support/conversations/{conversation['id']}"
    await _made(person, f"{path}/messages", {"text": text, "client_message_id": str(uuid4())})
    handed_over = await person.ask("POST", f"{path}/hand-over")
    assert handed_over.status_code == 200, handed_over.text


async def _holding(town: Town, zoe: Zoe) -> set[str]:
    """The tables that have something by which they could be told."""
    return {table for table, rows in (await town.house.dump()).items() if any(mark in rows for mark in zoe.marks)}


async def _made(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.ask("POST", path, json=body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    return dict(answer.json())
