"""What the broker port promises, asked of every adapter."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import uuid4

import pytest

from kilowatch.kit.broker.port import (
    Binding,
    Broker,
    Delivery,
    Exchange,
    ExchangeKind,
    Message,
    Queue,
    QueueFull,
    Subscription,
    Topology,
    Unroutable,
)
from kilowatch.kit.errors import Conflict, NotFound, Unavailable
from tests.eventually import eventually
from tests.integration.broker.conftest import Post

T = TypeVar("T")

#: Nothing may come: how long a test waits before it believes that.
SILENCE_S = 0.3


async def soon(awaitable: Awaitable[T]) -> T:
    async with asyncio.timeout(10):
        return await awaitable


async def receive(subscription: Subscription, count: int) -> list[Delivery]:
    return [await soon(subscription.receive()) for _ in range(count)]


async def nothing_comes(subscription: Subscription) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SILENCE_S):
            await subscription.receive()


def ids(deliveries: list[Delivery]) -> list[str]:
    return [delivery.message.id for delivery in deliveries]


async def test_a_message_arrives_as_it_was_sent(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    sent = Message(
        id="m-1",
        body=b"\x00\xffbytes",
        routing_key="meter.7",
        content_type="application/x-batch",
        headers={"colour": "green"},
        correlation_id="c-1",
    )
    await post.publish(sent)
    async with broker.subscribe(queue, prefetch=1) as subscription:
        delivery = await soon(subscription.receive())
        assert delivery.message == sent
        assert not delivery.redelivered
        await delivery.ack()
    await post.all_safe()


async def test_a_large_message_and_an_empty_one_arrive_whole(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    bodies = [b"x" * 3_000_000, b""]
    for body in bodies:
        await post.publish(Message(id="m", body=body, routing_key="k"))
    async with broker.subscribe(queue, prefetch=2) as subscription:
        assert [delivery.message.body for delivery in await receive(subscription, 2)] == bodies


async def test_an_acked_message_is_gone(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await (await soon(subscription.receive())).ack()
        await nothing_comes(subscription)
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await nothing_comes(subscription)
    assert await broker.depth(queue) == 0


async def test_a_requeued_message_comes_again_marked(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await (await soon(subscription.receive())).requeue()
        again = await soon(subscription.receive())
        assert again.message.id == "a"
        assert again.redelivered
        await again.ack()
    await post.all_safe()


async def test_a_message_without_a_limit_is_requeued_as_often_as_it_takes(broker: Broker, post: Post) -> None:
    queue = await post.queue(delivery_limit=None)
    await post.send("a")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        for _ in range(40):
            await (await soon(subscription.receive())).requeue()
        await (await soon(subscription.receive())).ack()
    await post.all_safe()
    assert await broker.dead_letters(queue) == []


async def test_consumers_share_a_queue_and_each_message_goes_to_one(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*(str(number) for number in range(20)))
    async with AsyncExitStack() as stack:
        subscriptions = [await stack.enter_async_context(broker.subscribe(queue, prefetch=5)) for _ in range(4)]
        shares = await asyncio.gather(*(receive(subscription, 5) for subscription in subscriptions))
    assert sorted(int(each) for share in shares for each in ids(share)) == list(range(20))


async def test_a_consumer_that_goes_away_gives_back_what_it_held(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a", "b", "c")
    async with broker.subscribe(queue, prefetch=3) as subscription:
        first, *_ = await receive(subscription, 3)
        await first.ack()
    async with broker.subscribe(queue, prefetch=3) as subscription:
        again = await receive(subscription, 2)
        assert sorted(ids(again)) == ["b", "c"]
        assert all(delivery.redelivered for delivery in again)


async def test_what_was_given_back_goes_to_a_consumer_that_waits(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    async with broker.subscribe(queue, prefetch=1) as patient:
        async with broker.subscribe(queue, prefetch=1) as leaving:
            await post.send("a", "b")
            held = await soon(leaving.receive())
            other = await soon(patient.receive())
            await other.ack()
        assert (await soon(patient.receive())).message.id == held.message.id


async def test_no_more_than_the_prefetch_is_in_a_consumers_hands(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*"abcde")
    async with broker.subscribe(queue, prefetch=2) as subscription:
        first, second = await receive(subscription, 2)
        await eventually(lambda: broker.depth(queue), 3)
        await nothing_comes(subscription)
        await first.ack()
        third = await soon(subscription.receive())
        await second.requeue()
        await third.ack()
        assert len(await receive(subscription, 2)) == 2


async def test_many_are_received_and_acked_at_once(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*(str(number) for number in range(50)))
    received: list[Delivery] = []
    async with broker.subscribe(queue, prefetch=20) as subscription:
        while len(received) < 50:
            some = await soon(subscription.receive_many(7))
            assert 1 <= len(some) <= 7
            await subscription.ack_all(some)
            received.extend(some)
        await nothing_comes(subscription)
    assert sorted(map(int, ids(received))) == list(range(50))
    await post.all_safe()


async def test_acking_many_leaves_alone_what_is_not_among_them(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*"abcdef")
    async with broker.subscribe(queue, prefetch=6) as subscription:
        deliveries = {delivery.message.id: delivery for delivery in await receive(subscription, 6)}
        await subscription.ack_all([deliveries[each] for each in "ebd"])
        await subscription.ack_all([])
        await deliveries["a"].ack()
    async with broker.subscribe(queue, prefetch=6) as subscription:
        assert sorted(ids(await receive(subscription, 2))) == ["c", "f"]
        await nothing_comes(subscription)


async def test_a_delivery_is_settled_once(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a", "b")
    async with broker.subscribe(queue, prefetch=2) as subscription:
        first, second = await receive(subscription, 2)
        await first.ack()
        for settle in (first.ack, first.requeue, lambda: first.reject("no"), lambda: subscription.ack_all([first])):
            with pytest.raises(RuntimeError):
                await settle()
        await second.ack()
    await post.all_safe()


async def test_a_closed_subscription_says_so(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        delivery = await soon(subscription.receive())
    for call in (subscription.receive, delivery.ack, delivery.requeue, lambda: delivery.reject("no")):
        with pytest.raises(Unavailable):
            await soon(call())


async def test_who_stops_waiting_takes_no_message_away(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    async with broker.subscribe(queue, prefetch=1) as subscription:
        waiting = asyncio.create_task(subscription.receive())
        await nothing_comes(subscription)
        waiting.cancel()
        await asyncio.wait([waiting])
        await post.send("a")
        assert (await soon(subscription.receive())).message.id == "a"


async def test_several_workers_share_a_subscription(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    done: Counter[str] = Counter()

    async def work(deliveries: AsyncIterator[Delivery]) -> None:
        async for delivery in deliveries:
            done[delivery.message.id] += 1
            await delivery.ack()

    async with broker.subscribe(queue, prefetch=3) as subscription:
        workers = [asyncio.create_task(work(aiter(subscription))) for _ in range(5)]
        await post.send(*(str(number) for number in range(100)))
        await eventually(lambda: asyncio.sleep(0, done.total()), 100)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    assert done == Counter(str(number) for number in range(100))


async def test_a_rejected_message_lies_among_the_dead_letters_with_the_reason(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a", routing_key="meter.9")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await (await soon(subscription.receive())).reject("not a reading")
        await nothing_comes(subscription)
    await post.all_safe()
    (letter,) = await broker.dead_letters(queue)
    assert (letter.queue, letter.reason) == (queue, "not a reading")
    assert letter.message == Message(
        id="a", body=b"body of a", routing_key="meter.9", headers={}, content_type="application/json"
    )
    assert [again.id for again in await broker.dead_letters(queue)] == [letter.id]


async def test_a_message_over_the_delivery_limit_becomes_a_dead_letter(broker: Broker, post: Post) -> None:
    queue = await post.queue(delivery_limit=3)
    await post.send("poison", routing_key="meter.9")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        for number in range(4):
            delivery = await soon(subscription.receive())
            assert delivery.redelivered is (number > 0)
            await delivery.requeue()
        await nothing_comes(subscription)

    async def buried() -> list[tuple[str, str, str]]:
        letters = await broker.dead_letters(queue)
        return [(letter.reason, letter.message.id, letter.message.routing_key) for letter in letters]

    await eventually(buried, [("delivery_limit", "poison", "meter.9")])
    await post.all_safe()


async def test_dead_letters_are_listed_oldest_first_and_no_more_than_asked(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*"abc")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        order = [await bury_next(subscription) for _ in range(3)]
    assert [letter.message.id for letter in await broker.dead_letters(queue, limit=2)] == order[:2]
    assert [letter.message.id for letter in await broker.dead_letters(queue)] == order


async def bury_next(subscription: Subscription) -> str:
    delivery = await soon(subscription.receive())
    await delivery.reject("bad")
    return delivery.message.id


async def test_a_dead_letter_is_sent_again_and_forgotten(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    message = Message(id="a", body=b"{}", routing_key="meter.9", headers={"h": "1"}, correlation_id="c")
    await post.publish(message)
    await post.send("other")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await bury_next(subscription)
        await bury_next(subscription)
        letters = {letter.message.id: letter for letter in await broker.dead_letters(queue)}
        replaying = asyncio.create_task(broker.replay(queue, letters["a"].id))
        again = await soon(subscription.receive())
        assert again.message == message
        await again.ack()
        await soon(replaying)
    assert [letter.message.id for letter in await broker.dead_letters(queue)] == ["other"]
    with pytest.raises(NotFound):
        await broker.replay(queue, letters["a"].id)


async def test_a_dead_letter_is_discarded_and_the_others_stay(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    assert await broker.count_dead_letters(queue) == 0
    await post.send("a", "b")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await bury_next(subscription)
        await bury_next(subscription)
    assert await broker.count_dead_letters(queue) == 2
    letters = {letter.message.id: letter for letter in await broker.dead_letters(queue)}
    assert await broker.discard(queue, letters["a"].id) == letters["a"]
    assert [letter.message.id for letter in await broker.dead_letters(queue)] == ["b"]
    assert await broker.depth(queue) == 0
    with pytest.raises(NotFound):
        await broker.discard(queue, letters["a"].id)


async def test_a_replay_that_is_rejected_again_lies_there_again(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send("a", routing_key="meter.9")
    async with broker.subscribe(queue, prefetch=1) as subscription:
        await bury_next(subscription)
        (letter,) = await broker.dead_letters(queue)
        replaying = asyncio.create_task(broker.replay(queue, letter.id))
        await (await soon(subscription.receive())).reject("worse")
        await soon(replaying)
    (again,) = await broker.dead_letters(queue)
    assert (again.reason, again.message) == ("worse", letter.message)


@pytest.mark.parametrize("unknown", ["nonsense", "5f0c9a52-0d4e-4c7e-9b57-2f8f5c1b6a10"])
async def test_an_unknown_dead_letter_is_not_found(broker: Broker, post: Post, unknown: str) -> None:
    with pytest.raises(NotFound):
        await broker.replay(await post.queue(), unknown)


async def test_a_full_queue_refuses_then_takes_again(broker: Broker, post: Post) -> None:
    queue = await post.queue(max_messages=10)
    outcomes = await send_many(broker, post, 400)
    refused = {name for name, outcome in outcomes.items() if isinstance(outcome, QueueFull)}
    assert refused
    # RabbitMQ hears of the bound a little late, so that some more than 10 are in it; refused ones never are.
    arrived = await drain(broker, queue)
    assert len(arrived) >= 10
    assert not refused & set(arrived)
    assert refused | set(arrived) == set(outcomes)
    await post.send("later")
    assert await drain(broker, queue) == ["later"]


async def send_many(broker: Broker, post: Post, count: int) -> dict[str, object]:
    """Each outcome by message: an error, or None for one that is safe or still on its way."""
    for number in range(count):
        await send_one(broker, post, str(number))
    outcomes: dict[str, object] = {}
    for number, task in enumerate(post.sending):
        outcomes[str(number)] = task.exception() if task.done() else None
    return outcomes


async def send_one(broker: Broker, post: Post, name: str) -> None:
    task = asyncio.create_task(broker.publish(post.exchange, Message(id=name, body=b"", routing_key="k")))
    post.sending.append(task)
    await asyncio.wait([task], timeout=0.01)


async def drain(broker: Broker, queue: str) -> list[str]:
    drained = []
    async with broker.subscribe(queue, prefetch=20) as subscription:
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    delivery = await subscription.receive()
            except TimeoutError:
                return drained
            drained.append(delivery.message.id)
            await delivery.ack()


async def test_a_full_queue_beside_one_with_room_refuses_the_message(broker: Broker, post: Post) -> None:
    full, _roomy = await post.queue(max_messages=1), await post.queue()
    await send_many(broker, post, 300)
    with pytest.raises(QueueFull):
        await broker.publish(post.exchange, Message(id="x", body=b"", routing_key="k"))
    assert await broker.depth(full) >= 1


async def test_a_message_that_no_queue_takes_is_unroutable(broker: Broker, post: Post) -> None:
    await post.queue("meter.*")
    with pytest.raises(Unroutable):
        await soon(broker.publish(post.exchange, Message(id="a", body=b"", routing_key="house.1")))
    with pytest.raises(Unroutable):
        await soon(broker.publish("no-such-exchange", Message(id="a", body=b"", routing_key="meter.1")))


async def test_what_is_unroutable_does_not_disturb_what_is_not(broker: Broker, post: Post) -> None:
    queue = await post.queue("good.*")
    messages = [Message(id=str(n), body=b"", routing_key=f"{'good' if n % 2 else 'bad'}.{n}") for n in range(100)]
    sending = [asyncio.create_task(broker.publish(post.exchange, message)) for message in messages]
    arrived = await drain(broker, queue)
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    assert sorted(map(int, arrived)) == list(range(1, 100, 2))
    assert [isinstance(outcome, Unroutable) for outcome in outcomes] == [True, False] * 50
    assert outcomes[1::2] == [None] * 50


@pytest.mark.parametrize(
    ("patterns", "routing_key", "copies"),
    [
        (["meter.*"], "meter.1", 1),
        (["meter.#"], "meter", 1),
        (["#.1"], "house.meter.1", 1),
        (["meter.*", "*.1", "#"], "meter.1", 1),
        (["*"], "meter.1", 0),
        (["meter.*.power"], "meter.1.energy", 0),
    ],
)
async def test_patterns_choose_and_a_queue_gets_one_copy(
    broker: Broker, post: Post, patterns: list[str], routing_key: str, copies: int
) -> None:
    queue = await post.queue(*patterns)
    await post.queue("#")  # so that every message is routable
    await post.send("a", routing_key=routing_key)
    assert await drain(broker, queue) == ["a"] * copies


async def test_every_queue_of_a_message_gets_it(broker: Broker, post: Post) -> None:
    queues = [await post.queue("meter.*"), await post.queue("#")]
    await post.send("a")
    assert [await drain(broker, queue) for queue in queues] == [["a"], ["a"]]
    await post.all_safe()


async def test_two_exchanges_feed_one_queue_and_a_direct_one_knows_no_patterns(broker: Broker) -> None:
    topic, direct, queue = (f"{kind}-{uuid4().hex[:8]}" for kind in ("topic", "direct", "queue"))
    await broker.declare(
        Topology(
            exchanges=[Exchange(topic, ExchangeKind.TOPIC), Exchange(direct, ExchangeKind.DIRECT)],
            queues=[Queue(name=queue, max_messages=10)],
            bindings=[Binding(topic, queue, "meter.*"), Binding(direct, queue, "7"), Binding(direct, queue, "#")],
        )
    )
    sending = [
        asyncio.create_task(broker.publish(exchange, Message(id=exchange + key, body=b"", routing_key=key)))
        for exchange, key in [(topic, "meter.1"), (direct, "7"), (direct, "8")]
    ]
    assert sorted(await drain(broker, queue)) == sorted([topic + "meter.1", direct + "7"])
    with pytest.raises(Unroutable):
        await soon(sending[2])
    await soon(asyncio.gather(*sending[:2]))


async def test_declaring_again_changes_nothing_and_declaring_otherwise_is_a_conflict(
    broker: Broker, post: Post
) -> None:
    queue = await post.queue()
    await post.send("a")
    same = Topology(
        exchanges=[Exchange(post.exchange, ExchangeKind.TOPIC)], queues=[Queue(name=queue, max_messages=10_000)]
    )
    await broker.declare(same)
    with pytest.raises(Conflict):
        await broker.declare(Topology(queues=[Queue(name=queue, max_messages=5)]))
    with pytest.raises(Conflict):
        await broker.declare(Topology(exchanges=[Exchange(post.exchange, ExchangeKind.DIRECT)]))
    assert await drain(broker, queue) == ["a"]


async def test_what_does_not_exist_is_unavailable(broker: Broker) -> None:
    with pytest.raises(Unavailable):
        async with broker.subscribe("no-such-queue", prefetch=1):
            pass
    with pytest.raises(Unavailable):
        await broker.depth("no-such-queue")


async def test_a_working_broker_passes_its_check(broker: Broker) -> None:
    await broker.check()


async def test_a_publisher_that_gives_up_corrupts_nothing(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    await post.send(*(f"quitter-{number}" for number in range(50)))
    await post.stop()
    await post.send("steady")
    assert "steady" in await drain(broker, queue)
    await post.all_safe()
    assert await broker.depth(queue) == 0


async def test_many_publishers_and_consumers_move_everything_once(broker: Broker, post: Post) -> None:
    queue = await post.queue()
    done: Counter[str] = Counter()

    async def consume() -> None:
        async with broker.subscribe(queue, prefetch=50) as subscription:
            while True:
                deliveries = await subscription.receive_many(20)
                done.update(delivery.message.id for delivery in deliveries)
                await subscription.ack_all(deliveries)

    async def publish(publisher: int) -> None:
        for number in range(100):
            await broker.publish(post.exchange, Message(id=f"{publisher}-{number}", body=b"", routing_key="k"))

    consumers = [asyncio.create_task(consume()) for _ in range(3)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(publish(publisher) for publisher in range(20)))
        await eventually(lambda: asyncio.sleep(0, done.total()), 2_000)
    for consumer in consumers:
        consumer.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    assert set(done.values()) == {1}
    assert await broker.depth(queue) == 0
