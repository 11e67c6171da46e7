"""Laws of key rotation."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kilowatch.auth.domain.sessions import ACCESS_LIFETIME
from kilowatch.auth.domain.signing import PUBLISHED_AHEAD, SigningKey, is_due, signer, still_needed

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(hours=3)).map(lambda after: START + after)


def _key(number: int, signs_from: datetime) -> SigningKey:
    return SigningKey(id=str(number), public_key=b"", sealed_key=b"", created_at=START, signs_from=signs_from)


keys = st.lists(moments, min_size=1, max_size=6, unique=True).map(
    lambda starts: [_key(number, start) for number, start in enumerate(starts)]
)


@given(keys, moments)
def test_the_signer_has_begun_unless_none_has_and_no_newer_one_has(present: list[SigningKey], now: datetime):
    chosen = signer(present, now)
    begun = [key for key in present if key.signs_from <= now]
    assert chosen in (begun or present)
    assert all(key.signs_from <= chosen.signs_from for key in begun)


@given(keys, moments, st.timedeltas(timedelta(0), ACCESS_LIFETIME))
def test_whoever_signed_a_token_is_needed_until_it_expires(present: list[SigningKey], signed: datetime, age: timedelta):
    assert signer(present, signed) in still_needed(present, signed + age)


@given(keys)
def test_long_after_the_last_rotation_one_key_is_left(present: list[SigningKey]):
    newest = max(present, key=lambda key: key.signs_from)
    assert still_needed(present, newest.signs_from + timedelta(hours=1)) == [newest]


def test_a_key_that_is_only_published_is_needed_and_does_not_sign():
    old, new = _key(1, START), _key(2, START + timedelta(hours=1) + PUBLISHED_AHEAD)
    now = START + timedelta(hours=1)
    assert signer([old, new], now) == old
    assert still_needed([old, new], now) == [old, new]


def test_rotation_is_due_when_the_newest_key_is_old_enough():
    assert not is_due([_key(1, START)], START + timedelta(days=29), timedelta(days=30))
    assert is_due([_key(1, START)], START + timedelta(days=30), timedelta(days=30))
