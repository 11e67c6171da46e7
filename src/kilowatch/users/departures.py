"""Messages that nobody could process, and that tell of somebody who has been deleted, are forgotten.

No service hears of them: they lie at the broker. One may also come to lie there after its person has left, so they are
looked through again and again.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from kilowatch.contracts.routing import CHAT_COMMAND_QUEUE, event_queue
from kilowatch.contracts.services import SERVICES
from kilowatch.kit.broker.port import Broker, DeadLetter
from kilowatch.kit.errors import NotFound, Unavailable
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.users.api import UsersContext
from kilowatch.users.store import UserStore

log = logger(__name__)

LOOK_S: Final = 600.0
#: Of a queue, the oldest. Where there are more, something is broken, and they are cleared before anything else.
MOST_LETTERS: Final = 10_000
QUEUES: Final = (*map(event_queue, SERVICES), CHAT_COMMAND_QUEUE)
#: Beginnings of the routing keys of messages with names and words of people in them, and not just ids.
PERSONAL: Final = ("user.", "conversation.", "message.")
_UUID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def forget_the_departed(users: UsersContext) -> Job:
    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            users.somebody_left.clear()
            try:
                await forget_letters(users)
            except Unavailable as error:
                log.warning("letters_looked_through_later", reason=str(error))
            await wait_for_any(users.somebody_left, stopping, timeout_s=LOOK_S)

    return run


async def forget_letters(users: UsersContext) -> None:
    """Raises `Unavailable`."""
    letters = [letter for queue in QUEUES for letter in await _personal_letters(users.broker, queue)]
    if not letters:
        return
    named = {letter.id: ids_in(letter.message.body) for letter in letters}
    async with users.database.transaction() as connection:
        departed = await UserStore(connection).departed_among(set().union(*named.values()))
    for letter in letters:
        if named[letter.id] & departed:
            with suppress(NotFound):  # another replica was faster
                await users.broker.discard(letter.queue, letter.id)


async def _personal_letters(broker: Broker, queue: str) -> Iterable[DeadLetter]:
    try:
        letters = await _letters(broker, queue)
    except Unavailable:
        await broker.check()  # it works: there is no such queue, as the service hears no events
        return ()
    return (letter for letter in letters if letter.message.routing_key.startswith(PERSONAL))


async def _letters(broker: Broker, queue: str) -> Sequence[DeadLetter]:
    if not await broker.count_dead_letters(queue):
        return ()
    return await broker.dead_letters(queue, limit=MOST_LETTERS)


def ids_in(body: bytes) -> set[UUID]:
    """Of whatever it is about: also a body that is no event at all may name somebody."""
    return {UUID(found.decode()) for found in _UUID.findall(body)}
