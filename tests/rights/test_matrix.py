"""Every route, every kind of caller."""

from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import iter_route_contexts

from kilowatch.contracts.accounts import Role
from kilowatch.kit.audit import Origin
from kilowatch.process import available_services
from tests.house import PASSWORD, Person
from tests.rights.bodies import body_for
from tests.rights.conftest import Town
from tests.rights.forgeries import forgeries
from tests.rights.sockets import knock
from tests.rights.table import EVERY_SERVICE, ONE_OF_EACH, TABLE, Who, routes_for

WITH_TOKEN = (Who.SIGNED_IN, Who.OWNER, Who.STAFF, Who.ADMINISTRATOR, Who.SERVICE)
WRITES_OF_OWNERS = [route for route in routes_for(Who.OWNER) if not route.startswith("GET")]
#: To an operator who looks on: how far somebody has read is kept of who takes part, and a preview only asks.
HARMLESS = {
    "POST /api/support/conversations/{conversation_id}/marks",
    "POST /api/alert-rules/devices/{device_id}/preview",
}
#: Tables that change by themselves, or because somebody was refused.
RESTLESS = {
    "audit",
    "throttles",
    "outbox",
    "inbox",
    "replica",
    "write_backend",
    "lease",
    "membership_change",
    "lease_move",
    "consumption",
}
NOBODYS = {
    "device_id": 999_999,
    "site_id": 999_999,
    "gateway_id": 999_999,
    "rejected_id": 999_999,
    "correction_id": 999_999,
    "tariff_id": 999_999,
    "assignment_id": 999_999,
    "key": "guess",
    "queue": "events.devices",
    "sequence": 999_999,
    "number": 999_999,
} | {
    name: uuid4()
    for name in (
        "user_id",
        "session_id",
        "key_id",
        "credential_id",
        "alert_id",
        "import_id",
        "notification_id",
        "delivery_id",
        "conversation_id",
        "attachment_id",
        "reply_id",
        "letter_id",
    )
}


async def test_every_route_is_in_the_table_and_every_row_is_a_route(town: Town):
    routes = {
        f"{method} {route.path}"
        for route in iter_route_contexts(town.house.app.routes)
        for method in (route.methods or ())
        if method != "HEAD"
    }
    assert routes - set(TABLE) == set(), "decide who may use these, and write it into the table"
    assert set(TABLE) - routes == set(routes_for(Who.TICKET))


async def test_every_socket_is_in_the_table(town: Town):
    assert {f"SOCKET {path}" for path in town.house.app.state.sockets} == set(routes_for(Who.TICKET))


@pytest.mark.parametrize("route", routes_for(Who.TICKET))
async def test_a_socket_opens_for_a_ticket_and_for_no_token_whosever_it_is(town: Town, route: str):
    path = route.removeprefix("SOCKET ")
    ticket = (await town.ana.ask("POST", "/api/realtime/tickets")).json()["ticket"]
    assert await knock(town.house.app, path, f"ticket={ticket}") == "websocket.accept"
    assert await knock(town.house.app, path, f"ticket={ticket}") == "401"  # it was good once
    for person in (town.ana, town.bob, town.operator, town.administrator, town.service, town.meter):
        token = str(person.answer["access_token"])
        assert await knock(town.house.app, path, f"ticket={token}&access_token={token}", person.headers) == "401"
    async for name, token in _forgeries(town):
        assert await knock(town.house.app, path, f"ticket={quote(token)}") == "401", name


@pytest.mark.parametrize("route", routes_for(*WITH_TOKEN, Who.SENDER))
async def test_nobody_gets_in_without_a_token(town: Town, route: str):
    method, path = town.path(route)
    nobody = await town.house.nobody()
    assert (await nobody.ask(method, path, json={})).status_code == 401
    for headers in (
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"X-User-Id": town.administrator.id, "X-User-Role": "administrator", "X-Forwarded-User": "admin"},
    ):
        assert (await nobody.ask(method, path, json={}, headers=headers)).status_code == 401, headers
    token = town.administrator.answer["access_token"]
    assert (await nobody.ask(method, f"{path}?access_token={token}&token={token}", json={})).status_code == 401


@pytest.mark.parametrize("route", routes_for(Who.STAFF, Who.ADMINISTRATOR, Who.SERVICE))
async def test_a_client_gets_nowhere_near_what_is_for_others_and_changes_nothing(town: Town, route: str):
    method, path = town.path(route)
    before = await _state(town)
    assert (await town.bob.ask(method, path, json={})).status_code == 403
    assert (await town.ana.ask(method, path, json={})).status_code == 403
    assert await _state(town) == before


@pytest.mark.parametrize("route", routes_for(Who.OWNER))
async def test_a_client_does_not_reach_another_ones_objects(town: Town, route: str):
    method, path = town.path(route)
    before = await _state(town)
    answer = await town.bob.ask(method, path, **body_for(route))
    assert answer.status_code in {403, 404}, answer.text
    assert await _state(town) == before


@pytest.mark.parametrize("route", routes_for(Who.OWNER))
async def test_anothers_object_answers_like_one_that_does_not_exist(town: Town, route: str):
    method, existing = town.path(route)
    _, missing = town.path(route, **NOBODYS)
    theirs = await town.bob.ask(method, existing, **body_for(route))
    nobodys = await town.bob.ask(method, missing, **body_for(route))
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())


@pytest.mark.parametrize("route", [route for route in routes_for(Who.OWNER) if route.startswith("GET")])
async def test_owner_operator_and_administrator_reach_an_object(town: Town, route: str):
    method, path = town.path(route)
    for person in (town.ana, town.operator, town.administrator):
        answer = await person.ask(method, path)
        # 404: a meter that has sent nothing has no latest reading.
        assert answer.status_code == 200 or path.endswith("/latest"), f"{person.answer['role']}: {answer.text}"


@pytest.mark.parametrize("route", routes_for(Who.ADMINISTRATOR, Who.SERVICE))
async def test_an_operator_changes_nothing(town: Town, route: str):
    method, path = town.path(route)
    before = await _state(town)
    assert (await town.operator.ask(method, path, json={})).status_code == 403
    assert await _state(town) == before


@pytest.mark.parametrize("route", WRITES_OF_OWNERS)
async def test_an_operator_sees_the_objects_of_others_and_changes_none(town: Town, route: str):
    method, path = town.path(route)
    before = await _state(town)
    answer = await town.operator.ask(method, path, **body_for(route))
    assert answer.status_code in {403, 404} or route in HARMLESS, answer.text
    assert await _state(town) == before


@pytest.mark.parametrize("route", routes_for(Who.STAFF))
async def test_operators_and_administrators_see_everything(town: Town, route: str):
    method, path = town.path(route)
    for person in (town.operator, town.administrator):
        answer = await person.ask(method, path)
        assert answer.status_code == 200, f"{person.answer['role']}: {answer.text}"


@pytest.mark.parametrize("route", routes_for(Who.ADMINISTRATOR))
async def test_an_administrator_is_let_in(town: Town, route: str):
    method, path = town.path(route, **NOBODYS)
    answer = await town.administrator.ask(method, path, json={})
    assert answer.status_code not in {401, 403, 500}, answer.text


@pytest.mark.parametrize("route", routes_for(Who.SIGNED_IN))
async def test_everybody_who_is_signed_in_is_let_in(town: Town, route: str):
    method, path = town.path(route)
    passer_by = await town.house.sign_in("pat@example.org", PASSWORD)  # nobody else's session may end here
    answer = await passer_by.ask(method, path, json=None if method == "GET" else {})
    assert answer.status_code not in {401, 403, 500}, answer.text


@pytest.mark.parametrize("route", routes_for(Who.SERVICE))
async def test_only_services_reach_what_is_between_services(town: Town, route: str):
    method, path = town.path(route)
    assert (await town.administrator.ask(method, path, json={})).status_code == 403
    answer = await town.service.ask(method, path, json={})
    assert answer.status_code not in {401, 403, 500}, answer.text


@pytest.mark.parametrize("route", routes_for(Who.SIGNED_IN, Who.OWNER, Who.STAFF, Who.ADMINISTRATOR))
async def test_a_service_does_not_act_as_a_person(town: Town, route: str):
    method, path = town.path(route)
    assert (await town.service.ask(method, path, json={})).status_code == 403


@pytest.mark.parametrize("route", routes_for(Who.SENDER))
async def test_a_person_does_not_send_readings(town: Town, route: str):
    method, path = town.path(route)
    for person in (town.ana, town.administrator, town.service):
        assert (await person.ask(method, path, json=[])).status_code == 401


@pytest.mark.parametrize("route", routes_for(Who.BROKER))
async def test_nobody_answers_for_the_broker(town: Town, route: str):
    method, path = town.path(route)
    for person in (await town.house.nobody(), town.ana, town.administrator, town.service):
        answer = await person.ask(method, path, data={"username": "device-1", "password": "x"})
        assert answer.status_code in {401, 403, 404} or answer.text.strip() == "deny", answer.text


@pytest.mark.parametrize("route", routes_for(*WITH_TOKEN))
async def test_a_device_reaches_nothing_of_people_with_its_credential(town: Town, route: str):
    for method, path in (town.path(route), town.path(route, **NOBODYS)):
        assert (await town.meter.ask(method, path, **body_for(route))).status_code == 401


async def test_the_credential_of_that_device_is_a_real_one(town: Town):
    """Or the test above would show nothing."""
    assert (await town.meter.ask("POST", "/api/ingest", json=[])).status_code == 202


async def test_a_deactivated_client_is_out_of_every_service(town: Town):
    person = await town.house.person("leaver@example.org")
    for route in ONE_OF_EACH.values():
        assert (await person.ask(*town.path(route))).status_code in {200, 201}
    await town.administrator.ask("POST", f"/api/users/{person.id}/deactivate")
    await town.house.settle()
    assert (await person.refresh()).status_code == 401
    await town.house.verifier.fetch_now()  # every process does so every few seconds
    for route in routes_for(Who.SIGNED_IN, Who.OWNER):
        method, path = town.path(route)
        assert (await person.ask(method, path, json={})).status_code == 401


#: Of each kind of forgery one, for every route; the others are tried at one route of each service.
FOR_EVERY_ROUTE = (
    "exp is 0",
    "another key under the same kid",
    "alg 'none', no signature",
    "aud is 'another'",
    "HS256 with the raw public key",
)


@pytest.mark.parametrize("forgery", FOR_EVERY_ROUTE)
async def test_no_route_takes_a_bad_token_for_whatever_object(town: Town, forgery: str):
    token = {name: token async for name, token in _forgeries(town)}[forgery]
    forger = Person((await town.house.nobody()).http, {"access_token": token})
    before = await _state(town)
    for route in routes_for(*WITH_TOKEN, Who.SENDER):
        for method, path in (town.path(route), town.path(route, **NOBODYS)):
            assert (await forger.ask(method, path, json={})).status_code == 401, route
    assert await _state(town) == before


async def test_no_forged_token_is_accepted_by_any_service(town: Town):
    nobody = await town.house.nobody()
    forged = [each async for each in _forgeries(town)]
    assert len(forged) == 102, "as docs/security.md says"
    for name, token in forged:
        for route in EVERY_SERVICE.values():
            try:
                headers = {"Authorization": f"Bearer {token}".encode()}
                answer = await nobody.http.request(*town.path(route), headers=headers)
            except ValueError:
                continue  # not even a header
            assert answer.status_code == 401, f"{name} at {route}"


async def test_forged_tokens_are_tried_at_every_service(town: Town):
    assert set(EVERY_SERVICE) == {*available_services(), "ingest"}


async def test_a_genuine_token_made_like_the_forged_ones_is_accepted(town: Town):
    """Or the test above would show nothing."""
    async with town.house.context("auth").working(Origin("test", "")) as work:
        signer = await work.signer()
    token = signer.for_user(uuid4(), Role.ADMINISTRATOR, uuid4())
    nobody = await town.house.nobody()
    assert (await nobody.http.get("/api/users", headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def _forgeries(town: Town) -> AsyncIterator[tuple[str, str]]:
    async with town.house.context("auth").working(Origin("test", "")) as work:
        signer = await work.signer()
    real = Ed25519PrivateKey.from_private_bytes(signer.vault.open("signing-key", signer.key.sealed_key))
    for forgery in forgeries(real, signer.key.id, town.house.clock()):
        yield forgery


async def _state(town: Town) -> dict[str, str]:
    return await town.house.dump(but=RESTLESS)
