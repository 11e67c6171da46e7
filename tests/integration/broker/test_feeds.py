"""What the broker port says of telling and listening, asked of every adapter."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from kilowatch.kit.broker.port import Broker, Feed, Message
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.errors import Unavailable
from tests.integration.broker.conftest import Post
from tests.rabbitmq_node import RabbitNode


def message(number: int, routing_key: str = "power.7") -> Message:
    return Message(id=str(number), body=b"%d" % number, routing_key=routing_key)


async def heard(feed: Feed, count: int) -> list[str]:
    found: list[str] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found += _ids(await feed.receive_many(100))
    return found


def _ids(messages: Sequence[Message]) -> list[str]:
    return [each.id for each in messages]


async def test_every_listener_hears_everything_in_order(broker: Broker, post: Post) -> None:
    async with AsyncExitStack() as stack:
        feeds = [
            await stack.enter_async_context(broker.listen(post.exchange, ["#"], max_messages=100)) for _ in range(3)
        ]
        for number in range(20):
            await broker.tell(post.exchange, message(number))
        for feed in feeds:
            assert await heard(feed, 20) == [str(number) for number in range(20)]


async def test_a_listener_hears_what_its_patterns_say_and_each_message_once(broker: Broker, post: Post) -> None:
    async with broker.listen(post.exchange, ["power.*", "power.7", "ring"], max_messages=100) as feed:
        for number, key in enumerate(("power.7", "usage.7", "ring", "power.8.phase", "power.9")):
            await broker.tell(post.exchange, message(number, key))
        assert await heard(feed, 3) == ["0", "2", "4"]


async def test_who_comes_later_hears_nothing_of_before(broker: Broker, post: Post) -> None:
    async with broker.listen(post.exchange, ["#"], max_messages=100) as feed:
        await broker.tell(post.exchange, message(1))
        assert await heard(feed, 1) == ["1"]
    await broker.tell(post.exchange, message(2))
    async with broker.listen(post.exchange, ["#"], max_messages=100) as feed:
        await broker.tell(post.exchange, message(3))
        assert await heard(feed, 1) == ["3"]


async def test_telling_nobody_and_nowhere_does_nothing(broker: Broker, post: Post) -> None:
    await broker.tell("no-such-exchange", message(1))
    await post.queue("other")
    await broker.tell(post.exchange, message(1))
    async with broker.listen(post.exchange, ["#"], max_messages=100) as feed:
        # The broker may take a moment to close the channel over the exchange that is not there.
        async with asyncio.timeout(10):
            told = asyncio.create_task(_tell_until_cancelled(broker, post.exchange))
            assert _ids(await feed.receive_many(1)) == ["2"]
            told.cancel()


async def _tell_until_cancelled(broker: Broker, exchange: str) -> None:
    while True:
        await broker.tell(exchange, message(2))
        await asyncio.sleep(0.1)


async def test_what_is_told_reaches_queues_as_well(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await broker.tell(post.exchange, message(1))
    async with broker.subscribe(queue, prefetch=1) as subscription, asyncio.timeout(10):
        delivery = await subscription.receive()
        assert delivery.message.id == "1"
        await delivery.ack()


async def test_what_is_published_is_heard_too_and_a_listener_is_enough_to_publish(broker: Broker, post: Post) -> None:
    async with broker.listen(post.exchange, ["user.*"], max_messages=100) as feed:
        await broker.publish(post.exchange, message(1, "user.deleted"))
        assert await heard(feed, 1) == ["1"]


async def test_a_slow_listener_loses_the_oldest_and_is_told_so(broker: Broker, post: Post) -> None:
    async with broker.listen(post.exchange, ["#"], max_messages=10) as feed:
        for number in range(1000):
            await broker.tell(post.exchange, message(number))
        async with asyncio.timeout(10):
            while feed.dropped == 0:
                await asyncio.sleep(0.01)
        found = await heard(feed, 1)
        while "999" not in found:
            found += await heard(feed, 1)
        assert found == sorted(found, key=int)
        assert len(found) < 1000


async def test_a_listener_whose_link_is_lost_is_told_and_listens_again(rabbitmq: RabbitNode) -> None:
    async with open_rabbitmq(rabbitmq.url) as broker:
        async with broker.listen("feeds", ["#"], max_messages=10) as feed:
            await asyncio.to_thread(rabbitmq.restart)
            with pytest.raises(Unavailable):
                async with asyncio.timeout(30):
                    await feed.receive_many(1)
        async with asyncio.timeout(60):
            while True:
                try:
                    async with broker.listen("feeds", ["#"], max_messages=10) as feed:
                        told = asyncio.create_task(_tell_until_cancelled(broker, "feeds"))
                        assert _ids(await feed.receive_many(1)) == ["2"]
                        told.cancel()
                        return
                except Unavailable:
                    await asyncio.sleep(0.1)
