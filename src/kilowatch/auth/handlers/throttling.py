"""Counting attempts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kilowatch.auth.domain.throttling import PER_ACCOUNT, PER_ADDRESS, Policy, address_key, charged, given_back
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import throttles


@dataclass(frozen=True, slots=True)
class TooOften:
    """Come back at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    """The counts that an attempt to sign in is charged to."""

    account: str
    address: str

    @property
    def policies(self) -> Mapping[str, Policy]:
        return {self.account: PER_ACCOUNT, self.address: PER_ADDRESS}


def tries_of(subject: str, address: str) -> Tries:
    """`subject` is what was typed; whether there is such an account makes no difference."""
    return Tries(f"account:{hashlib.sha256(subject.encode()).hexdigest()}", address_key(address))


def resets_of(email: str, address: str) -> Tries:
    """Asking for a new password is counted by itself: it is no way to keep somebody from signing in."""
    return tries_of(f"reset/{email}", address)


async def charge(work: Work, tries: Tries) -> TooOften | None:
    """Count an attempt, or say until when there must be none. Refused attempts do not count further."""
    # Always the account first: two attempts never wait for each other crosswise.
    counts = {key: await throttles.lock(work.connection, key) for key in tries.policies}
    until = max(throttle.blocked_until for throttle in counts.values())
    if until > work.now:
        return TooOften(until)
    for key, policy in tries.policies.items():
        await throttles.save(work.connection, charged(counts[key], policy, work.now))
    return None


async def give_back(work: Work, tries: Tries) -> None:
    """It was right as far as it went, and leaves the counts as they were before."""
    for key in tries.policies:
        await _give_back(work, tries, key)


async def forgive(work: Work, tries: Tries) -> None:
    """It was the right person: the account starts from nothing, the address is not cleared of its other attempts."""
    await throttles.clear(work.connection, tries.account)
    await _give_back(work, tries, tries.address)


async def forget(work: Work, email: str) -> None:
    """Nobody has this e-mail any more."""
    for tries in (tries_of(email, ""), resets_of(email, "")):
        await throttles.clear(work.connection, tries.account)


async def _give_back(work: Work, tries: Tries, key: str) -> None:
    throttle = await throttles.lock(work.connection, key)
    await throttles.save(work.connection, given_back(throttle, tries.policies[key]))
