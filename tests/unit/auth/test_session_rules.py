"""Laws of refreshing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kilowatch.auth.domain.sessions import (
    GRACE,
    Lifetimes,
    Refresh,
    Session,
    judge_refresh,
    must_sign_in_again,
    rotated,
)
from kilowatch.auth.tokens import current_refresh_token, parse_refresh_token
from kilowatch.contracts.accounts import Role, User
from kilowatch.kit.vault import Vault

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LIFETIMES = Lifetimes(idle=timedelta(days=30), longest=timedelta(days=90))
SESSION = Session(
    id=UUID(int=1),
    user_id=UUID(int=2),
    salt=b"0123456789abcdef",
    generation=5,
    rotated_at=NOW,
    created_at=NOW,
    expires_at=NOW + timedelta(days=30),
    address="192.0.2.1",
    user_agent="",
)
USER = User(id=UUID(int=2), version=1, email="a@b.org", name="A", role=Role.CLIENT)

seconds = st.floats(0, 60)


@given(st.integers(0, 10), seconds)
def test_only_the_current_token_rotates_and_only_its_predecessor_has_grace(generation: int, later_s: float):
    now = NOW + timedelta(seconds=later_s)
    verdict = judge_refresh(SESSION, generation, now)
    in_grace = generation == 4 and now - NOW <= GRACE
    assert (verdict is Refresh.ROTATE) == (generation == 5)
    assert (verdict is Refresh.REPEAT) == in_grace
    assert (verdict is Refresh.REUSED) == (generation != 5 and not in_grace)


@given(st.integers(0, 10), st.timedeltas(timedelta(0), timedelta(days=100)))
def test_after_its_end_no_token_of_a_session_is_worth_anything(generation: int, after: timedelta):
    assert judge_refresh(SESSION, generation, SESSION.expires_at + after) is Refresh.EXPIRED


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=29)), max_size=20))
def test_however_busy_a_session_never_outlives_the_longest(pauses: list[timedelta]):
    session, now = SESSION, NOW
    for pause in pauses:
        now += pause
        session = rotated(session, now, LIFETIMES)
    assert session.expires_at <= NOW + LIFETIMES.longest
    assert session.generation == SESSION.generation + len(pauses)


def test_a_refresh_token_reads_back_and_is_genuine_for_its_own_session_key_and_salt_only():
    vault = Vault("secret", "auth")
    token = parse_refresh_token(current_refresh_token(SESSION, vault).text)
    assert token is not None
    assert token.is_genuine(SESSION, vault)
    assert not token.is_genuine(replace(SESSION, salt=b"another salt 123"), vault)
    assert not token.is_genuine(SESSION, Vault("another secret", "auth"))
    assert not replace(token, generation=6).is_genuine(SESSION, vault)
    assert not replace(token, session_id=UUID(int=9)).is_genuine(SESSION, vault)


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader_of_refresh_tokens(text: str):
    assert parse_refresh_token(text) is None or text.count(".") == 2


def test_a_change_of_role_or_of_being_active_ends_sessions_and_a_new_name_does_not():
    assert must_sign_in_again(USER, replace(USER, role=Role.OPERATOR))
    assert must_sign_in_again(USER, replace(USER, active=False))
    assert not must_sign_in_again(USER, replace(USER, name="B", version=2))
    assert not must_sign_in_again(None, USER)
