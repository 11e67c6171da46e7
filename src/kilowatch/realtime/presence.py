"""Who is here: each replica tells all others whose sockets it has, and forgets a replica that has fallen silent."""

import asyncio
import time
from collections.abc import Collection
from typing import Final
from uuid import UUID

import msgspec

from kilowatch.contracts.routing import FRAMES
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.errors import Poison
from kilowatch.kit.listener import listen_to
from kilowatch.kit.tasks import wait_for_any
from kilowatch.realtime.domain.channels import Channel
from kilowatch.realtime.domain.frames import Presence, frame_text
from kilowatch.realtime.hub import Hub

PRESENCE_KEY: Final = "presence"
PACE_S: Final = 1.0
SAID_AGAIN_S: Final = 10.0
SILENT_S: Final = 30.0


class _Here(msgspec.Struct, frozen=True):
    replica: str
    user_ids: tuple[UUID, ...]


class Attendance:
    def __init__(self, hub: Hub, broker: Broker, replica: str) -> None:
        self._hub = hub
        self._broker = broker
        self._replica = replica
        self._told: frozenset[UUID] = frozenset()
        self._told_at = float("-inf")
        self._heard: dict[str, tuple[frozenset[UUID], float]] = {}
        self._shown: frozenset[UUID] = frozenset()
        self._watching: frozenset[object] = frozenset()

    async def listen(self, stopping: asyncio.Event) -> None:
        await listen_to(self._broker, FRAMES, [PRESENCE_KEY], self._hear, lambda: None)(stopping)

    async def run(self, stopping: asyncio.Event) -> None:
        """The job that says who is here, and shows who is anywhere."""
        while not stopping.is_set():
            await self._say()
            self._show()
            await wait_for_any(stopping, timeout_s=PACE_S)

    def _hear(self, message: Message) -> None:
        try:
            here = msgspec.json.decode(message.body, type=_Here)
        except msgspec.MsgspecError as error:
            raise Poison(f"not who is here: {error}") from error
        self._heard[here.replica] = frozenset(here.user_ids), time.monotonic()

    async def _say(self) -> None:
        here, now = frozenset(self._hub.users), time.monotonic()
        if here == self._told and now - self._told_at < SAID_AGAIN_S:
            return
        self._told, self._told_at = here, now
        body = msgspec.json.encode(_Here(self._replica, tuple(here)))
        await self._broker.tell(FRAMES, Message(id="", body=body, routing_key=PRESENCE_KEY))

    def _show(self) -> None:
        watching = self._hub.listeners(Channel.PRESENCE)
        if watching:
            online = self._online()
            come, gone = online - self._shown, self._shown - online
            whole, news = _text(online), _text(come, gone)
            for socket in watching:
                if socket not in self._watching:
                    socket.outlet.put(whole)
                elif come or gone:
                    socket.outlet.put(news)
            self._shown = online
        self._watching = frozenset(watching)

    def _online(self) -> frozenset[UUID]:
        oldest = time.monotonic() - SILENT_S
        self._heard = {replica: heard for replica, heard in self._heard.items() if heard[1] >= oldest}
        return frozenset().union(self._told, *(users for users, _ in self._heard.values()))


def _text(online: Collection[UUID], offline: Collection[UUID] = ()) -> str:
    return frame_text(Presence(online=tuple(online), offline=tuple(offline)))
