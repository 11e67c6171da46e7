"""The health of the installation and its dead letters, as an administrator sees them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kilowatch.contracts.routing import event_queue
from kilowatch.kit.broker.port import Binding, Broker, Exchange, ExchangeKind, Message, Topology
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.consumer import event_topology
from kilowatch.kit.errors import Unavailable
from kilowatch.users.api import UsersContext
from tests.house import House

QUEUE = event_queue("support")
LETTERS = "/api/system/dead-letters"


@pytest.fixture(params=["in process", "rabbitmq"])
async def broker(request: pytest.FixtureRequest, house: House) -> AsyncIterator[Broker]:
    """The one of which `users` tells."""
    if request.param == "in process":
        yield house.surroundings.broker
    else:
        async with open_rabbitmq(request.getfixturevalue("amqp_url")) as opened:
            house.app.state.contexts[UsersContext] = replace(house.context("users"), broker=opened)
            yield opened


async def bury(broker: Broker, *bodies: bytes) -> None:
    """Messages that `support` can do nothing with."""
    exchange = Exchange("test.letters", ExchangeKind.TOPIC)
    queues = event_topology("support", []).queues
    bindings = [Binding(exchange.name, QUEUE, "#")]
    await broker.declare(Topology(exchanges=[exchange], queues=queues, bindings=bindings))
    async with broker.subscribe(QUEUE, prefetch=1) as subscription, asyncio.TaskGroup() as group:
        for number, body in enumerate(bodies):
            message = Message(id=f"m-{number}", body=body, routing_key="nobody.listens")
            group.create_task(broker.publish(exchange.name, message))
            async with asyncio.timeout(10):
                await (await subscription.receive()).reject("no sense in it")


async def letters_of(house: House) -> list[dict[str, Any]]:
    administrator = await house.administrator()
    answer = (await administrator.ask("GET", LETTERS, params={"queue": QUEUE})).json()
    assert answer["total"] == len(answer["items"])
    return list(answer["items"])


async def log_of(house: House) -> list[tuple[str, str, str]]:
    administrator = await house.administrator()
    answer = (await administrator.ask("GET", "/api/audit", params={"action": "dead_letter."})).json()
    return [(each["action"], each["object"], each["detail"]["message_id"]) for each in answer["items"]]


async def test_dead_letters_are_shown_sent_again_and_discarded_and_the_log_says_so(house: House, broker: Broker):
    await bury(broker, b'{"hello": "world"}', b"\xff\x00")
    administrator = await house.administrator()
    first, second = sorted(await letters_of(house), key=lambda letter: letter["message_id"])
    assert (first["reason"], first["routing_key"], first["text"]) == (
        "no sense in it",
        "nobody.listens",
        '{"hello": "world"}',
    )
    assert (second["text"], second["size"]) == (None, 2)
    short = (await administrator.ask("GET", LETTERS, params={"queue": QUEUE, "limit": 1})).json()
    assert (len(short["items"]), short["total"]) == (1, 2)

    async with broker.subscribe(QUEUE, prefetch=1) as subscription:
        replaying = asyncio.create_task(administrator.ask("POST", f"{LETTERS}/{QUEUE}/{first['id']}/replay"))
        async with asyncio.timeout(10):
            again = await subscription.receive()
        assert again.message.body == b'{"hello": "world"}'
        await again.ack()
        assert (await replaying).status_code == 204
    assert (await administrator.ask("DELETE", f"{LETTERS}/{QUEUE}/{second['id']}")).status_code == 204

    assert await letters_of(house) == []
    assert await log_of(house) == [
        ("dead_letter.discarded", f"dead-letter/{second['id']}", "m-1"),
        ("dead_letter.replayed", f"dead-letter/{first['id']}", "m-0"),
    ]
    for gone in (f"{LETTERS}/{QUEUE}/{second['id']}", f"{LETTERS}/no.such.queue/{second['id']}"):
        assert (await administrator.ask("DELETE", gone)).status_code == 404
    assert len(await log_of(house)) == 2


async def test_health_says_of_each_service_what_it_says_itself_and_of_each_queue_what_waits(
    house: House, broker: Broker
):
    await bury(broker, b"{}")
    administrator = await house.administrator()
    health = (await administrator.ask("GET", "/api/system/health")).json()
    services = {each["name"]: each for each in health["services"]}
    assert services["users"]["reason"] is None
    assert services["auth"]["version"]
    assert services["devices"]["version"] is None, "it is not in this house"
    assert health["broker"] is None
    queues = {each["name"]: each for each in health["queues"]}
    assert queues[QUEUE] == {"name": QUEUE, "waiting": 0, "dead_letters": 1}
    [letter] = await letters_of(house)
    await administrator.ask("DELETE", f"{LETTERS}/{QUEUE}/{letter['id']}")


async def test_a_service_that_is_not_ready_says_why(house: House, monkeypatch: pytest.MonkeyPatch):
    async def not_ready() -> None:
        raise Unavailable("The database is away.")

    object.__setattr__(house.services["auth"], "ready", not_ready)
    administrator = await house.administrator()
    services = (await administrator.ask("GET", "/api/system/health")).json()["services"]
    assert services[0] == {"name": "auth", "version": services[1]["version"], "reason": "The database is away."}
