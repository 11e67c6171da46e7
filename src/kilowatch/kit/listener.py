"""The edge of what may be lost: how a service hears an exchange, and is told when it may have missed something."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from kilowatch.kit.broker.port import Broker, Feed, Message
from kilowatch.kit.errors import Poison, Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import unless, wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

MAX_HEARD: Final = 10_000
TAKEN_AT_ONCE: Final = 200
RETRY_S: Final = 0.5

#: Takes in one message. Raises `Poison` for what it cannot read.
Hear = Callable[[Message], None]
#: Called whenever something may have been missed: at the start, after a lost link, when it was too slow.
Missed = Callable[[], None]


def listen_to(broker: Broker, exchange: str, patterns: Sequence[str], hear: Hear, missed: Missed) -> Job:
    """The job that hears what goes through an exchange."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with broker.listen(exchange, patterns, max_messages=MAX_HEARD) as feed:
                    missed()
                    await unless(stopping, _hear_all(feed, hear, missed))
            except Unavailable as error:
                log.warning("feed_lost", exchange=exchange, reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


async def _hear_all(feed: Feed, hear: Hear, missed: Missed) -> None:
    dropped = 0
    while True:
        for message in await feed.receive_many(TAKEN_AT_ONCE):
            try:
                hear(message)
            except Poison as error:
                log.warning("not_understood", message_id=message.id, reason=str(error))
        if feed.dropped > dropped:
            dropped = feed.dropped
            missed()
        await asyncio.sleep(0)  # a steady stream leaves no other pause, and others work in this loop too
