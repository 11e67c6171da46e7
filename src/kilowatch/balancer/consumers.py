"""The message edge: readings that meters publish at the broker, one a message.

Many messages are taken at once, decoded together, handed to their partitions, and acked together once those have them.
What a partition does not take is kept, unacked, and offered again; the others go on until the prefetch is used up by
what is kept. Then no more is read, and the queue fills, and its bound tells the meters.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np

from kilowatch.balancer.domain.decoding import decode_each
from kilowatch.balancer.domain.directory import Sender
from kilowatch.balancer.domain.parcels import Parcel, parcels
from kilowatch.balancer.intake import Intake, Via, count
from kilowatch.balancer.lanes import Provenance
from kilowatch.balancer.strangers import Strangers
from kilowatch.contracts.batch import Source
from kilowatch.contracts.credentials import Holder, holder_of_login, holder_of_routing_key
from kilowatch.contracts.routing import TELEMETRY_INGRESS
from kilowatch.kit.broker.port import Broker, Delivery, Message, Subscription
from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger, sane_correlation_id

log = logger(__name__)

#: No reading is longer; of a longer message this much is looked at, and found malformed.
MAX_READING_BYTES: Final = 4_096
#: What is safe by then is acked, whatever the slower partitions do.
ACK_AFTER_S: Final = 0.5
#: Messages being worked on when the balancer is asked to stop have this long; what is not acked comes again.
GRACE_S: Final = 2.0
RETRY_S: Final = 1.0
#: News of a credential may take this long from `devices` to us.
NEWS_S: Final = 1.0

Senders: TypeAlias = Mapping[Holder | None, Sequence[Sender]]


@dataclass(frozen=True, slots=True)
class _Letter:
    delivery: Delivery
    holder: Holder | None  #: who has sent it; None: nobody of ours


def take_in_messages(broker: Broker, intake: Intake, strangers: Strangers) -> Job:
    """The job that reads the ingress queue."""

    async def run(stopping: asyncio.Event) -> None:
        built = intake.projection.built
        while not (built.is_set() or stopping.is_set()):
            await wait_for_any(built, stopping, timeout_s=60)
        while not stopping.is_set():
            try:
                async with broker.subscribe(TELEMETRY_INGRESS, prefetch=intake.settings.ingress_prefetch) as queue:
                    await _Ingress(queue, intake, strangers).run(stopping)
            except* Unavailable as problems:
                log.warning("ingress_unavailable", reason=str(problems.exceptions[0]))
            await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


@dataclass(frozen=True, slots=True)
class _Ingress:
    """The ingress while one subscription lasts."""

    queue: Subscription
    intake: Intake
    strangers: Strangers
    takes: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, stopping: asyncio.Event) -> None:
        """Raises a group with `Unavailable` when the subscription is lost."""
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._read(tasks))
            await stopping.wait()
            reading.cancel()
            if self.takes:
                await asyncio.wait(self.takes, timeout=GRACE_S)
            for take in self.takes:
                take.cancel()

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        settings = self.intake.settings
        while True:
            deliveries = await self.queue.receive_many(settings.ingress_take)
            take = tasks.create_task(self._take_in(deliveries))
            self.takes.add(take)
            take.add_done_callback(self.takes.discard)
            if len(deliveries) < settings.ingress_take:
                await asyncio.sleep(settings.ingest_gather_s)  # let some come together

    async def _take_in(self, deliveries: Sequence[Delivery]) -> None:
        letters = [_Letter(delivery, _holder(delivery.message)) for delivery in deliveries]
        await self._turn_away([letter for letter in letters if letter.holder is None])
        senders = self._senders(letters)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hand_over([letter for letter in letters if senders.get(letter.holder)], senders))
            tasks.create_task(self._wait_for_news([letter for letter in letters if senders.get(letter.holder) == []]))

    async def _turn_away(self, letters: Sequence[_Letter]) -> None:
        for letter in letters:
            message = letter.delivery.message
            self.strangers.note(Via.BROKER, message.user_id or message.routing_key)
        await self.queue.ack_all([letter.delivery for letter in letters])

    def _senders(self, letters: Sequence[_Letter]) -> Senders:
        """Of each holder the credentials in force."""
        now = self.intake.clock()
        directory = self.intake.projection.directory
        return {
            holder: [sender for sender in directory.senders_of(holder) if sender.is_valid_at(now)]
            for holder in {letter.holder for letter in letters}
            if holder is not None
        }

    async def _wait_for_news(self, letters: Sequence[_Letter]) -> None:
        """Nobody of these has a credential that we know; the broker has let them in, so that we may hear of it yet."""
        if letters:
            await asyncio.sleep(NEWS_S)
            await self._hand_over(letters, self._senders(letters))

    async def _hand_over(self, letters: Sequence[_Letter], senders: Senders) -> None:
        if not letters:
            return
        decoded = decode_each([letter.delivery.message.body[:MAX_READING_BYTES] for letter in letters])
        allowed = [
            any(sender.may_send(device) for sender in senders[letters[place].holder])
            for place, device in zip(decoded.index.tolist(), decoded.readings["device"].tolist(), strict=True)
        ]
        checked = self.intake.check(decoded, np.array(allowed, np.bool_))
        await self._deliver(parcels(checked, self.intake.settings.partitions), letters)

    async def _deliver(self, parcels_: Mapping[int, Parcel], letters: Sequence[_Letter]) -> None:
        """Ack each message once its partition has it; those of quick partitions in one go."""
        provenance = self.intake.provenance(Source.LIVE)
        parcels_ = _correlated(parcels_, letters, provenance.correlation_id)
        async with asyncio.TaskGroup() as tasks:
            waiting = {
                tasks.create_task(self._insist(partition, parcel, provenance)): parcel
                for partition, parcel in parcels_.items()
            }
            safe, _ = await asyncio.wait(waiting, timeout=ACK_AFTER_S)
            while waiting:
                parts = [waiting.pop(task) for task in safe]
                await self.queue.ack_all([letters[place].delivery for part in parts for place in part.items])
                if waiting:
                    safe, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    async def _insist(self, partition: int, parcel: Parcel, provenance: Provenance) -> None:
        """Return once the partition has the parcel safely, however long that takes."""
        while not await self._is_taken(partition, parcel, provenance):  # noqa: ASYNC110  (it tries, it does not poll)
            await asyncio.sleep(self.intake.settings.park_s)
        count(Via.BROKER, len(parcel.readings), Counter(item.rejection.reason for item in parcel.refused))

    async def _is_taken(self, partition: int, parcel: Parcel, provenance: Provenance) -> bool:
        try:
            await self.intake.lanes.send({partition: parcel}, provenance)
        except (SlowDown, Unavailable):
            return False
        return True


def _correlated(parcels_: Mapping[int, Parcel], letters: Sequence[_Letter], ours: str) -> Mapping[int, Parcel]:
    """Each reading with the correlation id that its message has; those that have none, as most, with `ours`."""
    given = [sane_correlation_id(letter.delivery.message.correlation_id) for letter in letters]
    if not any(given):
        return parcels_
    return {
        partition: replace(parcel, correlation_ids=[given[place] or ours for place in parcel.accepted.tolist()])
        for partition, parcel in parcels_.items()
    }


def _holder(message: Message) -> Holder | None:
    """Who has published: the broker vouches for the user id, and lets nobody use the routing key of another."""
    if message.user_id is not None:
        return holder_of_login(message.user_id)
    return holder_of_routing_key(message.routing_key)
