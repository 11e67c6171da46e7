"""Whether this replica takes part in the distribution."""

from dataclasses import dataclass
from math import inf
from typing import Final

#: Struck off within this time after it joined, a replica is thought to come and go.
SETTLED_S: Final = 60.0
FIRST_BAN_S: Final = 1.0
LONGEST_BAN_S: Final = 60.0


@dataclass(slots=True)
class Membership:
    """A replica that is struck off again and again (its link looks healthy, yet nothing comes) waits ever longer.

    Without that, it would take a share of the partitions every few seconds and leave them idle for a lease's time.
    Times are `time.monotonic`.
    """

    member: bool = False
    joined_at: float = -inf
    may_join_at: float = -inf
    ban_s: float = FIRST_BAN_S

    def joined(self, now: float) -> None:
        self.member = True
        self.joined_at = now

    def lost(self) -> None:
        """It was silent for too long: frozen, or cut off from the database. It is back."""
        self.member = False

    def struck(self, now: float) -> None:
        """It was there, and did not consume."""
        self.member = False
        settled = now - self.joined_at > SETTLED_S
        self.ban_s = FIRST_BAN_S if settled else min(2 * self.ban_s, LONGEST_BAN_S)
        self.may_join_at = now + self.ban_s
