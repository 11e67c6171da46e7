"""What makes up for everything that a replica has missed: by the table, by the published key set, by the clock."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from typing import Final, TypeVar
from uuid import UUID

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.security import Verifier
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.realtime import metrics
from kilowatch.realtime.domain.channels import STAFF, AnyChannel, Channel, DeviceChannel
from kilowatch.realtime.domain.frames import Heartbeat, Unsubscribed
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.openings import STREAMS_AT_ONCE
from kilowatch.realtime.socket import CloseCode, Socket
from kilowatch.realtime.store import projection, streams
from kilowatch.realtime.store.streams import Asked, Missed

log = logger(__name__)

ItemT = TypeVar("ItemT")

#: A client hears something at least this often.
HEARTBEAT_S: Final = 25.0
TICK_S: Final = 1.0
#: How often replicas compare what went out with what is in the table; frames told in vain are late by this much.
COMPARE_S: Final = 5.0
#: Streams that have moved within this time are compared; longer than a comparison that fails now and then.
LATELY_S: Final = 60.0
#: How often the rights to live channels are looked up again.
RECHECK_S: Final = 30.0
RETRY_S: Final = 0.5
AT_ONCE: Final = 1_000
#: Sockets with more than this waiting are caught up when they have read some of it.
BUSY: Final = 50
#: Session ids of those that ended lately: a socket may be on its way in.
ENDED_KEPT: Final = 10_000


class Upkeep:
    def __init__(self, hub: Hub, database: Database, verifier: Verifier, clock: Clock) -> None:
        self._hub = hub
        self._database = database
        self._verifier = verifier
        self._clock = clock
        self._ended: dict[UUID, None] = {}
        self._compare_all = True
        self._recheck = True
        self._news = asyncio.Event()

    # -- told by others ------------------------------------------------------------------------------------------------

    def compare_all(self) -> None:
        """Frames may have been missed."""
        self._compare_all = True
        self._news.set()

    def recheck_rights(self) -> None:
        self._recheck = True
        self._news.set()

    def some_are_behind(self) -> None:
        self._news.set()

    def note_ended(self, session_id: UUID) -> None:
        self._ended[session_id] = None
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]

    def has_ended(self, session_id: UUID) -> bool:
        return session_id in self._ended or self._verifier.has_ended(session_id)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    async def tick(self, stopping: asyncio.Event) -> None:
        """The job that goes by the clock: tokens and sessions that end, heartbeats."""
        while not stopping.is_set():
            now, loop_time = self._clock(), asyncio.get_running_loop().time()
            for socket in self._hub:
                if self.has_ended(socket.principal.session_id):
                    socket.close(CloseCode.SESSION_ENDED, "The session has ended.")
                elif socket.token_ends_at <= now:
                    socket.close(CloseCode.TOKEN_ENDED, "The access token has ended.")
                elif loop_time - socket.outlet.sent_at >= HEARTBEAT_S - TICK_S and socket.outlet.idle:
                    socket.send(Heartbeat())
            await wait_for_any(stopping, timeout_s=TICK_S)

    async def mend(self, stopping: asyncio.Event) -> None:
        """The job that goes by the table: frames that were told in vain, rights that have changed unheard."""
        loop = asyncio.get_running_loop()
        compared = rechecked = loop.time()
        while not stopping.is_set():
            self._news.clear()
            try:
                if self._compare_all or loop.time() - compared >= COMPARE_S:
                    compared = loop.time()
                    await self._compare()
                if self._recheck or loop.time() - rechecked >= RECHECK_S:
                    rechecked = loop.time()
                    await self._recheck_live()
                await self._catch_up()
            except Unavailable as error:
                log.warning("not_compared", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)
            await wait_for_any(self._news, stopping, timeout_s=TICK_S)

    async def _compare(self) -> None:
        if not self._compare_all:
            async with self._database.transaction() as connection:
                self._hub.note_newest(await streams.moved_lately(connection, LATELY_S))
            return
        self._compare_all = False
        for users in _pages(self._hub.users):
            async with self._database.transaction() as connection:
                self._hub.note_newest(await streams.newest(connection, users))

    async def _catch_up(self) -> None:
        """Read for the sockets that are behind what they have missed."""
        ready = [socket for socket in self._hub.behind() if socket.outlet.waiting <= BUSY]
        for sockets in _pages(ready, STREAMS_AT_ONCE):
            asked = [Asked(socket.user_id, socket.position) for socket in sockets]
            async with self._database.transaction() as connection:
                missed = await streams.missed_after(connection, asked)
            for socket, position, found in zip(sockets, asked, missed, strict=True):
                metrics.CAUGHT_UP.inc()
                _take_in(socket, position.after, found)

    async def _recheck_live(self) -> None:
        self._recheck = False
        watching = [socket for socket in self._hub if any(_is_live(channel) for channel in socket.channels)]
        for sockets in _pages(watching):
            users = {socket.user_id for socket in sockets}
            async with self._database.transaction() as connection:
                seen = await projection.devices_of_all(connection, users, self._clock())
            for socket in sockets:
                self._recheck_socket(socket, seen.get(socket.user_id, frozenset()))

    def _recheck_socket(self, socket: Socket, seen: frozenset[int]) -> None:
        if Channel.LIVE in socket.channels:
            self._hub.set_followed(socket, seen)
        if socket.principal.role in STAFF:
            return
        for channel in socket.channels:
            if isinstance(channel, DeviceChannel) and channel.device_id not in seen:
                self._hub.unsubscribe(socket, channel)
                socket.send(Unsubscribed(channel=str(channel)))


def _take_in(socket: Socket, asked_after: int, missed: Missed) -> None:
    if missed.now.stream == socket.stream:
        socket.catch_up(missed.frames[:BUSY])
    if socket.behind and socket.position == asked_after:
        socket.close(CloseCode.RESUME, "Some of what was missed is not there any more.")


def _is_live(channel: AnyChannel) -> bool:
    return channel is Channel.LIVE or isinstance(channel, DeviceChannel)


def _pages(items: Collection[ItemT], size: int = AT_ONCE) -> Iterator[Sequence[ItemT]]:
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
