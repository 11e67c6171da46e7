"""What can happen to a RabbitMQ and the way to it: nothing that was confirmed is lost, everything comes back."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

import pika
import pytest

from kilowatch.kit.broker.port import Binding, Broker, Exchange, ExchangeKind, Message, Queue, Topology
from kilowatch.kit.broker.rabbitmq import RabbitBroker, open_rabbitmq
from kilowatch.kit.broker.rabbitmq.wire import ROUTING_KEY, USER_ID
from kilowatch.kit.errors import Forbidden, SlowDown, Unavailable
from tests.rabbitmq_node import RabbitNode
from tests.tcp_proxy import TcpProxy, tcp_proxy

HEARTBEAT_S = 1
#: Two heartbeats of silence and a new connection, on a busy machine.
RECOVERY_S = 20.0


@pytest.fixture
async def node(rabbitmq: RabbitNode) -> AsyncIterator[RabbitNode]:
    yield rabbitmq
    await asyncio.to_thread(rabbitmq.thaw)
    await asyncio.to_thread(rabbitmq.start)


@pytest.fixture
async def broker(node: RabbitNode) -> AsyncIterator[RabbitBroker]:
    async with open_rabbitmq(node.url, heartbeat_s=HEARTBEAT_S) as opened:
        yield opened


@pytest.fixture
async def proxy(node: RabbitNode) -> AsyncIterator[TcpProxy]:
    async with tcp_proxy(node.port) as opened:
        yield opened


@pytest.fixture
async def distant(proxy: TcpProxy) -> AsyncIterator[RabbitBroker]:
    """A broker behind the proxy."""
    async with open_rabbitmq(f"amqp://guest:guest@127.0.0.1:{proxy.port}/", heartbeat_s=HEARTBEAT_S) as opened:
        yield opened


async def new_queue(broker: Broker, *, max_messages: int = 100_000, delivery_limit: int | None = None) -> str:
    """A queue and a direct exchange of the same name."""
    name = f"queue-{uuid4().hex[:8]}"
    await broker.declare(
        Topology(
            exchanges=[Exchange(name, ExchangeKind.DIRECT)],
            queues=[Queue(name=name, max_messages=max_messages, delivery_limit=delivery_limit)],
            bindings=[Binding(name, name, "key")],
        )
    )
    return name


def message(number: int) -> Message:
    return Message(id=str(number), body=b"x" * 100, routing_key="key")


async def persist(attempt: Callable[[], Awaitable[None]]) -> None:
    """Try until it works, as every user of the port does."""
    while True:
        with suppress(Unavailable, SlowDown):
            return await attempt()
        await asyncio.sleep(0.1)


async def works_again(broker: Broker, queue: str) -> None:
    """A message goes through."""

    async def round_trip() -> None:
        await broker.publish(queue, Message(id="ping", body=b"", routing_key="key"), timeout_s=2)
        async with broker.subscribe(queue, prefetch=10) as subscription, asyncio.timeout(5):
            async for delivery in subscription:
                await delivery.ack()
                if delivery.message.id == "ping":
                    return

    async with asyncio.timeout(RECOVERY_S):
        await persist(round_trip)


@dataclass
class Traffic:
    """Publishers that do not give up and consumers that come back, and what each of them knows."""

    broker: Broker
    queue: str
    confirmed: set[str] = field(default_factory=set)
    handled: Counter[str] = field(default_factory=Counter)
    resubscribed: int = 0

    async def publish(self, publisher: int, count: int) -> None:
        for number in range(count):
            name = f"{publisher}-{number}"
            each = Message(id=name, body=b"x" * 200, routing_key="key")
            await persist(lambda each=each: self.broker.publish(self.queue, each, timeout_s=3))
            self.confirmed.add(name)
            await asyncio.sleep(0.001)

    async def consume(self) -> None:
        while True:
            with suppress(Unavailable):
                await self._consume_while_connected()
            self.resubscribed += 1
            await asyncio.sleep(0.1)

    async def _consume_while_connected(self) -> None:
        async with self.broker.subscribe(self.queue, prefetch=20) as subscription:
            while True:
                deliveries = await subscription.receive_many(10)
                self.handled.update(delivery.message.id for delivery in deliveries)
                await subscription.ack_all(deliveries)

    async def all_handled(self) -> None:
        async with asyncio.timeout(60):
            while self.confirmed - set(self.handled):
                await asyncio.sleep(0.05)


async def run_through(broker: Broker, disturb: Callable[[], Awaitable[None]]) -> Traffic:
    traffic = Traffic(broker, await new_queue(broker))
    consumers = [asyncio.create_task(traffic.consume()) for _ in range(2)]
    publishers = [asyncio.create_task(traffic.publish(number, 300)) for number in range(8)]
    async with asyncio.timeout(10):
        while len(traffic.handled) < 100:
            await asyncio.sleep(0.01)
    await disturb()
    async with asyncio.timeout(90):
        await asyncio.gather(*publishers)
    await traffic.all_handled()
    for consumer in consumers:
        consumer.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    return traffic


async def test_a_killed_broker_loses_nothing_that_was_confirmed(broker: RabbitBroker, node: RabbitNode) -> None:
    async def kill_twice() -> None:
        for _ in range(2):
            await asyncio.to_thread(node.restart)
            await asyncio.sleep(1)

    traffic = await run_through(broker, kill_twice)
    assert len(traffic.confirmed) == 2_400
    assert traffic.resubscribed >= 2


async def test_cut_connections_lose_nothing_that_was_confirmed(distant: RabbitBroker, proxy: TcpProxy) -> None:
    async def cut_often() -> None:
        for _ in range(5):
            proxy.cut()
            await asyncio.sleep(0.3)

    traffic = await run_through(distant, cut_often)
    assert len(traffic.confirmed) == 2_400
    assert traffic.resubscribed >= 2


async def test_what_is_confirmed_survives_a_kill_at_that_moment(broker: RabbitBroker, node: RabbitNode) -> None:
    queue = await new_queue(broker)
    await asyncio.gather(*(broker.publish(queue, message(number)) for number in range(500)))
    await asyncio.to_thread(node.restart)
    received: set[str] = set()

    async def receive_all() -> None:
        async with broker.subscribe(queue, prefetch=500) as subscription:
            while len(received) < 500:
                received.update(delivery.message.id for delivery in await subscription.receive_many(500))

    async with asyncio.timeout(RECOVERY_S):
        await persist(receive_all)


async def test_a_lost_link_ends_a_subscription_and_what_it_holds(distant: RabbitBroker, proxy: TcpProxy) -> None:
    queue = await new_queue(distant)
    await distant.publish(queue, message(1))
    async with distant.subscribe(queue, prefetch=5) as subscription:
        delivery = await subscription.receive()
        waiting = asyncio.create_task(subscription.receive())
        await asyncio.sleep(0)
        proxy.cut()
        with pytest.raises(Unavailable):
            async with asyncio.timeout(5):
                await waiting
        for settle in (delivery.ack, delivery.requeue, lambda: subscription.ack_all([delivery])):
            with pytest.raises(Unavailable):
                await settle()
    await works_again(distant, queue)


async def test_a_half_open_link_is_noticed_by_publisher_and_consumer(distant: RabbitBroker, proxy: TcpProxy) -> None:
    queue = await new_queue(distant)
    await distant.publish(queue, message(1))
    async with distant.subscribe(queue, prefetch=1) as subscription:
        await (await subscription.receive()).ack()
        proxy.blackhole()
        started = monotonic()
        with pytest.raises(Unavailable):
            await distant.publish(queue, message(2), timeout_s=0.5)
        assert monotonic() - started < 3
        with pytest.raises(Unavailable):
            async with asyncio.timeout(RECOVERY_S):
                await subscription.receive()
        assert monotonic() - started < 2 * HEARTBEAT_S + 5
    proxy.cut()
    proxy.restore()
    await works_again(distant, queue)


async def test_a_half_closed_link_is_replaced(distant: RabbitBroker, proxy: TcpProxy) -> None:
    queue = await new_queue(distant)
    async with distant.subscribe(queue, prefetch=1) as subscription:
        proxy.half_close()
        with pytest.raises(Unavailable):
            async with asyncio.timeout(RECOVERY_S):
                await subscription.receive()
    await works_again(distant, queue)


async def test_a_slow_link_is_slow_and_nothing_else(distant: RabbitBroker, proxy: TcpProxy) -> None:
    proxy.delay_s = 0.1
    queue = await new_queue(distant)
    await asyncio.gather(*(distant.publish(queue, message(number)) for number in range(200)))
    async with distant.subscribe(queue, prefetch=200) as subscription:
        received = 0
        while received < 200:
            deliveries = await subscription.receive_many(200)
            await subscription.ack_all(deliveries)
            received += len(deliveries)


async def test_an_idle_link_is_kept(distant: RabbitBroker) -> None:
    queue = await new_queue(distant)
    async with distant.subscribe(queue, prefetch=1) as subscription:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(6 * HEARTBEAT_S):
                await subscription.receive()
        await distant.publish(queue, message(1))
        async with asyncio.timeout(5):
            await subscription.receive()


async def test_a_frozen_broker_is_unavailable_in_time_and_works_when_it_thaws(
    broker: RabbitBroker, node: RabbitNode
) -> None:
    queue = await new_queue(broker)
    await broker.publish(queue, message(1))
    node.freeze()
    started = monotonic()
    for call in (lambda: broker.publish(queue, message(2), timeout_s=1), lambda: broker.depth(queue), broker.check):
        with pytest.raises(Unavailable):
            await call()
    assert monotonic() - started < 30
    node.thaw()
    await works_again(broker, queue)


async def test_nobody_waits_for_a_broker_that_is_away(broker: RabbitBroker, node: RabbitNode) -> None:
    queue = await new_queue(broker)
    await asyncio.to_thread(node.kill)
    for number in range(20):
        started = monotonic()
        with pytest.raises(Unavailable):
            await broker.publish(queue, message(number))
        with pytest.raises(Unavailable):
            async with broker.subscribe(queue, prefetch=1) as subscription:
                await subscription.receive()
        assert monotonic() - started < 2


async def test_a_service_that_starts_before_its_broker_finds_its_topology(node: RabbitNode) -> None:
    await asyncio.to_thread(node.kill)
    async with open_rabbitmq(node.url) as early:
        queue = await new_queue(early)
        await asyncio.to_thread(node.start)
        await works_again(early, queue)


async def test_a_broker_that_lost_its_disk_gets_its_topology_again(broker: RabbitBroker, node: RabbitNode) -> None:
    queue = await new_queue(broker)
    await broker.publish(queue, message(1))
    await asyncio.to_thread(node.wipe)
    await asyncio.to_thread(node.start)
    await works_again(broker, queue)


@pytest.mark.parametrize("alarm", [RabbitNode.alarm_memory, RabbitNode.alarm_disk])
async def test_an_alarm_refuses_publishers_in_time_lets_consumers_go_on_and_passes(
    broker: RabbitBroker, node: RabbitNode, alarm: Callable[[RabbitNode], None]
) -> None:
    queue = await new_queue(broker)
    await asyncio.gather(*(broker.publish(queue, message(number)) for number in range(10)))
    try:
        await asyncio.to_thread(alarm, node)
        started = monotonic()
        with pytest.raises((Unavailable, SlowDown)):
            await broker.publish(queue, message(10), timeout_s=5)
        with pytest.raises(SlowDown):  # by now the broker has said so
            await broker.publish(queue, message(10), timeout_s=5)
        assert monotonic() - started < 8
        with pytest.raises(Unavailable):
            await broker.check()
        async with broker.subscribe(queue, prefetch=10) as subscription, asyncio.timeout(10):
            for _ in range(10):
                await (await subscription.receive()).ack()
    finally:
        await asyncio.to_thread(node.clear_alarms)
    await works_again(broker, queue)


async def test_a_full_queue_is_drained_and_takes_again(broker: RabbitBroker) -> None:
    queue = await new_queue(broker, max_messages=100)
    confirmed: set[str] = set()

    async def send(number: int) -> None:
        await persist(lambda: broker.publish(queue, message(number)))
        confirmed.add(str(number))

    received: set[str] = set()
    senders = [asyncio.create_task(send(number)) for number in range(1_000)]
    await asyncio.sleep(1)
    assert len(confirmed) < 1_000
    async with broker.subscribe(queue, prefetch=50) as subscription, asyncio.timeout(60):
        while len(received) < 1_000:
            deliveries = await subscription.receive_many(50)
            received.update(delivery.message.id for delivery in deliveries)
            await subscription.ack_all(deliveries)
    await asyncio.gather(*senders)
    assert received == confirmed


async def test_queues_are_quorum_bounded_and_refuse(broker: RabbitBroker, node: RabbitNode) -> None:
    limited, unlimited = await new_queue(broker, max_messages=7, delivery_limit=20), await new_queue(broker)
    listed = await asyncio.to_thread(node.control, "list_queues", "--formatter=json", "name", "arguments", "type")
    arguments = {row["name"]: {name: value for name, _, value in row["arguments"]} for row in json.loads(listed)}
    assert arguments[limited] == {
        "x-queue-type": "quorum",
        "x-max-length": 7,
        "x-overflow": "reject-publish",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{limited}.dead",
        "x-dead-letter-strategy": "at-least-once",
    }
    assert arguments[f"{limited}.dead"]["x-queue-type"] == "quorum"
    # The node is a 3.x, where no limit is said by saying nothing.
    assert "x-delivery-limit" not in arguments[unlimited]


async def test_on_3_x_a_limit_of_minus_one_would_drop_at_the_first_requeue(node: RabbitNode) -> None:
    def requeue_once() -> int:
        with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
            channel = connection.channel()
            arguments = {"x-queue-type": "quorum", "x-delivery-limit": -1}
            queue = f"minus-one-{uuid4().hex[:8]}"
            channel.queue_declare(queue, durable=True, arguments=arguments)
            channel.confirm_delivery()
            channel.basic_publish("", queue, b"lost")
            method, _, _ = next(channel.consume(queue))
            channel.basic_reject(method.delivery_tag, requeue=True)
            again = next(channel.consume(queue, inactivity_timeout=1))
            return 0 if again[0] is None else 1

    assert await asyncio.to_thread(requeue_once) == 0


async def test_the_senders_login_is_what_the_broker_says_not_what_a_header_says(
    broker: RabbitBroker, node: RabbitNode
) -> None:
    queue = await new_queue(broker)
    await asyncio.to_thread(node.control, "add_user", "mallory", "secret")
    await asyncio.to_thread(node.control, "set_permissions", "mallory", ".*", ".*", ".*")
    forged = Message(id="m", body=b"", routing_key="key", headers={USER_ID: "meter-7", ROUTING_KEY: "meter.7"})
    try:
        async with open_rabbitmq(node.url.replace("guest:guest", "mallory:secret")) as mallory:
            await mallory.publish(queue, forged)
            await mallory.publish(queue, Message(id="n", body=b"", routing_key="key", user_id="mallory"))
            with pytest.raises(Forbidden):
                await mallory.publish(queue, Message(id="o", body=b"", routing_key="key", user_id="meter-7"))
        async with broker.subscribe(queue, prefetch=2) as subscription, asyncio.timeout(5):
            first, second = await subscription.receive(), await subscription.receive()
        assert (first.message.user_id, first.message.routing_key) == (None, "key")
        assert second.message.user_id == "mallory"
    finally:
        await asyncio.to_thread(node.control, "delete_user", "mallory")


async def test_a_message_that_finds_no_room_among_the_dead_letters_stays_in_its_queue(
    broker: RabbitBroker, node: RabbitNode
) -> None:
    # The broker tries again after three minutes; queues that are made from now on do so after a second.
    retry = "application:set_env(rabbit, dead_letter_worker_publisher_confirm_timeout, {})."
    await asyncio.to_thread(node.control, "eval", retry.format(1_000))
    queue = await new_queue(broker, delivery_limit=0)
    policy = "set_policy", queue, f"^{queue}\\.dead$", '{"max-length": 1}', "--apply-to", "queues"
    await asyncio.to_thread(node.control, *policy)
    try:
        await _die(broker, queue, [message(number) for number in range(2)])  # the bound is found passed, not kept
        await _there_are_dead_letters(broker, queue, 2)
        await _die(broker, queue, [message(number) for number in range(2, 20)])
        await asyncio.sleep(2)
        assert await broker.count_dead_letters(queue) < 20
        await asyncio.to_thread(node.control, "clear_policy", queue)
        await _there_are_dead_letters(broker, queue, 20)
        letters = await broker.dead_letters(queue)
        assert {letter.message.id for letter in letters} == {str(number) for number in range(20)}
    finally:
        await asyncio.to_thread(node.control, "eval", retry.format(180_000))


async def _die(broker: RabbitBroker, queue: str, messages: Sequence[Message]) -> None:
    for each in messages:
        await broker.publish(queue, each)
    async with broker.subscribe(queue, prefetch=len(messages)) as subscription, asyncio.timeout(10):
        for _ in messages:
            await (await subscription.receive()).requeue()


async def _there_are_dead_letters(broker: RabbitBroker, queue: str, count: int) -> None:
    async with asyncio.timeout(20):
        while await broker.count_dead_letters(queue) < count:
            await asyncio.sleep(0.1)


async def test_a_dead_letter_keeps_its_sender_over_rejection_and_replay(broker: RabbitBroker) -> None:
    queue = await new_queue(broker)
    await broker.publish(queue, Message(id="m", body=b"", routing_key="key", user_id="guest"))
    async with broker.subscribe(queue, prefetch=1) as subscription, asyncio.timeout(10):
        delivery = await subscription.receive()
        await delivery.reject("bad")
        (letter,) = await broker.dead_letters(queue)
        assert letter.message == delivery.message
        await broker.replay(queue, letter.id)
        assert (await subscription.receive()).message == delivery.message
