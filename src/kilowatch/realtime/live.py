"""What passes by: live measurements of the devices that somebody here looks at, readings a second, the ring."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from kilowatch.contracts.live import INGEST, USAGE, WATCHING, WATCHING_EVERY_S, Usage, Watching
from kilowatch.contracts.live import Ingest as IngestOfReplica
from kilowatch.contracts.routing import LIVE
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.errors import KilowatchError, Poison
from kilowatch.kit.listener import listen_to
from kilowatch.kit.service import Peers
from kilowatch.kit.tasks import wait_for_any
from kilowatch.realtime.domain.channels import Channel
from kilowatch.realtime.domain.frames import Ingest, LiveDevice, Ring
from kilowatch.realtime.hub import Hub

PACE_S: Final = 1.0
RING_PACE_S: Final = 2.0
#: A replica of monitoring that has said nothing for so long writes nothing.
SILENT_S: Final = 3.0
MWH_PER_KWH: Final = 1_000_000


class LiveFeed:
    def __init__(self, hub: Hub, broker: Broker, peers: Peers, replica: str) -> None:
        self._hub = hub
        self._broker = broker
        self._peers = peers
        self._replica = replica
        self._told: frozenset[int] = frozenset()
        self._told_at = float("-inf")
        self._ingest: dict[str, tuple[IngestOfReplica, float]] = {}

    async def listen(self, stopping: asyncio.Event) -> None:
        await listen_to(self._broker, LIVE, [USAGE, INGEST], self._hear, self._say_again)(stopping)

    async def run(self, stopping: asyncio.Event) -> None:
        """The job that says what is watched here, and shows readings a second."""
        while not stopping.is_set():
            await self._say_what_is_watched()
            self._show_ingest()
            await wait_for_any(stopping, timeout_s=PACE_S)

    async def show_ring(self, stopping: asyncio.Event) -> None:
        """The job that looks at the ring while somebody else does."""
        shown: Ring | None = None
        seen: frozenset[object] = frozenset()
        while not stopping.is_set():
            listening = frozenset(self._hub.listeners(Channel.RING))
            ring = await self._ring() if listening else None
            if ring and (ring != shown or listening - seen):
                self._hub.broadcast(Channel.RING, ring)
                shown, seen = ring, listening
            await wait_for_any(stopping, timeout_s=RING_PACE_S)

    def _hear(self, message: Message) -> None:
        try:
            if message.routing_key == INGEST:
                ingest = msgspec.json.decode(message.body, type=IngestOfReplica)
                self._ingest[ingest.replica] = ingest, time.monotonic()
            else:
                self._hub.show_live(_devices(msgspec.json.decode(message.body, type=Usage)))
        except msgspec.MsgspecError as error:
            raise Poison(f"not a measurement: {error}") from error

    def _say_again(self) -> None:
        self._told_at = float("-inf")

    async def _say_what_is_watched(self) -> None:
        watched, now = self._hub.watched, time.monotonic()
        if watched == self._told and now - self._told_at < WATCHING_EVERY_S:
            return
        self._told, self._told_at = watched, now
        body = msgspec.json.encode(Watching(self._replica, tuple(watched)))
        await self._broker.tell(LIVE, Message(id="", body=body, routing_key=WATCHING))

    def _show_ingest(self) -> None:
        oldest = time.monotonic() - SILENT_S
        self._ingest = {name: told for name, told in self._ingest.items() if told[1] >= oldest}
        rates = [rate for rate, _ in self._ingest.values()]
        if rates:
            total = Ingest(
                accepted=round(sum(rate.accepted for rate in rates), 1),
                duplicate=round(sum(rate.duplicate for rate in rates), 1),
                rejected=round(sum(rate.rejected for rate in rates), 1),
            )
            self._hub.broadcast(Channel.INGEST, total)

    async def _ring(self) -> Ring | None:
        try:
            answer: Any = await self._peers.get_json("monitoring", "/internal/leases")
        except KilowatchError:
            return None
        holders = {lease["partition"]: lease["replica"] for lease in answer["leases"]}
        members = tuple(each["name"] for each in answer["replicas"] if each["standing"] == "member")
        return Ring(
            members=members, holders=tuple(holders.get(number) for number in range(max(holders, default=-1) + 1))
        )


def _devices(usage: Usage) -> Mapping[int, LiveDevice]:
    columns = zip(usage.device_ids, usage.power_w, usage.today_mwh, usage.at, strict=True)
    return {
        device_id: LiveDevice(
            device_id=device_id,
            power_w=None if power_w is None else round(power_w, 1),
            today_kwh=today / MWH_PER_KWH,
            at=None if at is None else datetime.fromtimestamp(at / 1e6, UTC),
        )
        for device_id, power_w, today, at in columns
    }
