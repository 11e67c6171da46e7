"""The rules of the keys that sign access tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, LEEWAY

#: A new key is published this long before it signs: every verifier has it by then, and nobody's request fails.
PUBLISHED_AHEAD: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    id: str
    public_key: bytes
    sealed_key: bytes
    created_at: datetime
    signs_from: datetime


def signer(keys: Sequence[SigningKey], now: datetime) -> SigningKey:
    """The newest key whose time has come; the first of all when none has."""
    started = [key for key in keys if key.signs_from <= now]
    return max(started, key=_age) if started else min(keys, key=_age)


def still_needed(keys: Sequence[SigningKey], now: datetime) -> list[SigningKey]:
    """Keys that sign, will sign, or have signed tokens that may still be valid."""
    ordered = sorted(keys, key=_age)
    last_token_ends = [key.signs_from + ACCESS_LIFETIME + LEEWAY for key in ordered[1:]]
    return [key for key, end in zip(ordered, [*last_token_ends, None], strict=True) if end is None or now < end]


def is_due(keys: Sequence[SigningKey], now: datetime, lifetime: timedelta) -> bool:
    """Whether the newest key has signed long enough."""
    return now - max(key.signs_from for key in keys) >= lifetime


def _age(key: SigningKey) -> tuple[datetime, str]:
    return key.signs_from, key.id
