"""`kilowatch dead-letters`: looks at messages that could not be processed, and sends one of them again."""

from collections.abc import Callable, Sequence

from kilowatch.contracts.routing import QUEUES
from kilowatch.kit.broker.port import Broker, DeadLetter
from kilowatch.kit.errors import Invalid, Unavailable
from kilowatch.kit.secrets import given_secret
from kilowatch.process import open_rabbitmq


async def show_dead_letters(amqp_url: str | None, queue: str | None, say: Callable[[str], None]) -> int:
    """Of one queue, or of all; gives how many there are. Raises `Invalid`, `Unavailable`."""
    async with open_rabbitmq(_url(amqp_url)) as broker:
        await broker.check()
        names = QUEUES if queue is None else [queue]
        letters = [letter for name in names for letter in await _in(broker, name)]
    for letter in letters:
        say(
            f"{letter.queue}  {letter.id}  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.message.routing_key}  {letter.reason}"
        )
    return len(letters)


async def replay_dead_letter(amqp_url: str | None, queue: str | None, letter_id: str) -> None:
    """Raises `Invalid`, `NotFound`, `Unavailable`."""
    if queue is None:
        raise Invalid("Say in which queue it lies: --queue")
    async with open_rabbitmq(_url(amqp_url)) as broker:
        await broker.replay(queue, letter_id)


def _url(given: str | None) -> str:
    url = given or given_secret("amqp_url")
    if url is None:
        raise Invalid("Say where RabbitMQ is: --amqp amqp://USER:PASSWORD@HOST/")
    return url


async def _in(broker: Broker, queue: str) -> Sequence[DeadLetter]:
    try:
        return await broker.dead_letters(queue)
    except Unavailable:  # no such queue: a service that hears no events, fewer partitions
        return []
