"""A circuit breaker: an endpoint that fails again and again is left alone for a while, then tried once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

FAILURES: Final = 4
REST: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Breaker:
    _failures: int = 0
    _rests_until: datetime | None = field(default=None)

    def may_try(self, now: datetime) -> bool:
        """After a rest, one call at a time finds out whether it works again."""
        if self._rests_until is None:
            return True
        if now < self._rests_until:
            return False
        self._rests_until = now + REST  # whoever comes while this one tries is still turned away
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._rests_until = None

    def failed(self, now: datetime) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._rests_until = now + REST

    def is_resting(self, now: datetime) -> bool:
        return self._rests_until is not None and now < self._rests_until
