"""The rules of sessions: a refresh token is used once, except by two tabs at the same moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from kilowatch.contracts.accounts import User

ACCESS_LIFETIME: Final = timedelta(minutes=10)
SERVICE_LIFETIME: Final = timedelta(minutes=2)
#: What clocks may differ by, as verifiers allow it.
LEEWAY: Final = timedelta(seconds=30)
#: Two tabs of one browser share the cookie and may send it at the same moment: for this long the token before the
#: current one is taken as well, and answered with the same successor.
GRACE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """With what somebody signs in, by its own word, and from where."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: UUID
    user_id: UUID
    salt: bytes
    generation: int  #: of the refresh token that is current
    rotated_at: datetime
    created_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Lifetimes:
    idle: timedelta  #: a session ends when it has not been refreshed for this long
    longest: timedelta  #: and this long after the sign-in at the latest


class Refresh(StrEnum):
    """What to do about a genuine refresh token of a session."""

    ROTATE = "rotate"
    REPEAT = "repeat"  #: give the current token again
    REUSED = "reused"  #: somebody else has it: end the session
    EXPIRED = "expired"


def judge_refresh(session: Session, generation: int, now: datetime) -> Refresh:
    if now >= session.expires_at:
        return Refresh.EXPIRED
    if generation == session.generation:
        return Refresh.ROTATE
    if generation == session.generation - 1 and now - session.rotated_at <= GRACE:
        return Refresh.REPEAT
    return Refresh.REUSED


def begun(session_id: UUID, user: User, browser: Browser, salt: bytes, now: datetime, lifetimes: Lifetimes) -> Session:
    return Session(
        id=session_id,
        user_id=user.id,
        salt=salt,
        generation=1,
        rotated_at=now,
        created_at=now,
        expires_at=now + min(lifetimes.idle, lifetimes.longest),
        address=browser.address,
        user_agent=browser.user_agent,
    )


def rotated(session: Session, now: datetime, lifetimes: Lifetimes) -> Session:
    expires_at = min(now + lifetimes.idle, session.created_at + lifetimes.longest)
    return replace(session, generation=session.generation + 1, rotated_at=now, expires_at=expires_at)


def must_sign_in_again(before: User | None, after: User) -> bool:
    """Whether a change of account ends its sessions: their tokens would say a role that no longer holds."""
    return before is not None and (before.role, before.active) != (after.role, after.active)
