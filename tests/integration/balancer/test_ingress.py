"""Readings from the broker, one a message."""

import asyncio
import json
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from kilowatch.contracts.events import CredentialChanged, DeviceRegistered
from kilowatch.contracts.routing import TELEMETRY, TELEMETRY_INGRESS
from kilowatch.kit.broker.port import Message
from tests.eventually import eventually
from tests.integration.balancer.conftest import Inventory, OpenPlant, Plant, a_credential, a_device
from tests.integration.balancer.test_ingest import TIME_US, in_partition, reading


def an_inventory() -> Inventory:
    return Inventory(
        devices=[a_device(1), a_device(2), a_device(3)],
        credentials=[a_credential([1]), a_credential([2]), a_credential([1, 2], gateway_id=9)],
    )


@pytest.fixture(scope="module")
async def shared_plant(open_plant: OpenPlant) -> AsyncIterator[Plant]:
    async with open_plant(an_inventory()) as plant:
        yield plant


@pytest.fixture
def plant(shared_plant: Plant) -> Plant:
    shared_plant.taker.batches.clear()
    return shared_plant


def message(
    body: object, routing_key: str = "device.1", user_id: str | None = None, correlation_id: str = ""
) -> Message:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Message(
        id=str(uuid4()), body=content, routing_key=routing_key, user_id=user_id, correlation_id=correlation_id
    )


async def publish(plant: Plant, messages: Sequence[Message]) -> None:
    """Returns when all have been acked, which is when they are safe."""
    await asyncio.gather(*(plant.broker.publish(TELEMETRY, sent, timeout_s=20) for sent in messages))


async def test_messages_are_taken_together_and_acked_when_safe(plant: Plant) -> None:
    await publish(plant, [message(reading(1, n)) for n in range(300)])
    assert [value for _, _, value, _ in plant.taker.readings] == list(range(300))
    assert len(plant.taker.batches) <= 3


async def test_a_reading_keeps_the_correlation_id_of_its_message_and_gets_one_without(plant: Plant) -> None:
    given = {0: "from-the-meter", 1: "", 2: "from-the-meter", 3: "another", 4: "line\nbreak"}
    await publish(plant, [message(reading(1, n), correlation_id=sent) for n, sent in given.items()])
    got = {}
    for batch in plant.taker.batches:
        ends, ids = zip(*batch.header.requests, strict=True)
        for place, value in enumerate(batch.readings["value"].tolist()):
            got[value] = ids[bisect_right(ends, place)]
    assert [got[0], got[2], got[3]] == ["from-the-meter", "from-the-meter", "another"]
    made_up = {got[1], got[4]}
    assert all(len(each) == 32 and each.isalnum() for each in made_up)


async def test_the_shape_of_the_model_is_taken(plant: Plant) -> None:
    body = b'{"timestamp": "2025-11-23T10:00:00", "deviceId": 2, "measurementValue": 50.3}'
    await publish(plant, [message(body, "device.2")])
    assert plant.taker.readings == [(2, 1_763_884_800_000_000, 50.3, 0)]


@pytest.mark.parametrize(
    ("routing_key", "user_id", "taken"),
    [
        ("device.1", None, True),
        ("device.1.phase.2", None, True),
        ("device.1", "device-1", True),
        ("gateway.9", "gateway-9", True),
        ("device.1", "gateway-9", True),
        ("device.2", None, False),
        ("gateway.9", "device-2", False),
        ("device.1", "device-2", False),
    ],
)
async def test_the_sender_must_match_the_device(
    plant: Plant, routing_key: str, user_id: str | None, taken: bool
) -> None:
    await publish(plant, [message(reading(1), routing_key, user_id)])
    assert (plant.taker.accepted, plant.taker.reasons) == ((1, []) if taken else (0, ["forbidden_device"]))


async def test_a_bad_message_is_kept_as_rejected_and_its_neighbours_are_not(plant: Plant) -> None:
    bad = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"device_id":1}',
        b"x" * 100_000,
        b'{"device_id":1,"timestamp":1,"value":NaN}',
    ]
    await publish(plant, [message(reading(1, 1)), *map(message, bad), message(reading(1, 2))])
    assert [value for _, _, value, _ in plant.taker.readings] == [1, 2]
    assert plant.taker.reasons == ["malformed"] * 6 + ["not_finite"]


async def test_a_message_cannot_reach_into_its_neighbour(plant: Plant) -> None:
    """Were the bodies joined, the first and the last would swallow the second and put something in its place."""
    first = (
        b'{"device_id":1,"timestamp":1795428000,"value":1},{"device_id":2,"timestamp":1795428000,"value":666},{"x":[0'
    )
    await publish(
        plant,
        [message(first), message(reading(2, 2), "device.2"), message(b'0],"device_id":1,"timestamp":1,"value":1}')],
    )
    assert plant.taker.readings == [(2, TIME_US, 2.0, 0)]


async def test_a_stranger_is_counted_and_not_kept(plant: Plant) -> None:
    def strangers() -> float:
        return REGISTRY.get_sample_value("kilowatch_ingest_unauthenticated_total", {"via": "broker"}) or 0

    before = strangers()
    await publish(plant, [message(reading(1), "somewhere"), message(reading(1), "device.1", "guest")])
    assert strangers() - before == 2
    assert plant.taker.batches == []


async def test_a_message_may_come_before_the_news_of_its_sender(plant: Plant) -> None:
    sent = asyncio.create_task(publish(plant, [message(reading(55), "device.55"), message(reading(1))]))
    await eventually(lambda: plant.taker.accepted == 1)  # who is known need not wait
    await plant.say(DeviceRegistered(a_device(55)))
    await plant.say(CredentialChanged(a_credential([55])))
    await sent
    assert {device for device, *_ in plant.taker.readings} == {1, 55}


async def test_a_sender_without_a_credential_in_force_is_refused(plant: Plant) -> None:
    await publish(plant, [message(reading(3), "device.3")])
    assert plant.taker.reasons == ["forbidden_device"]


async def test_a_stuck_partition_keeps_its_messages_and_lets_the_others_pass(open_plant: OpenPlant) -> None:
    stuck, free = in_partition(0), in_partition(1)
    inventory = Inventory([a_device(stuck), a_device(free)], [a_credential([stuck]), a_credential([free])])
    async with open_plant(inventory, stuck=[0], publish_timeout_s=0.2, park_s=0.1, ingress_prefetch=10) as plant:
        held = asyncio.create_task(publish(plant, [message(reading(stuck, n), f"device.{stuck}") for n in range(9)]))
        await eventually(lambda: next(iter(plant.context.intake.lanes)).parked)
        await publish(plant, [message(reading(free, n), f"device.{free}") for n in range(50)])
        assert plant.taker.accepted == 50
        # Once all of the prefetch is held, nothing more is read.
        full = asyncio.create_task(
            publish(plant, [message(reading(stuck, n), f"device.{stuck}") for n in range(9, 20)])
        )
        await asyncio.sleep(0.5)
        assert await plant.broker.depth(TELEMETRY_INGRESS) == 10
        assert not held.done()
        helper = asyncio.create_task(plant.taker.take(0))
        try:
            await asyncio.gather(held, full)
        finally:
            helper.cancel()
        assert {value for device, _, value, _ in plant.taker.readings if device == stuck} == set(range(20))


async def test_what_was_not_acked_when_the_balancer_stops_comes_again(open_plant: OpenPlant) -> None:
    async with open_plant(an_inventory(), stuck=range(8), publish_timeout_s=0.2) as plant:
        held = asyncio.create_task(publish(plant, [message(reading(1, n)) for n in range(5)]))
        await eventually(lambda: any(lane.parked for lane in plant.context.intake.lanes))
    assert not held.done()
    async with open_plant(an_inventory(), broker=plant.broker) as again:
        await held
        assert {value for _, _, value, _ in again.taker.readings} == set(range(5))
