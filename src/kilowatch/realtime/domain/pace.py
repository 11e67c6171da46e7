"""How fast a client may speak."""

from dataclasses import dataclass
from typing import Final

#: Frames that may come at once, and how many a second in the long run.
BURST: Final = 60.0
PER_S: Final = 10.0
#: Who goes on so far beyond it after having been told is not listening.
PATIENCE: Final = 300.0


@dataclass(slots=True)
class Pace:
    """A bucket that frames are taken out of; below zero they are refused."""

    refilled_at: float
    left: float = BURST

    def take(self, now: float) -> None:
        self.left = min(BURST, self.left + (now - self.refilled_at) * PER_S) - 1
        self.refilled_at = now

    @property
    def too_fast(self) -> bool:
        return self.left < 0

    @property
    def hopeless(self) -> bool:
        return self.left < -PATIENCE

    @property
    def wait_s(self) -> float:
        return max(0.0, 1 - self.left) / PER_S
