"""What goes over the wire to RabbitMQ."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika import BasicProperties

from kilowatch.kit.broker.port import Message, Queue
from kilowatch.kit.broker.rabbitmq.wire import (
    ROUTING_KEY,
    USER_ID,
    buried,
    dead_letter_of,
    dead_queue_arguments,
    message_of,
    properties_of,
    queue_arguments,
    sent_again,
)

LOGIN = "balancer"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
TEXT = st.text(min_size=1, max_size=20)
MESSAGES = st.builds(
    Message,
    id=TEXT,
    body=st.binary(max_size=50),
    routing_key=TEXT,
    content_type=TEXT,
    headers=st.dictionaries(TEXT.filter(lambda name: not name.startswith(("x-", "kilowatch-"))), TEXT, max_size=3),
    correlation_id=st.text(max_size=20),
    user_id=st.none() | TEXT,
)


def received(message: Message) -> Message:
    return message_of(message.routing_key, properties_of(message), message.body, login=LOGIN)


@given(MESSAGES)
def test_a_message_is_received_as_it_was_sent(message: Message) -> None:
    assert received(message) == message


@given(MESSAGES)
def test_a_message_sent_again_past_its_exchange_is_the_same_message(message: Message) -> None:
    assert received(sent_again(message, "queue", login=LOGIN)) == message


@given(MESSAGES, TEXT)
def test_a_dead_letter_keeps_the_message_the_reason_and_the_time(message: Message, reason: str) -> None:
    dead = buried(message, "queue", reason=reason, at=AT, login=LOGIN)
    assert dead.routing_key == "queue.dead"
    letter = dead_letter_of("queue", received(dead), dead.headers)
    assert (letter.message, letter.reason, letter.at, letter.queue) == (message, reason, AT, "queue")


def test_what_the_broker_buried_tells_where_it_came_from() -> None:
    death = {"reason": "delivery_limit", "queue": "queue", "time": AT, "routing-keys": ["meter.7"], "count": 1}
    properties = BasicProperties(message_id="m", headers={"x-death": [death], "x-delivery-count": 21})
    letter = dead_letter_of("queue", message_of("queue.dead", properties, b"", login=LOGIN), properties.headers)
    assert (letter.reason, letter.at, letter.message.routing_key) == ("delivery_limit", AT, "meter.7")
    assert letter.message.headers == {}


@pytest.mark.parametrize("user_id", [None, "meter-8"])
def test_headers_of_a_stranger_name_neither_sender_nor_routing_key(user_id: str | None) -> None:
    properties = BasicProperties(user_id=user_id, headers={USER_ID: "meter-7", ROUTING_KEY: "meter.7"})
    message = message_of("meter.8", properties, b"", login=LOGIN)
    assert (message.user_id, message.routing_key) == (user_id, "meter.8")


def test_a_message_without_any_properties_is_still_a_message() -> None:
    message = message_of("meter.7", BasicProperties(), b"{}", login=LOGIN)
    assert (message.id, message.content_type, message.headers) == ("", "application/octet-stream", {})


@pytest.mark.parametrize(
    ("server_version", "limit"),
    [("3.10.8", {}), ("3.13.7", {}), ("4.0.1-rc.2", {"x-delivery-limit": -1}), ("4.3.0", {"x-delivery-limit": -1})],
)
def test_no_delivery_limit_is_said_as_the_server_understands_it(server_version: str, limit: dict[str, int]) -> None:
    unlimited = Queue(name="queue", max_messages=5)
    for arguments in (queue_arguments(unlimited, server_version), dead_queue_arguments(server_version)):
        assert {name: value for name, value in arguments.items() if name == "x-delivery-limit"} == limit


@pytest.mark.parametrize("server_version", ["3.10.8", "4.1.0"])
def test_a_delivery_limit_is_said_alike_to_every_server(server_version: str) -> None:
    limited = Queue(name="queue", max_messages=5, delivery_limit=20)
    assert queue_arguments(limited, server_version)["x-delivery-limit"] == 20
