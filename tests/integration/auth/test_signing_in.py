"""Signing in, staying signed in, signing out."""

import asyncio
import statistics
import time

import httpx2
import pytest

from tests.eventually import eventually
from tests.house import ADMIN_EMAIL, PASSWORD, PUBLIC_URL, House, Person


async def test_the_first_administrator_signs_in_and_sees_themselves(house: House):
    person = await house.administrator()
    me = await person.ask("GET", "/api/users/me")
    assert me.status_code == 200
    assert me.json()["email"] == ADMIN_EMAIL
    assert me.json()["role"] == "administrator"


async def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House):
    http = await house.browser()
    answer = await http.post("/api/auth/sign-in", json={"email": ADMIN_EMAIL, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/api/auth" in cookie
    assert "Secure" not in cookie  # http://localhost
    assert answer.headers["cache-control"] == "no-store"


async def test_asked_for_by_another_name_than_localhost_the_cookie_is_for_tls_only(house: House):
    http = await house.browser(host="meters.lan:8080")
    answer = await http.post("/api/auth/sign-in", json={"email": ADMIN_EMAIL, "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]
    out = await http.post("/api/auth/sign-out", headers={"origin": "http://[no-origin"})
    assert out.status_code == 403


async def test_a_reload_stays_signed_in_and_the_cookie_is_used_once(house: House):
    person = await house.administrator()
    first = person.cookie
    again = await person.refresh()
    assert again.status_code == 200
    assert again.json()["user_id"] == person.id
    assert person.cookie != first


async def test_two_tabs_that_refresh_at_once_get_the_same_successor(house: House):
    person = await house.administrator()
    before = person.cookie
    answers = await asyncio.gather(*(_refresh_with(house, before) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.cookies["kilowatch_refresh"] for answer in answers}) == 1
    house.clock.advance(minutes=9)
    assert (await _refresh_with(house, answers[0].cookies["kilowatch_refresh"])).status_code == 200


async def test_a_token_used_again_after_the_grace_ends_the_whole_session(house: House):
    person = await house.administrator()
    stolen = person.cookie
    rightful = (await person.refresh()).cookies["kilowatch_refresh"]
    house.clock.advance(seconds=11)
    assert (await _refresh_with(house, stolen)).status_code == 401
    assert (await _refresh_with(house, rightful)).status_code == 401


async def test_only_the_immediate_predecessor_has_grace(house: House):
    person = await house.administrator()
    oldest = person.cookie
    await person.refresh()
    newest = (await person.refresh()).cookies["kilowatch_refresh"]
    assert (await _refresh_with(house, oldest)).status_code == 401
    assert (await _refresh_with(house, newest)).status_code == 401


async def test_a_made_up_token_ends_nothing(house: House):
    person = await house.administrator()
    session, generation, mac = person.cookie.split(".")
    for forged in (f"{session}.{generation}.{'A' * 43}", f"{session}.0.{mac}", f"{session}.999999999.{mac}", "x", ""):
        assert (await _refresh_with(house, forged)).status_code == 401
    assert (await person.refresh()).status_code == 200


async def test_a_session_ends_when_it_is_idle_for_too_long(house: House):
    person = await house.administrator()
    house.clock.advance(days=29)
    assert (await person.refresh()).status_code == 200
    house.clock.advance(days=31)
    assert (await person.refresh()).status_code == 401


async def test_a_session_ends_after_ninety_days_however_busy_it_is(house: House):
    person = await house.administrator()
    for _ in range(4):
        house.clock.advance(days=20)
        assert (await person.refresh()).status_code == 200
    house.clock.advance(days=11)
    assert (await person.refresh()).status_code == 401


async def test_signing_out_ends_the_session_and_its_access_token(house: House):
    person = await house.administrator()
    cookie = person.cookie
    assert (await person.http.post("/api/auth/sign-out")).status_code == 204
    assert "kilowatch_refresh" not in person.http.cookies
    assert (await _refresh_with(house, cookie)).status_code == 401
    await eventually(lambda: _is_refused(house, person))


async def test_signing_out_everywhere_ends_every_session(house: House):
    here, there = await house.administrator(), await house.administrator()
    assert (await here.ask("POST", "/api/auth/sign-out-everywhere")).status_code == 204
    assert (await there.refresh()).status_code == 401
    await eventually(lambda: _is_refused(house, there))


async def test_one_of_my_sessions_can_be_ended(house: House):
    here, there = await house.administrator(), await house.administrator()
    listed = (await here.ask("GET", "/api/auth/sessions")).json()
    assert len(listed) == 2
    other = next(session for session in listed if not session["current"])
    assert (await here.ask("DELETE", f"/api/auth/sessions/{other['id']}")).status_code == 204
    assert (await there.refresh()).status_code == 401
    assert (await here.refresh()).status_code == 200


async def test_signing_in_makes_a_new_session_and_ends_the_one_that_the_browser_came_with(house: House):
    attacker = await house.administrator()
    planted = attacker.cookie
    victim = await house.browser()
    answer = await victim.post(
        "/api/auth/sign-in",
        json={"email": ADMIN_EMAIL, "password": PASSWORD},
        headers={"Cookie": f"kilowatch_refresh={planted}"},
    )
    assert answer.status_code == 200
    assert answer.cookies["kilowatch_refresh"].split(".")[0] != planted.split(".")[0]
    assert (await _refresh_with(house, planted)).status_code == 401


async def test_a_sister_site_cannot_use_the_cookie(house: House):
    person = await house.administrator()
    foreign = [{"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}]
    old = [{"Origin": "http://localhost:9999"}, {"Origin": "https://example.org"}, {"Origin": "null"}]
    for headers in foreign + old:
        answer = await person.http.post("/api/auth/refresh", headers=headers)
        assert answer.status_code == 403, headers
    assert (await person.http.post("/api/auth/refresh", headers={"Origin": PUBLIC_URL})).status_code == 200
    assert (await person.refresh()).status_code == 200


async def test_unknown_wrong_and_deactivated_get_the_same_answer(house: House):
    user_id = await house.add_user("gone@example.org")
    administrator = await house.administrator()
    await administrator.ask("POST", f"/api/users/{user_id}/deactivate")
    await house.settle()
    http = await house.browser()
    attempts = [("nobody@example.org", PASSWORD), (ADMIN_EMAIL, "wrong"), ("gone@example.org", PASSWORD)]
    answers = [
        await http.post("/api/auth/sign-in", json={"email": email, "password": password})
        for email, password in attempts
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def test_an_unknown_account_takes_as_long_as_a_wrong_password(house: House):
    # In turn, so that whatever else the machine does slows down both.
    emails = (ADMIN_EMAIL, "nobody@example.org")
    times = [[await _time_of_refusal(house, email, n) for email in emails] for n in range(25)]
    known, unknown = zip(*times, strict=True)
    assert 0.6 < statistics.median(unknown) / statistics.median(known) < 1.6


@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        (r"\u0000", "x", 422),
        ("a", r"\ud800", 422),
        ("a", r"\u0000", 401),
        ("İ" * 254, "x", 401),
        ("a", "x" * 1025, 422),
    ],
)
async def test_strange_text_is_refused_and_breaks_nothing(house: House, email: str, password: str, status: int):
    http = await house.browser(**{"Content-Type": "application/json"})
    answer = await http.post("/api/auth/sign-in", content=f'{{"email": "{email}", "password": "{password}"}}')
    assert answer.status_code == status


async def test_too_many_attempts_have_to_wait_even_with_the_right_password(house: House):
    http = await house.browser()
    for _ in range(11):
        await http.post("/api/auth/sign-in", json={"email": ADMIN_EMAIL, "password": "wrong"})
    answer = await http.post("/api/auth/sign-in", json={"email": ADMIN_EMAIL, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    house.clock.advance(minutes=5)
    assert (await house.sign_in(ADMIN_EMAIL)).answer["outcome"] == "signed_in"


async def test_attempts_sent_side_by_side_do_not_slip_through(house: House):
    http = await house.browser()
    answers = await asyncio.gather(
        *(http.post("/api/auth/sign-in", json={"email": ADMIN_EMAIL, "password": "wrong"}) for _ in range(30))
    )
    looked_at = [answer for answer in answers if answer.status_code == 401]
    assert len(looked_at) <= 11
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_an_address_that_tries_many_accounts_has_to_wait(house: House):
    house.clock.stop()  # on a busy machine an attempt takes longer than the first wait
    http = await house.browser("198.51.100.7")
    codes = [
        (await http.post("/api/auth/sign-in", json={"email": f"{n}@example.org", "password": "x"})).status_code
        for n in range(33)
    ]
    assert codes[-1] == 429
    assert (await house.administrator()).answer["outcome"] == "signed_in"  # another address


async def test_a_forwarded_for_header_from_a_stranger_changes_nothing(house: House):
    house.clock.stop()  # on a busy machine an attempt takes longer than the first wait
    http = await house.browser("198.51.100.7")
    codes = [
        (
            await http.post(
                "/api/auth/sign-in",
                json={"email": f"{n}@example.org", "password": "x"},
                headers={"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"},
            )
        ).status_code
        for n in range(33)
    ]
    assert codes[-1] == 429


async def _refresh_with(house: House, cookie: str) -> httpx2.Response:
    http = await house.browser()
    return await http.post("/api/auth/refresh", headers={"Cookie": f"kilowatch_refresh={cookie}"})


async def _is_refused(house: House, person: Person) -> bool:
    await house.verifier.fetch_now()
    return (await person.ask("GET", "/api/users/me")).status_code == 401


async def _time_of_refusal(house: House, email: str, number: int) -> float:
    house.clock.advance(minutes=10)  # the throttle is not what is measured
    http = await house.browser(f"192.0.2.{number}")
    started = time.perf_counter()
    await http.post("/api/auth/sign-in", json={"email": email, "password": "wrong password here"})
    return time.perf_counter() - started
