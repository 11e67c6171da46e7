"""API keys, signing keys, service tokens."""

import asyncio
from datetime import timedelta

import httpx2
import jwt
import pytest

from kilowatch.auth.housekeeping import tidy
from kilowatch.contracts.services import SERVICES
from kilowatch.kit.audit import Origin
from kilowatch.kit.errors import Unauthenticated
from tests.house import House, Person


async def test_a_script_works_with_an_api_key_as_far_as_its_scopes_go(house: House):
    administrator = await house.administrator()
    script = await _script(house, administrator, ["users:read"])
    assert (await script.ask("GET", "/api/users")).status_code == 200
    body = {"email": "x@example.org", "name": "X"}
    assert (await script.ask("POST", "/api/users", json=body)).status_code == 403
    assert (await script.ask("GET", "/api/audit")).status_code == 403


async def test_an_api_key_never_reaches_credentials(house: House):
    script = await _script(house, await house.administrator(), ["write"])
    for method, path in [
        ("GET", "/api/auth/api-keys"),
        ("POST", "/api/auth/api-keys"),
        ("GET", "/api/auth/sessions"),
        ("POST", "/api/auth/sign-out-everywhere"),
        ("POST", "/api/auth/signing-keys"),
    ]:
        assert (await script.ask(method, path, json={})).status_code == 403


async def test_a_revoked_key_gives_no_token_and_takes_back_those_it_gave(house: House):
    administrator = await house.administrator()
    script = await _script(house, administrator, ["read"])
    key = (await administrator.ask("GET", "/api/auth/api-keys")).json()[0]
    assert (await administrator.ask("DELETE", f"/api/auth/api-keys/{key['id']}")).status_code == 204
    assert (await script.http.post("/api/auth/token", json={"api_key": script.answer["api_key"]})).status_code == 401
    await house.verifier.fetch_now()
    assert (await script.ask("GET", "/api/users")).status_code == 401


async def test_a_token_does_not_outlive_its_key(house: House):
    house.clock.stop()
    script = await _script(house, await house.administrator(), ["read"])
    house.clock.advance(days=30, seconds=-4)
    answer = await script.http.post("/api/auth/token", json={"api_key": script.answer["api_key"]})
    assert answer.json()["expires_in"] == 4
    young = Person(script.http, answer.json())
    assert (await young.ask("GET", "/api/users")).status_code == 200
    house.clock.advance(minutes=2)
    assert (await young.ask("GET", "/api/users")).status_code == 401


async def test_what_a_key_gave_stays_taken_back_however_often_its_person_has_changed(house: House):
    house.clock.stop()
    ana, administrator = await house.person("ana@example.org"), await house.administrator()
    old = await _script(house, ana, ["read"])
    await administrator.ask("PATCH", f"/api/users/{ana.id}", json={"role": "operator"})
    await house.settle()
    house.clock.advance(minutes=9, seconds=50)
    answer = await old.http.post("/api/auth/token", json={"api_key": old.answer["api_key"]})
    script = Person(old.http, answer.json())
    await administrator.refresh()
    administrator = await house.administrator()
    await administrator.ask("POST", f"/api/users/{ana.id}/deactivate")
    await house.settle()
    for _ in range(3):  # as long as the token would be good for
        await house.verifier.fetch_now()
        assert (await script.ask("GET", "/api/users")).status_code == 401
        house.clock.advance(minutes=2)


async def test_an_expired_key_and_a_made_up_one_get_the_same_answer(house: House):
    script = await _script(house, await house.administrator(), ["read"])
    house.clock.advance(days=31)
    texts = [script.answer["api_key"], "kwk_" + "0" * 32 + "_" + "A" * 43, "nonsense"]
    answers = [await script.http.post("/api/auth/token", json={"api_key": text}) for text in texts]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


@pytest.mark.parametrize(("scopes", "days"), [([], 30), (["everything"], 30), (["read"], 0), (["read"], 400)])
async def test_a_key_needs_scopes_and_an_end(house: House, scopes: list[str], days: int):
    administrator = await house.administrator()
    expires_at = (house.clock() + timedelta(days=days)).isoformat()
    body = {"name": "Script", "scopes": scopes, "expires_at": expires_at}
    assert (await administrator.ask("POST", "/api/auth/api-keys", json=body)).status_code == 422


async def test_keys_rotate_under_traffic_without_one_refused_request(house: House):
    administrator = await house.administrator()
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        fresh = asyncio.create_task(house.verifier.keep_fresh(stop))
        traffic = [group.create_task(_traffic(house, stop)) for _ in range(4)]
        assert (await administrator.ask("POST", "/api/auth/signing-keys")).status_code == 201
        assert (await administrator.ask("POST", "/api/auth/signing-keys")).status_code == 409  # one waits already
        await house.verifier.fetch_now()
        kids = {_kid(await house.administrator())}
        house.clock.advance(seconds=31)
        kids.add(_kid(await house.administrator()))
        await asyncio.sleep(0.5)
        stop.set()
        await fresh
    assert len(kids) == 2
    made = "SELECT count(*) FROM audit WHERE action = 'signing_key.made' AND actor = 'user/{}'"
    assert await house.query("auth", made.format(administrator.id)) == [1]
    codes = [code for task in traffic for code in task.result()]
    assert set(codes) == {200}
    assert len(codes) > 20


async def test_the_old_key_verifies_until_its_last_token_has_expired(house: House):
    administrator = await house.administrator()
    await administrator.ask("POST", "/api/auth/signing-keys")
    assert await _published(house) == 2
    house.clock.advance(minutes=10)
    await _tidy(house)
    assert await _published(house) == 2
    house.clock.advance(minutes=2)
    await _tidy(house)
    assert await _published(house) == 1


async def test_keys_rotate_by_themselves_after_their_lifetime(house: House):
    house.clock.advance(days=31)
    await _tidy(house)
    assert await _published(house) == 2


async def test_no_private_key_lies_in_the_database_in_the_clear(house: House):
    async with house.context("auth").working(Origin("test", "")) as work:
        signer = await work.signer()
    opened = signer.vault.open("signing-key", signer.key.sealed_key)
    assert opened not in signer.key.sealed_key
    assert len(opened) == 32


async def test_every_service_gets_a_token_for_its_own_secret_only(house: House):
    http = await house.browser()
    for service in SERVICES:
        secret = (house.data_dir / "secrets" / f"service_secret_{service}").read_text()
        good = await http.post("/internal/auth/service-token", json={"service": service, "secret": secret})
        assert good.status_code == 200
        for other in {"auth", "users"} - {service}:
            bad = await http.post("/internal/auth/service-token", json={"service": other, "secret": secret})
            assert bad.status_code == 401


async def test_secrets_are_readable_by_their_owner_only(house: House):
    files = list((house.data_dir / "secrets").iterdir())
    assert files
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


async def test_a_service_token_opens_nothing_for_people_and_a_persons_nothing_for_services(house: House):
    administrator = await house.administrator()
    assert (await administrator.ask("GET", "/internal/users")).status_code == 403
    secret = (house.data_dir / "secrets" / "service_secret_devices").read_text()
    token = await administrator.http.post("/internal/auth/service-token", json={"service": "devices", "secret": secret})
    service = Person(administrator.http, token.json())
    assert (await service.ask("GET", "/internal/users")).status_code == 200
    assert (await service.ask("GET", "/api/users")).status_code == 403


async def test_a_token_outlives_neither_its_ten_minutes_nor_its_clock(house: House):
    token = (await house.administrator()).answer["access_token"]
    await house.verifier.verify(token)
    house.clock.advance(minutes=9, seconds=58)
    await house.verifier.verify(token)
    house.clock.advance(seconds=10)
    with pytest.raises(Unauthenticated):
        await house.verifier.verify(token)
    house.clock.advance(minutes=-30)
    with pytest.raises(Unauthenticated):
        await house.verifier.verify(token)


async def _script(house: House, owner: Person, scopes: list[str]) -> Person:
    expires_at = (house.clock() + timedelta(days=30)).isoformat()
    body = {"name": "Script", "scopes": scopes, "expires_at": expires_at}
    made = (await owner.ask("POST", "/api/auth/api-keys", json=body)).json()
    http = await house.browser()
    answer = await http.post("/api/auth/token", json={"api_key": made["api_key"]})
    assert answer.status_code == 200, answer.text
    return Person(http, answer.json() | {"api_key": made["api_key"]})


async def _traffic(house: House, stop: asyncio.Event) -> list[int]:
    person = await house.administrator()
    codes = []
    while not stop.is_set():
        refreshed = await person.refresh()
        codes.append(refreshed.status_code)
        person = Person(person.http, refreshed.json())
        codes.append((await person.ask("GET", "/api/users/me")).status_code)
    return codes


def _kid(person: Person) -> str:
    return str(jwt.get_unverified_header(person.answer["access_token"])["kid"])


async def _published(house: House) -> int:
    answer: httpx2.Response = await (await house.browser()).get("/api/auth/.well-known/jwks.json")
    return len(answer.json()["keys"])


async def _tidy(house: House) -> None:
    async with house.context("auth").working(Origin("test", "")) as work:
        await tidy(work)
