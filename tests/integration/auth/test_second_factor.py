"""The second factor."""

import pytest

from kilowatch.auth.domain.totp import code_at, step_at
from tests.house import PASSWORD, House, enrolled


async def test_signing_in_needs_the_code_once_it_is_confirmed(house: House):
    person, secret, _ = await enrolled(house)
    http = await house.browser()
    credentials = {"email": "ana@example.org", "password": PASSWORD}
    needed = await http.post("/api/auth/sign-in", json=credentials)
    assert needed.json() == {"outcome": "second_factor_needed"}
    assert "set-cookie" not in needed.headers
    house.clock.advance(seconds=30)
    signed_in = await http.post("/api/auth/sign-in", json=credentials | {"code": _code(house, secret)})
    assert signed_in.json()["user_id"] == person.id


async def test_a_code_works_once(house: House):
    _, secret, _ = await enrolled(house)
    house.clock.advance(seconds=30)
    code = _code(house, secret)
    assert (await _attempt(house, code)).status_code == 200
    assert (await _attempt(house, code)).status_code == 401


async def test_the_code_that_confirmed_does_not_sign_in(house: House):
    _, secret, _ = await enrolled(house)
    assert (await _attempt(house, _code(house, secret))).status_code == 401


async def test_codes_of_a_clock_half_a_minute_off_are_taken_and_older_ones_are_not(house: House):
    _, secret, _ = await enrolled(house)
    house.clock.advance(minutes=5)
    step = step_at(house.clock())
    assert (await _attempt(house, code_at(secret, step - 3))).status_code == 401
    assert (await _attempt(house, code_at(secret, step + 1))).status_code == 200


async def test_each_recovery_code_works_once(house: House):
    _, _, codes = await enrolled(house)
    assert len(codes) == 10
    assert (await _attempt(house, codes[0].upper())).status_code == 200
    assert (await _attempt(house, codes[0])).status_code == 401
    assert (await _attempt(house, codes[1].replace("-", ""))).status_code == 200


async def test_guessing_codes_is_throttled_however_one_mixes_the_attempts(house: House):
    await enrolled(house)
    house.clock.stop()  # or a slow machine gives back the attempts that it takes time for
    codes = []
    for guess in range(20):
        await _attempt(house, None)
        codes.append((await _attempt(house, f"{guess:06}")).status_code)
    assert codes.count(401) <= 11
    assert codes[-1] == 429


@pytest.mark.parametrize("change", ["remove", "recovery-codes"])
async def test_password_and_code_are_asked_for_before_the_factor_changes(house: House, change: str):
    person, secret, codes = await enrolled(house)
    path, right = f"/api/auth/second-factor/{change}", {"password": PASSWORD, "code": codes[0]}
    house.clock.advance(seconds=30)
    for wrong in ({"password": "a wrong one"}, {"code": "000000"}, {"code": ""}):
        assert (await person.ask("POST", path, json=right | wrong)).status_code == 403
    assert (await person.ask("POST", path, json={"password": PASSWORD})).status_code == 422
    assert (await _attempt(house, None)).json()["outcome"] == "second_factor_needed"
    assert (await person.ask("POST", path, json=right | {"code": _code(house, secret)})).is_success
    kept = (await person.ask("GET", "/api/auth/second-factor")).json()
    assert kept == {"enabled": change != "remove", "recovery_codes_left": 0 if change == "remove" else 10}


async def test_who_has_lost_the_phone_removes_the_factor_with_a_recovery_code(house: House):
    person, _, codes = await enrolled(house)
    body = {"password": PASSWORD, "code": codes[0]}
    assert (await person.ask("POST", "/api/auth/second-factor/remove", json=body)).status_code == 204
    assert (await _attempt(house, None)).json()["outcome"] == "signed_in"


async def test_a_code_that_has_renewed_the_recovery_codes_does_nothing_more(house: House):
    person, secret, _ = await enrolled(house)
    house.clock.advance(seconds=30)
    body = {"password": PASSWORD, "code": _code(house, secret)}
    assert (await person.ask("POST", "/api/auth/second-factor/recovery-codes", json=body)).status_code == 200
    assert (await person.ask("POST", "/api/auth/second-factor/remove", json=body)).status_code == 403


async def test_a_stolen_session_and_the_password_are_no_way_to_guess_codes(house: House):
    person, _, _ = await enrolled(house)
    answers = []
    for guess in range(20):
        body = {"password": PASSWORD, "code": f"{guess:06}"}
        answers.append((await person.ask("POST", "/api/auth/second-factor/remove", json=body)).status_code)
    assert answers.count(403) <= 11
    assert answers[-1] == 429


async def test_an_administrator_can_remove_the_factor_of_who_has_lost_it(house: House):
    person, _, codes = await enrolled(house)
    administrator = await house.administrator()
    removed = await administrator.ask("DELETE", f"/api/auth/accounts/{person.id}/second-factor")
    assert removed.status_code == 204
    assert (await _attempt(house, None)).json()["outcome"] == "signed_in"
    status = (await person.ask("GET", "/api/auth/second-factor")).json()
    assert status == {"enabled": False, "recovery_codes_left": 0}
    assert codes


def _code(house: House, secret: bytes) -> str:
    return code_at(secret, step_at(house.clock()))


async def _attempt(house: House, code: str | None):
    http = await house.browser()
    body = {"email": "ana@example.org", "password": PASSWORD, "code": code}
    return await http.post("/api/auth/sign-in", json=body)
