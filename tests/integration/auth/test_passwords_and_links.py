"""Invitations, resets, changing a password, mail."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import event, text

from kilowatch.auth.handlers import links
from kilowatch.kit.audit import ANONYMOUS, Origin
from tests.eventually import eventually
from tests.house import ADMIN_EMAIL, PASSWORD, House, open_house
from tests.mailbox import Mailbox

NEW_PASSWORD = "seven loud lamps waltz"


Mailing = tuple[House, Mailbox]


async def test_an_invited_person_sets_a_password_and_signs_in(house: House):
    await house.add_user("ana@example.org")
    person = await house.sign_in("ana@example.org")
    assert person.answer["role"] == "client"


async def test_a_link_works_once(house: House):
    token = await _reset_link(house, "ana@example.org")
    http = await house.browser()
    body = {"token": token, "password": NEW_PASSWORD}
    assert (await http.post("/api/auth/links/inspect", json={"token": token})).json()["email"] == "ana@example.org"
    assert (await http.post("/api/auth/links/redeem", json=body)).status_code == 204
    assert (await http.post("/api/auth/links/redeem", json=body)).status_code == 404
    assert (await http.post("/api/auth/links/inspect", json={"token": token})).status_code == 404


async def test_of_two_who_use_a_link_at_once_one_succeeds(house: House):
    token = await _reset_link(house, "ana@example.org")
    http = await house.browser()
    bodies = [{"token": token, "password": f"{NEW_PASSWORD} {n}"} for n in range(6)]
    answers = await asyncio.gather(*(http.post("/api/auth/links/redeem", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 5


async def test_a_newer_link_makes_the_older_one_void(house: House):
    older = await _reset_link(house, "ana@example.org")
    newer = await _link(house, (await house.sign_in("ana@example.org")).id)
    http = await house.browser()
    assert (await http.post("/api/auth/links/inspect", json={"token": older})).status_code == 404
    assert (await http.post("/api/auth/links/inspect", json={"token": newer})).status_code == 200


async def test_a_reset_link_expires_after_an_hour(house: House):
    token = await _reset_link(house, "ana@example.org")
    house.clock.advance(minutes=61)
    answer = await (await house.browser()).post(
        "/api/auth/links/redeem", json={"token": token, "password": NEW_PASSWORD}
    )
    assert answer.status_code == 404


async def test_a_link_of_a_deactivated_account_is_worth_nothing(house: House):
    token = await _reset_link(house, "ana@example.org")
    administrator = await house.administrator()
    user_id = (await administrator.ask("GET", "/api/users?search=ana")).json()["items"][0]["id"]
    await administrator.ask("POST", f"/api/users/{user_id}/deactivate")
    await house.settle()
    answer = await (await house.browser()).post(
        "/api/auth/links/redeem", json={"token": token, "password": NEW_PASSWORD}
    )
    assert answer.status_code == 404
    assert (await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")).status_code == 409


async def test_a_reset_signs_everybody_out(house: House):
    person = await house.person("ana@example.org")
    token = await _link(house, person.id)
    await (await house.browser()).post("/api/auth/links/redeem", json={"token": token, "password": NEW_PASSWORD})
    assert (await person.refresh()).status_code == 401
    assert (await house.sign_in("ana@example.org", NEW_PASSWORD)).id == person.id


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "Password2024!!!!", "aaaaaaaaaaaaaaaa", "ana@example.org", "x" * 257]
)
async def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(house: House, password: str):
    token = await _reset_link(house, "ana@example.org")
    http = await house.browser()
    answer = await http.post("/api/auth/links/redeem", json={"token": token, "password": password})
    assert answer.status_code == 422
    assert password not in answer.text
    assert (await http.post("/api/auth/links/inspect", json={"token": token})).status_code == 200  # not used up


async def test_changing_the_password_ends_the_other_sessions_only(house: House):
    here = await house.person("ana@example.org")
    there = await house.sign_in("ana@example.org")
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await here.ask("POST", "/api/auth/password", json=body)).status_code == 204
    assert (await here.refresh()).status_code == 200
    assert (await there.refresh()).status_code == 401
    assert (await house.sign_in("ana@example.org", NEW_PASSWORD)).id == here.id


async def test_changing_the_password_needs_the_present_one_and_guessing_it_is_throttled(house: House):
    person = await house.person("ana@example.org")
    body = {"current_password": "a wrong one", "new_password": NEW_PASSWORD}
    codes = [(await person.ask("POST", "/api/auth/password", json=body)).status_code for _ in range(13)]
    assert set(codes[:8]) == {403}
    assert codes[-1] == 429


async def test_asking_for_a_reset_answers_the_same_for_everybody(house: House):
    http = await house.browser()
    answers = [
        await http.post("/api/auth/password-reset", json={"email": email}) for email in (ADMIN_EMAIL, "no@example.org")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, "null")}


async def test_with_a_mail_server_who_is_new_gets_the_invitation_and_nobody_is_shown_it(mailing: Mailing):
    house, mailbox = mailing
    administrator = await house.administrator()
    body = {"email": "ana@example.org", "name": "Ana"}
    user_id = (await administrator.ask("POST", "/api/users", json=body)).json()["id"]
    invitation = await mailbox.next_message()
    assert invitation["To"] == "ana@example.org"
    http = await house.browser()
    body = {"token": _token_in(invitation), "password": PASSWORD}
    assert (await http.post("/api/auth/links/redeem", json=body)).status_code == 204
    assert (await house.sign_in("ana@example.org")).id == user_id

    shown = (await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")).json()
    assert shown == {"sent_to": "ana@example.org", "url": None, "expires_at": None}


async def test_the_audit_says_which_administrator_asked_for_a_link_that_was_mailed(mailing: Mailing):
    house, mailbox = mailing
    administrator = await house.administrator()
    assert (await administrator.ask("POST", f"/api/auth/accounts/{administrator.id}/link")).status_code == 200
    await mailbox.next_message()
    entries = await house.databases["auth"].fetch("SELECT * FROM audit WHERE action LIKE 'link.%' ORDER BY id")
    assert [(entry["action"], entry["actor"], entry["address"]) for entry in entries] == [
        ("link.requested", f"user/{administrator.id}", "192.0.2.1"),
        ("link.made", "service/auth", None),
    ]
    assert entries[0]["object"] == f"user/{administrator.id}"
    assert json.loads(entries[0]["detail"]) == {"purpose": "reset"}


async def test_with_a_mail_server_too_a_deactivated_account_gets_no_link(mailing: Mailing):
    house, mailbox = mailing
    administrator = await house.administrator()
    body = {"email": "ana@example.org", "name": "Ana"}
    user_id = (await administrator.ask("POST", "/api/users", json=body)).json()["id"]
    await mailbox.next_message()
    await administrator.ask("POST", f"/api/users/{user_id}/deactivate")
    await house.settle()
    assert (await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")).status_code == 409


async def test_a_reset_is_mailed_to_who_exists_and_to_nobody_else(mailing: Mailing):
    house, mailbox = mailing
    http = await house.browser()
    for email in ("nobody@example.org", ADMIN_EMAIL.upper()):
        assert (await http.post("/api/auth/password-reset", json={"email": email})).status_code == 202
    assert (await mailbox.next_message())["To"] == ADMIN_EMAIL
    await eventually(lambda: _no_mail_is_due(house))
    assert mailbox.is_empty


async def test_a_reset_asks_the_database_the_same_for_whoever_it_is(mailing: Mailing):
    """So it takes as long: whether there is such an account is found out when the mail is sent."""
    house, _ = mailing
    known, unknown = [await _asked_of_the_database(house, email) for email in (ADMIN_EMAIL, "no@example.org")]
    assert known == unknown != []


async def test_a_mail_that_the_server_refuses_is_sent_later_with_a_link_that_works(mailing: Mailing):
    house, mailbox = mailing
    mailbox.refusals = 1
    http = await house.browser()
    await http.post("/api/auth/password-reset", json={"email": ADMIN_EMAIL})
    # Not when it was refused: the clock may move only once the next try is written down.
    await eventually(lambda: _a_mail_is_due_within(house, timedelta(minutes=1)))
    house.clock.advance(minutes=1)
    token = _token_in(await mailbox.next_message())
    redeemed = await http.post("/api/auth/links/redeem", json={"token": token, "password": NEW_PASSWORD})
    assert redeemed.status_code == 204


@pytest.fixture
async def mailing(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Mailing]:
    mailbox = Mailbox()
    server = await asyncio.start_server(mailbox.serve, "127.0.0.1", 0)
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("KILOWATCH_SMTP_URL", f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server, open_house(fresh_url, tmp_path) as house:
        yield house, mailbox


async def _no_mail_is_due(house: House) -> bool:
    async with house.context("auth").database.transaction() as connection:
        return not await connection.scalar(text("SELECT count(*) FROM mail_requests"))


async def _a_mail_is_due_within(house: House, span: timedelta) -> bool:
    """One that was tried already."""
    async with house.context("auth").database.transaction() as connection:
        due = text("SELECT count(*) FROM mail_requests WHERE attempts > 0 AND due_at <= :until")
        return bool(await connection.scalar(due, {"until": house.clock() + span}))


async def _link(house: House, user_id: str) -> str:
    administrator = await house.administrator()
    answer = await administrator.ask("POST", f"/api/auth/accounts/{user_id}/link")
    return str(answer.json()["url"]).partition("#token=")[2]


async def _asked_of_the_database(house: House, email: str) -> list[str]:
    asked: list[str] = []
    async with house.context("auth").working(Origin(ANONYMOUS, "192.0.2.1")) as work:

        def note(_: object, __: object, statement: str, *___: object) -> None:
            asked.append(statement)

        event.listen(work.connection.sync_connection, "before_cursor_execute", note)
        await links.request_reset(work, email)
    return asked


async def _reset_link(house: House, email: str) -> str:
    return await _link(house, await house.add_user(email))


def _token_in(message: EmailMessage) -> str:
    text = str(message.get_content())
    return text.partition("#token=")[2].split()[0]
