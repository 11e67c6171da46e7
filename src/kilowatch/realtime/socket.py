"""One connection, as its replica knows it: who it is, what it listens to, where it is in its stream."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from kilowatch.kit.security import UserPrincipal
from kilowatch.realtime.domain.channels import AnyChannel, is_heard
from kilowatch.realtime.domain.frames import ServerFrame, frame_text, numbered
from kilowatch.realtime.domain.resuming import StoredFrame
from kilowatch.realtime.outlet import Outlet


class CloseCode(IntEnum):
    """What the client is to do next. 1012 (this replica stops) and 1006 (no close at all) mean RESUME as well."""

    RESUME = 4000  #: get a ticket, come back, resume: too slow, or too far behind to be caught up
    TOKEN_ENDED = 4001  #: refresh the access token, then as above
    SESSION_ENDED = 4003  #: sign in again
    MISBEHAVED = 4008  #: frames that are no frames, too many or too long: mend the client


@dataclass(frozen=True, slots=True)
class Closing:
    """With what the socket is to be closed."""

    code: CloseCode
    reason: str


class Socket:
    __slots__ = ("address", "channels", "closing", "heard", "outlet", "position", "principal", "stream")

    def __init__(self, principal: UserPrincipal, address: str) -> None:
        self.principal = principal
        self.address = address
        self.outlet = Outlet(asyncio.get_running_loop().time())
        self.channels: frozenset[AnyChannel] = frozenset()
        self.stream: UUID | None = None  #: None: not started
        self.position = 0  #: number of the newest frame of the stream that went out, or was not for its channels
        self.heard = 0  #: number of the newest frame that this replica knows of
        self.closing: Closing | None = None

    @property
    def user_id(self) -> UUID:
        return self.principal.user_id

    @property
    def token_ends_at(self) -> datetime:
        assert self.principal.until is not None
        return self.principal.until

    @property
    def behind(self) -> bool:
        return self.stream is not None and self.heard > self.position

    def send(self, frame: ServerFrame) -> None:
        self.outlet.put(frame_text(frame))

    def deliver(self, sequence: int, channels: str, body: str) -> None:
        """A frame of the stream, from the broker: sent if it is the next. Else it is noted that some are missing."""
        self.heard = max(self.heard, sequence)
        if self.stream is not None and sequence == self.position + 1:
            self._go_on(sequence, channels, body)

    def catch_up(self, frames: Sequence[StoredFrame]) -> None:
        """Frames of the stream, from the table. What came by the broker meanwhile is not sent again."""
        for frame in frames:
            if frame.sequence == self.position + 1:
                self._go_on(frame.sequence, frame.channels, frame.body)

    def start(self, stream: UUID, position: int) -> None:
        self.stream, self.position = stream, position

    def close(self, code: CloseCode, reason: str) -> None:
        """What waits to be sent is not sent any more."""
        self.closing = self.closing or Closing(code, reason)
        self.outlet.end()

    def _go_on(self, sequence: int, channels: str, body: str) -> None:
        self.position = sequence
        if is_heard(channels, self.channels):
            self.outlet.put(numbered(sequence, body))
