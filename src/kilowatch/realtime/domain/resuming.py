"""Going on after a broken link: whether everything that was missed is still there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kilowatch.realtime.domain.frames import Position

#: Who has missed more is served better by a snapshot.
MAX_MISSED: Final = 1_000


@dataclass(frozen=True, slots=True)
class StoredFrame:
    sequence: int
    channels: str  #: joined
    body: str


def is_complete(asked: Position, now: Position, missed: Sequence[StoredFrame]) -> bool:
    """Whether `missed`, in order, is all that came after `asked` in the stream that is at `now`."""
    if asked.stream != now.stream or asked.sequence > now.sequence:
        return False
    return [frame.sequence for frame in missed] == list(range(asked.sequence + 1, now.sequence + 1))
