"""Errors named by what the receiver does next.

Handlers raise them; the HTTP edge turns them into RFC 9457 problem details, the message edge into retry or dead letter.
"""

from dataclasses import dataclass


class KilowatchError(Exception):
    """Its text is meant for the person at the other end."""


class Invalid(KilowatchError):
    """Correct the request; repeating it will not help."""


class Unauthenticated(KilowatchError):
    """Say who you are."""


class Forbidden(KilowatchError):
    """You are known, and may not do this."""


class NotFound(KilowatchError):
    """There is no such thing, or none that you may see."""


class Conflict(KilowatchError):
    """The thing has changed or exists; look again, then decide."""


@dataclass
class SlowDown(KilowatchError):
    """Repeat the same request later."""

    detail: str
    retry_after_s: float = 1.0

    def __str__(self) -> str:
        return self.detail


class Throttled(SlowDown):
    """You, not we, are the reason: this has been tried too often."""


class Unavailable(KilowatchError):
    """Something needed is away: retry, nothing was lost."""


class Poison(KilowatchError):
    """This message can never be handled: dead-letter it at once."""
