"""Accounts: made, found, edited, deactivated, deleted."""

import asyncio
import csv
import io
import json
import zipfile
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kilowatch.contracts.accounts import User
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.errors import Invalid
from kilowatch.kit.snapshots import snapshot_pages
from kilowatch.users import store
from tests.eventually import eventually
from tests.house import ADMIN_EMAIL, PASSWORD, House, Person, enrolled


async def test_a_new_account_has_its_fields_and_the_defaults(house: House):
    administrator = await house.administrator()
    body = {"email": " Ana@Example.org ", "name": "Ana Pop", "time_zone": "Europe/Bucharest", "phone": "+40 21 555"}
    created = await administrator.ask("POST", "/api/users", json=body)
    assert created.status_code == 201
    shown = (await administrator.ask("GET", f"/api/users/{created.json()['id']}")).json()
    assert shown == created.json()
    assert shown["email"] == "ana@example.org"
    assert (shown["role"], shown["language"], shown["version"], shown["active"]) == ("client", "en", 1, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no-at-sign"},
        {"email": "a@b@c.org"},
        {"email": "two words@example.org"},
        {"name": "   "},
        {"name": "nul\x00"},
        {"name": "Ana\r\nBcc: all@example.org"},
        {"name": "Ana\u2028Bea"},
        {"role": "emperor"},
        {"time_zone": "Mars/Olympus"},
        {"language": "english"},
        {"phone": "call me"},
        {"unknown": "field"},
    ],
)
async def test_a_field_that_makes_no_sense_is_refused(house: House, wrong: dict[str, str]):
    administrator = await house.administrator()
    body = {"email": "ana@example.org", "name": "Ana"} | wrong
    answer = await administrator.ask("POST", "/api/users", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_email_belongs_to_one_account_until_that_is_deleted(house: House):
    administrator = await house.administrator()
    body = {"email": "ana@example.org", "name": "Ana"}
    first = (await administrator.ask("POST", "/api/users", json=body)).json()["id"]
    assert (await administrator.ask("POST", "/api/users", json=body | {"email": "ANA@example.org"})).status_code == 409
    other = (await administrator.ask("POST", "/api/users", json=body | {"email": "b@example.org"})).json()["id"]
    taken = await administrator.ask("PATCH", f"/api/users/{other}", json={"email": "ana@example.org"})
    assert taken.status_code == 409
    assert (await administrator.ask("DELETE", f"/api/users/{first}")).status_code == 204
    assert (await administrator.ask("POST", "/api/users", json=body)).status_code == 201


async def test_people_change_their_profile_and_neither_their_role_nor_their_email(house: House):
    person = await house.person("ana@example.org")
    changes = {
        "name": "Ana P.",
        "time_zone": "Asia/Kathmandu",
        "preferences": {"theme": "dark", "alerts": {"mail": True}},
    }
    assert (await person.ask("PATCH", "/api/users/me", json=changes)).status_code == 200
    me = (await person.ask("GET", "/api/users/me")).json()
    assert changes.items() <= me.items()
    assert "notes" not in me
    for forbidden in ({"role": "administrator"}, {"email": "x@example.org"}, {"notes": "x"}, {"active": True}):
        assert (await person.ask("PATCH", "/api/users/me", json=forbidden)).status_code == 422
    assert (await person.ask("GET", "/api/users/me")).json()["role"] == "client"


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "1e999",
        r'"\ud800"',
        r'"\u0000"',
        r'{"\u0000": 1}',
        "[" * 300 + "]" * 300,
        '{"a":' * 500 + "1" + "}" * 500,
        '"' + "x" * 20_000 + '"',
    ],
)
async def test_preferences_that_cannot_be_kept_are_refused(house: House, value: str):
    person = await house.administrator()
    body = f'{{"preferences": {{"a": {value}}}}}'
    answer = await person.ask("PATCH", "/api/users/me", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert (await person.ask("GET", "/api/users/me")).json()["preferences"] == {}


@pytest.mark.parametrize("query", ["since=0001-01-01T00:00:00%2B14:00", "before=9999-12-31T23:59:59-14:00", "after=x"])
async def test_times_that_no_calendar_has_are_refused(house: House, query: str):
    administrator = await house.administrator()
    for path in ("/api/audit", "/api/audit.csv"):
        assert (await administrator.ask("GET", f"{path}?{query}")).status_code == 422


async def test_an_edit_of_what_has_changed_meanwhile_is_refused(house: House):
    administrator = await house.administrator()
    user_id = await house.add_user("ana@example.org")
    assert (await _patch(administrator, user_id, {"version": 1, "name": "Ann"}))["version"] == 2
    late = await administrator.ask("PATCH", f"/api/users/{user_id}", json={"version": 1, "name": "Anna"})
    assert late.status_code == 409
    assert (await _patch(administrator, user_id, {"name": "Ann"}))["version"] == 2  # nothing is different


async def test_accounts_are_found_by_beginnings_of_words_sorted_and_paged(house: House):
    administrator = await house.administrator()
    for number, name in enumerate(["Bob Ionescu", "Ana Pop", "Carol Popescu", "Dan Ana"]):
        body = {"email": f"user{number}@example.org", "name": name, "role": "operator" if number == 3 else "client"}
        await administrator.ask("POST", "/api/users", json=body)
    assert await _names(administrator, "search=pop") == ["Ana Pop", "Carol Popescu"]
    assert await _names(administrator, "search=ana+pop") == ["Ana Pop"]
    assert await _names(administrator, "search=user0@exa") == ["Bob Ionescu"]
    assert await _names(administrator, "search=%27%20|%20!%20:*%20%26") != []  # nothing to search for: all
    assert await _names(administrator, "role=operator") == ["Dan Ana"]
    assert await _names(administrator, "sort=email&order=descending&role=client") == [
        "Carol Popescu",
        "Ana Pop",
        "Bob Ionescu",
    ]
    page = (await administrator.ask("GET", "/api/users?limit=2&offset=1")).json()
    assert page["total"] == 5
    assert [item["name"] for item in page["items"]] == ["Ana Pop", "Bob Ionescu"]


async def test_accounts_are_found_by_their_ids_as_far_as_there_are_such(house: House):
    administrator, somebody = await house.administrator(), await house.person("ana@example.org")
    await house.person("bob@example.org")
    both = f"ids={somebody.id}&ids={administrator.id}&ids={uuid4()}"
    found = (await administrator.ask("GET", f"/api/users?{both}")).json()
    assert {each["id"] for each in found["items"]} == {somebody.id, administrator.id}
    assert found["total"] == 2
    await administrator.ask("DELETE", f"/api/users/{somebody.id}")
    assert len((await administrator.ask("GET", f"/api/users?{both}")).json()["items"]) == 1
    too_many = "&".join(f"ids={uuid4()}" for _ in range(101))
    assert (await administrator.ask("GET", f"/api/users?{too_many}")).status_code == 422


async def test_what_a_search_finds_is_counted_to_a_bound_and_its_pages_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    administrator = await house.administrator()
    for number in range(3):
        await administrator.ask(
            "POST", "/api/users", json={"email": f"ann{number}@example.org", "name": f"Ann{number}"}
        )
    few = [await _page(administrator, f"search=ann&limit=2&offset={offset}&sort=email") for offset in (0, 2)]
    monkeypatch.setattr(store, "MOST_FOUND", 1)
    many = [await _page(administrator, f"search=ann&limit=2&offset={offset}&sort=email") for offset in (0, 2)]
    assert few == [(["Ann0", "Ann1"], 3), (["Ann2"], 3)]
    assert many == [(["Ann0", "Ann1"], 2), (["Ann2"], 2)]
    assert await _page(administrator, "search=ann&sort=email&order=descending&role=operator") == ([], 0)


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_pages_make_up_the_list_whichever_end_they_are_read_from(house: House, order: str, size: int):
    administrator = await house.administrator()
    for name in ("Ana", "Bob", "Carol", "Dan"):
        await administrator.ask("POST", "/api/users", json={"email": f"{name}@example.org", "name": name})
    whole, total = await _page(administrator, f"order={order}")
    pages = [
        await _page(administrator, f"order={order}&limit={size}&offset={at}") for at in range(0, total + size, size)
    ]
    assert [name for names, _ in pages for name in names] == whole
    assert len(whole) == total == 5


async def test_a_deactivated_person_is_out_at_once_and_back_when_reactivated(house: House):
    person = await house.person("ana@example.org")
    administrator = await house.administrator()
    assert (await administrator.ask("POST", f"/api/users/{person.id}/deactivate")).json()["active"] is False
    await house.settle()
    assert (await person.refresh()).status_code == 401
    await house.verifier.fetch_now()
    assert (await person.ask("GET", "/api/users/me")).status_code == 401
    refused = await person.http.post("/api/auth/sign-in", json={"email": "ana@example.org", "password": PASSWORD})
    assert refused.status_code == 401
    await administrator.ask("POST", f"/api/users/{person.id}/reactivate")
    await house.settle()
    assert (await house.sign_in("ana@example.org")).id == person.id


async def test_a_new_role_holds_at_once(house: House):
    person = await house.person("ana@example.org", "administrator")
    administrator = await house.administrator()
    await _patch(administrator, person.id, {"role": "client"})
    await house.settle()
    await house.verifier.fetch_now()
    assert (await person.ask("GET", "/api/users")).status_code == 401
    assert (await (await house.sign_in("ana@example.org")).ask("GET", "/api/users")).status_code == 403


async def test_the_last_administrator_stays(house: House):
    administrator = await house.administrator()
    me = f"/api/users/{administrator.id}"
    assert (await administrator.ask("DELETE", me)).status_code == 409
    assert (await administrator.ask("POST", f"{me}/deactivate")).status_code == 409
    assert (await administrator.ask("PATCH", me, json={"role": "client"})).status_code == 409


async def test_two_administrators_who_dismiss_each_other_at_once_leave_one(house: House):
    first, second = await house.administrator(), await house.person("b@example.org", "administrator")
    answers = await asyncio.gather(
        first.ask("POST", f"/api/users/{second.id}/deactivate"), second.ask("POST", f"/api/users/{first.id}/deactivate")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_deleting_erases_the_person_from_every_table(house: House):
    person, marks = await _person_with_traces(house)
    assert await _tables_with(house, marks)
    administrator = await house.administrator()
    assert (await administrator.ask("DELETE", f"/api/users/{person.id}")).status_code == 204
    await house.settle()
    assert await _tables_with(house, marks) == set()
    holding = await _tables_with(house, [person.id])
    tombstones = {"users.users", "auth.accounts"}
    assert holding <= tombstones | {"users.audit", "auth.audit"}  # that something happened, not who it was
    assert tombstones <= holding
    assert (await administrator.ask("GET", f"/api/users/{person.id}")).status_code == 404
    assert await _names(administrator, "search=zebedee") == []


async def test_the_export_of_a_person_has_what_every_service_holds(house: House):
    person, marks = await _person_with_traces(house)
    answer = await person.ask("GET", "/api/users/me/export")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {"README.txt", "users.json", "auth.json"} <= set(archive.namelist())
        exported = {name: archive.read(name).decode() for name in archive.namelist()}
    whole = "\n".join(exported.values())
    assert [mark for mark in marks if mark not in whole] == []
    assert "$argon2" not in whole
    held = json.loads(exported["auth.json"])
    assert len(held["sessions"]) == 1
    assert held["second_factor_since"]
    assert {entry["action"] for entry in held["audit"]} >= {"session.started", "second_factor.confirmed"}


async def test_an_export_is_for_the_person_and_for_administrators(house: House):
    ana, bob = await house.person("ana@example.org"), await house.person("bob@example.org")
    assert (await bob.ask("GET", f"/api/users/{ana.id}/export")).status_code == 403
    administrator = await house.administrator()
    assert (await administrator.ask("GET", f"/api/users/{ana.id}/export")).status_code == 200
    assert (await administrator.ask("GET", f"/api/users/{uuid4()}/export")).status_code == 404


async def test_a_snapshot_has_every_account_and_tombstone_in_pages(house: House):
    administrator = await house.administrator()
    ids = {administrator.id}
    for number in range(5):
        body = {"email": f"user{number}@example.org", "name": f"User {number}"}
        ids.add((await administrator.ask("POST", "/api/users", json=body)).json()["id"])
    gone = ids.difference([administrator.id]).pop()
    await administrator.ask("DELETE", f"/api/users/{gone}")
    peers = house.peers("devices")
    first = msgspec.convert(await peers.get_json("users", "/internal/users?limit=4"), Snapshot[User])
    rest = msgspec.convert(await peers.get_json("users", f"/internal/users?limit=4&after={first.next}"), Snapshot[User])
    assert {str(user.id) for user in (*first.items, *rest.items)} == ids
    assert rest.next is None
    deleted = [user for user in (*first.items, *rest.items) if user.deleted]
    assert [(str(user.id), user.email, user.name) for user in deleted] == [(gone, "", "")]
    pages = [page async for page in snapshot_pages(peers, "users", "/internal/users", User)]
    assert sum(map(len, pages)) == 6
    with pytest.raises(Invalid):
        await peers.get_json("users", "/internal/users?after=nobody")


async def test_the_audit_view_shows_who_did_what_in_all_services(house: House):
    person = await house.person("ana@example.org")
    administrator = await house.administrator()
    await administrator.ask("POST", f"/api/users/{person.id}/deactivate")
    await house.settle()
    view = (await administrator.ask("GET", f"/api/audit?object=user/{person.id}")).json()
    assert view["unavailable"] == []
    assert {(entry["service"], entry["action"]) for entry in view["items"]} >= {
        ("users", "user.created"),
        ("users", "user.deactivated"),
        ("auth", "link.redeemed"),
        ("auth", "session.started"),
        ("auth", "session.ended"),
    }
    deactivated = next(entry for entry in view["items"] if entry["action"] == "user.deactivated")
    assert deactivated["actor"] == f"user/{administrator.id}"
    assert deactivated["address"] == "192.0.2.1"


async def test_pages_of_the_audit_view_lose_and_repeat_nothing(house: House):
    administrator = await house.administrator()
    for number in range(6):
        await administrator.ask("POST", "/api/users", json={"email": f"u{number}@example.org", "name": "U"})
    await house.settle()
    whole = await _audit(administrator, "before=2100-01-01T00:00:00Z&limit=1000")
    paged: list[Any] = []
    after = ""
    while True:
        page = (await administrator.ask("GET", f"/api/audit?limit=3{after}")).json()
        paged += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next'].replace('+', '%2B')}"
    assert paged == whole
    exported = await administrator.ask("GET", "/api/audit.csv?limit=3")
    lines = list(csv.DictReader(io.StringIO(exported.text)))
    assert [line["action"] for line in lines] == [entry["action"] for entry in whole]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x'",
        "UPDATE audit SET address = '192.0.2.66'",
        'UPDATE audit SET detail = \'{"role": "client"}\'',
        "UPDATE audit SET address = NULL, action = 'user.edited'",
        "DELETE FROM audit",
        "TRUNCATE audit",
    ],
)
async def test_the_audit_log_cannot_be_changed(house: House, statement: str):
    await house.administrator()
    for service in ("auth", "users"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with house.context(service).database.transaction() as connection:
                await connection.execute(text(statement))


async def test_no_secret_and_nothing_personal_is_in_the_audit_log(house: House):
    await _person_with_traces(house)
    administrator = await house.administrator()
    entries = json.dumps(await _audit(administrator, "limit=1000"))
    for private in (PASSWORD, "ana@example.org", "Zebedee", "argon2", ADMIN_EMAIL):
        assert private not in entries


async def _person_with_traces(house: House) -> tuple[Person, list[str]]:
    """Somebody who has used everything, and words by which every trace of them is found."""
    person, _, _ = await enrolled(house)
    administrator = await house.administrator()
    changes = {"name": "Zebedee Quux", "phone": "+40 777 123", "address": "Windmill Lane 9", "notes": "likes turnips"}
    await _patch(administrator, person.id, changes)
    await person.ask("PATCH", "/api/users/me", json={"preferences": {"colour": "heliotrope"}})
    expires_at = (house.clock().replace(microsecond=0)).isoformat().replace("+00:00", "Z")
    key = {"name": "Gazebo script", "scopes": ["read"], "expires_at": expires_at.replace("2026", "2027")}
    await person.ask("POST", "/api/auth/api-keys", json=key)
    await eventually(lambda: _is_known_as(house, person.id, "Zebedee Quux"))
    marks = ["Zebedee", "ana@example.org", "+40 777 123", "Windmill", "turnips", "heliotrope", "Gazebo"]
    return person, marks


async def _is_known_as(house: House, user_id: str, name: str) -> bool:
    async with house.context("auth").database.transaction() as connection:
        statement = text("SELECT name = :name FROM accounts WHERE id = :id")
        return bool(await connection.scalar(statement, {"name": name, "id": UUID(user_id)}))


async def _tables_with(house: House, words: list[str]) -> set[str]:
    """Tables in which any of the words is, in whatever column."""
    return {table for table, rows in (await house.dump()).items() if any(word in rows for word in words)}


async def _patch(administrator: Person, user_id: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await administrator.ask("PATCH", f"/api/users/{user_id}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _names(administrator: Person, query: str) -> list[str]:
    return [item["name"] for item in (await administrator.ask("GET", f"/api/users?{query}")).json()["items"]]


async def _page(administrator: Person, query: str) -> tuple[list[str], int]:
    page = (await administrator.ask("GET", f"/api/users?{query}")).json()
    return [item["name"] for item in page["items"]], page["total"]


async def _audit(administrator: Person, query: str) -> list[Any]:
    answer = await administrator.ask("GET", f"/api/audit?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])
