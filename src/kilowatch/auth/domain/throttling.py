"""The rules of how often one may try."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final


@dataclass(frozen=True, slots=True)
class Policy:
    """`free` failures cost nothing; each further one doubles the wait, from a second up to `longest`."""

    free: int
    longest: timedelta
    forgotten_after: timedelta = timedelta(hours=1)


#: Ten, because attempts under way count too, and somebody's scripts may sign in side by side. Short at most: otherwise
#: whoever knows an e-mail could keep its owner out.
PER_ACCOUNT: Final = Policy(free=10, longest=timedelta(minutes=5))
#: Many people may share one address.
PER_ADDRESS: Final = Policy(free=30, longest=timedelta(minutes=15))


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    key: str
    failures: int
    last_at: datetime
    blocked_until: datetime


#: Not blocked. A moment in the past would not do: of two attempts at once, either may have looked at the clock first.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def untouched(key: str) -> Throttle:
    return Throttle(key=key, failures=0, last_at=NEVER, blocked_until=NEVER)


def charged(throttle: Throttle, policy: Policy, now: datetime) -> Throttle:
    """After one more attempt.

    It is charged before the password is looked at, so that attempts sent side by side cannot all slip through
    while the first is still being checked; a good one is given back.
    """
    failures = 1 if now - throttle.last_at > policy.forgotten_after else throttle.failures + 1
    return _counted(throttle.key, failures, policy, now)


def given_back(throttle: Throttle, policy: Policy) -> Throttle:
    """The attempt was a good one. The failures of others at the same time still have their wait."""
    return _counted(throttle.key, max(throttle.failures - 1, 0), policy, throttle.last_at)


def _counted(key: str, failures: int, policy: Policy, last_at: datetime) -> Throttle:
    wait = wait_after(failures, policy)
    return Throttle(key=key, failures=failures, last_at=last_at, blocked_until=last_at + wait if wait else NEVER)


def wait_after(failures: int, policy: Policy) -> timedelta:
    excess = failures - policy.free
    if excess < 0:
        return timedelta(0)
    return min(timedelta(seconds=2.0 ** min(excess, 30)), policy.longest)


def address_key(address: str) -> str:
    """One household, one key: a single line is given a whole /64 of IPv6 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"address:{address}"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{parsed.exploded[:19]}::/64"
    return f"address:{address}"
