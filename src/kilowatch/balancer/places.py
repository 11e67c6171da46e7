"""How many ingest requests may be at work at the same time: in all, and of one sender.

A body may come slowly. Without a bound for each, the holder of a single credential could sit on every place.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from kilowatch.contracts.credentials import Holder
from kilowatch.kit.errors import SlowDown


class Places:
    def __init__(self, in_all: int, of_one: int) -> None:
        self._in_all = in_all
        self._of_one = of_one
        self._count = 0
        self._taken: Counter[Holder] = Counter()

    @contextmanager
    def take(self, sender: Holder) -> Iterator[None]:
        """Raises `SlowDown`."""
        if self._count >= self._in_all:
            raise SlowDown("Too many requests are being worked on.")
        if self._taken[sender] >= self._of_one:
            raise SlowDown("Too many requests of this sender are being worked on.")
        self._count += 1
        self._taken[sender] += 1
        try:
            yield
        finally:
            self._leave(sender)

    def _leave(self, sender: Holder) -> None:
        self._count -= 1
        self._taken[sender] -= 1
        if not self._taken[sender]:
            del self._taken[sender]
