"""Laws of throttling, passwords and codes."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.auth.domain.passwords import normal_password, password_problem
from kilowatch.auth.domain.throttling import (
    NEVER,
    PER_ACCOUNT,
    PER_ADDRESS,
    Throttle,
    address_key,
    charged,
    given_back,
    untouched,
    wait_after,
)
from kilowatch.auth.domain.totp import code_at, matching_step, otpauth_uri, step_at
from kilowatch.auth.hashing import common_passwords

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
moments = st.floats(0, 3600).map(lambda after_s: NOW + timedelta(seconds=after_s))


@given(st.integers(0, 10_000))
def test_waits_grow_and_end(failures: int):
    for policy in (PER_ACCOUNT, PER_ADDRESS):
        assert wait_after(failures, policy) <= wait_after(failures + 1, policy) <= policy.longest


def test_a_handful_of_failures_costs_nothing_and_the_next_does():
    assert wait_after(PER_ACCOUNT.free - 1, PER_ACCOUNT) == timedelta(0)
    assert wait_after(PER_ACCOUNT.free, PER_ACCOUNT) == timedelta(seconds=1)
    assert wait_after(PER_ACCOUNT.free + 3, PER_ACCOUNT) == timedelta(seconds=8)


def test_an_hour_of_peace_is_a_new_beginning():
    throttle = untouched("account:x")
    for second in range(10):
        throttle = charged(throttle, PER_ACCOUNT, NOW + timedelta(seconds=second))
    assert throttle.failures == 10
    assert charged(throttle, PER_ACCOUNT, NOW + timedelta(hours=2)).failures == 1


@given(st.integers(1, 60), moments)
def test_a_good_attempt_leaves_the_count_as_it_was(failures: int, now: datetime):
    before = Throttle(key="account:x", failures=failures, last_at=now, blocked_until=NEVER)
    after = given_back(charged(before, PER_ACCOUNT, now), PER_ACCOUNT)
    assert after.failures == failures
    assert after.blocked_until in {NEVER, now + wait_after(failures, PER_ACCOUNT)}


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=PER_ACCOUNT.free - 1))
def test_attempts_at_once_do_not_block_each_other_whoever_looked_at_the_clock_first(offsets_s: list[float]):
    throttle = untouched("account:x")
    for offset_s in offsets_s:
        now = NOW + timedelta(seconds=offset_s)
        assert throttle.blocked_until <= now
        throttle = charged(throttle, PER_ACCOUNT, now)


def test_a_household_has_one_key_however_many_addresses_it_has():
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("") == "address:"


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "passwordpassword",
        "Password2024!!!!",
        "...iloveyou....",
        "abcabcabcabcabca",
        "111111111111",
        "ana.pop@example.org",
        "example.org1",
        "x" * 257,
    ],
)
def test_what_is_guessed_first_is_refused(password: str):
    assert password_problem(password, "ana.pop@example.org", common_passwords())


@pytest.mark.parametrize(
    "password", ["four quiet turnips march", "zażółć gęślą jaźń", "🐟 bicycle lantern", "vK3pq7WzLm0x"]
)
def test_length_is_enough_whatever_the_characters(password: str):
    assert password_problem(password, "ana.pop@example.org", common_passwords()) is None


@given(st.text(max_size=300))
def test_every_text_gets_a_verdict_and_a_normal_form_that_stays(password: str):
    normal = normal_password(password)
    assert normal_password(normal) == normal
    password_problem(normal, "a@b", frozenset())


def test_one_password_however_the_keyboard_composes_it():
    assert normal_password("cafe\u0301") == normal_password("caf\u00e9")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str):
    assert code_at(b"12345678901234567890", step_at(datetime.fromtimestamp(at, UTC))) == code


@given(st.binary(min_size=20, max_size=20), st.integers(-5, 5), st.integers(-3, 3))
def test_a_code_counts_within_half_a_minute_and_never_again(secret: bytes, off: int, used: int):
    present = step_at(NOW)
    code = code_at(secret, present + off)
    step = matching_step(secret, code, NOW, last_step=present + used)
    if step is not None:  # by chance, another step may have the same code
        assert abs(step - present) <= 1
        assert step > present + used
        assert matching_step(secret, code, NOW, last_step=step) in {None, step + 1, step + 2}
    elif abs(off) <= 1:
        assert off <= used


def test_the_uri_for_the_app_carries_the_secret_and_the_account():
    uri = otpauth_uri(b"12345678901234567890", "ana+home@example.org")
    assert uri.startswith("otpauth://totp/Kilowatch:ana%2Bhome%40example.org?")
    assert base64.b32encode(b"12345678901234567890").decode() in uri
