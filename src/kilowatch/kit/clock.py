"""Time as a parameter: nothing else in Kilowatch asks the operating system what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

#: Gives the present moment, aware, UTC.
Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)
