"""How the installation is: its services, its queues, and the messages that nobody could process."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from kilowatch.contracts.routing import QUEUES
from kilowatch.contracts.services import SERVICES
from kilowatch.kit.broker.port import Broker, DeadLetter
from kilowatch.kit.errors import NotFound, Unavailable
from kilowatch.kit.service import Peers

#: A service that takes longer is not healthy, and the page is not to wait for it.
TIMEOUT_S: Final = 4.0
#: Of a message's body as it is shown.
SHOWN_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHealth:
    """Of the replica that answered."""

    name: str
    version: str | None  #: None: it does not answer
    reason: str | None  #: why it is not ready; None: it is


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    name: str
    waiting: int  #: ready to be processed, not what consumers hold
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    services: list[ServiceHealth]
    broker: str | None  #: why it does not work; None: it does
    queues: list[QueueHealth]  #: those that exist; none while the broker is away


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterView:
    id: str
    queue: str
    reason: str
    at: datetime
    routing_key: str
    message_id: str
    correlation_id: str
    content_type: str
    size: int  #: bytes of the body
    text: str | None  #: the beginning of the body; None: it is no text


class _Told(msgspec.Struct):
    version: str
    reason: str | None


async def health_of_all(peers: Peers, broker: Broker) -> Health:
    services = await asyncio.gather(*(_service(peers, name) for name in SERVICES))
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await broker.check()
            queues = await asyncio.gather(*(_queue(broker, name) for name in QUEUES))
    except (Unavailable, TimeoutError) as error:
        return Health(services=list(services), broker=str(error) or "It does not answer.", queues=[])
    return Health(services=list(services), broker=None, queues=[queue for queue in queues if queue])


async def dead_letters(broker: Broker, queue: str | None, limit: int) -> tuple[list[DeadLetterView], int]:
    """The oldest of each queue, and how many there are of all. Raises `NotFound`, `Unavailable`."""
    await broker.check()
    names = QUEUES if queue is None else [_known(queue)]
    found = [found for name in names if (found := await _queue(broker, name)) and found.dead_letters]
    letters: list[DeadLetter] = []
    for each in found:
        if room := limit - len(letters):
            letters += await broker.dead_letters(each.name, limit=room)
    return [_view(letter) for letter in letters], sum(each.dead_letters for each in found)


async def replay(broker: Broker, queue: str, letter_id: str) -> DeadLetter:
    """Raises `NotFound`, `SlowDown`, `Unavailable`."""
    return await broker.replay(_known(queue), letter_id)


async def discard(broker: Broker, queue: str, letter_id: str) -> DeadLetter:
    """Raises `NotFound`, `Unavailable`."""
    return await broker.discard(_known(queue), letter_id)


async def _service(peers: Peers, name: str) -> ServiceHealth:
    try:
        answer = await peers.get_json(name, f"/internal/{name}/health", timeout_s=TIMEOUT_S)
    except (Unavailable, NotFound) as error:
        return ServiceHealth(name=name, version=None, reason=str(error))
    told = msgspec.convert(answer, _Told)
    return ServiceHealth(name=name, version=told.version, reason=told.reason)


async def _queue(broker: Broker, name: str) -> QueueHealth | None:
    """None where there is none: fewer partitions, a service that hears no events."""
    try:
        waiting, dead = await broker.depth(name), await broker.count_dead_letters(name)
    except Unavailable:
        return None
    return QueueHealth(name=name, waiting=waiting, dead_letters=dead)


def _known(queue: str) -> str:
    if queue not in QUEUES:
        raise NotFound("There is no such queue.")
    return queue


def _view(letter: DeadLetter) -> DeadLetterView:
    message = letter.message
    return DeadLetterView(
        id=letter.id,
        queue=letter.queue,
        reason=letter.reason,
        at=letter.at,
        routing_key=message.routing_key,
        message_id=message.id,
        correlation_id=message.correlation_id,
        content_type=message.content_type,
        size=len(message.body),
        text=_text(message.body),
    )


def _text(body: bytes) -> str | None:
    try:
        return body.decode()[:SHOWN_BYTES]
    except UnicodeDecodeError:  # a batch of columns
        return None
