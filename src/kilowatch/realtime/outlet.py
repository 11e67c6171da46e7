"""What waits to be sent over one socket.

A client that reads slower than frames come must cost neither memory nor anybody else's time. Live values are
coalesced: the newest of each device replaces the one before, and they go out once a second. Frames are counted, and
when too many wait, or one has waited too long, the socket is closed with a code that tells the client to come back and
resume.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from kilowatch.realtime import metrics
from kilowatch.realtime.domain.frames import Live, LiveDevice, frame_text

MAX_WAITING: Final = 256
MAX_WAITING_CHARACTERS: Final = 1 << 20
#: What the network has not taken by then it will not take.
SEND_TIMEOUT_S: Final = 10.0
#: Between live frames. Monitoring paces itself; while a partition moves, two of its replicas may tell of one device.
LIVE_PACE_S: Final = 1.0


class TooSlow(Exception):
    """The client reads slower than frames come."""


class Outlet:
    __slots__ = ("_characters", "_ended", "_live", "_live_from", "_news", "_too_slow", "_waiting", "sent_at")

    def __init__(self, now: float) -> None:
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._live: dict[int, LiveDevice] = {}
        self._live_from = now
        self._news = asyncio.Event()
        self._too_slow = False
        self._ended = False
        self.sent_at = now  #: in the loop's time

    def put(self, text: str) -> None:
        self._characters += len(text)
        if len(self._waiting) >= MAX_WAITING or self._characters > MAX_WAITING_CHARACTERS:
            self._too_slow = True
        if not self._too_slow:
            self._waiting.append(text)
        self._news.set()

    def put_live(self, values: dict[int, LiveDevice]) -> None:
        self._live |= values
        self._news.set()

    def end(self) -> None:
        """Nothing more is to be sent."""
        self._ended = True
        self._news.set()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def idle(self) -> bool:
        return not self._news.is_set()

    async def run(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what comes until `end`. Raises `TooSlow`."""
        while not self._ended:
            text = self._next()
            if text is None:
                await self._until_there_is_more()
            else:
                await self.send_now(text, send)
            if self._too_slow:
                raise TooSlow

    async def send_now(self, text: str, send: Callable[[str], Awaitable[None]]) -> None:
        """Send past everything that waits. Raises `TooSlow`."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await send(text)
        except TimeoutError:
            raise TooSlow from None
        self.sent_at = asyncio.get_running_loop().time()
        metrics.SENT.inc()

    async def _until_there_is_more(self) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._live_from if self._live else None):
                await self._news.wait()

    def _next(self) -> str | None:
        if self._waiting:
            text = self._waiting.popleft()
            self._characters -= len(text)
            return text
        now = asyncio.get_running_loop().time()
        if self._live and now >= self._live_from:
            devices, self._live, self._live_from = tuple(self._live.values()), {}, now + LIVE_PACE_S
            return frame_text(Live(devices=devices))
        return None
