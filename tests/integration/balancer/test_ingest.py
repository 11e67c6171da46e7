"""Readings over HTTP: what is taken, what is refused, and that the counts always add up."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from kilowatch.balancer.domain.checks import RAW_LENGTH
from kilowatch.contracts.events import CredentialChanged
from kilowatch.contracts.metering import Direction, MeterKind
from kilowatch.kit.hashing import partition_of
from tests.eventually import eventually
from tests.integration.balancer.conftest import (
    NOW,
    PARTITION_COUNT,
    Inventory,
    OpenPlant,
    Plant,
    a_credential,
    a_device,
)

TIME = "2026-11-23T10:00:00Z"
TIME_US = 1_795_428_000_000_000


def reading(device_id: int = 1, value: object = 0.42, timestamp: object = TIME) -> dict[str, object]:
    return {"device_id": device_id, "timestamp": timestamp, "value": value}


def an_inventory() -> Inventory:
    return Inventory(
        devices=[
            a_device(1),
            a_device(2),
            a_device(3, active=False),
            a_device(4, kind=MeterKind.POWER, direction=Direction.PRODUCTION),
            a_device(5, kind=MeterKind.POWER),
        ],
        credentials=[
            a_credential([1]),
            a_credential([2]),
            a_credential([1, 2, 3, 4, 5, 77], gateway_id=9),
            a_credential([1], gateway_id=8, revoked=True),
            a_credential([1], gateway_id=7, valid_until=NOW + timedelta(hours=1)),
        ],
    )


@pytest.fixture(scope="module")
async def shared_plant(open_plant: OpenPlant) -> AsyncIterator[Plant]:
    """Opening one takes half a second, and most tests only send something to it."""
    bounds = {
        "batch_readings": 300,
        "batch_rejections": 50,
        "ingest_body_bytes": 200_000,
        "ingest_decompressed_bytes": 1_000_000,
        "ingest_max_readings": 2_000,
    }
    async with open_plant(an_inventory(), **bounds) as plant:
        yield plant


@pytest.fixture
def plant(shared_plant: Plant) -> Plant:
    shared_plant.taker.batches.clear()
    return shared_plant


async def test_one_reading_is_handed_to_its_partition(plant: Plant) -> None:
    async with plant.device(1) as sender:
        answer = await sender.post("/api/ingest", json=reading())
        assert answer.status_code == 202, answer.text
        assert answer.json() == {"received": 1, "accepted": 1, "rejected": 0, "reasons": {}, "rejections": []}
        assert plant.taker.readings == [(1, TIME_US, 0.42, 0)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shape", ["array", "ndjson", "sniffed ndjson"])
async def test_many_readings_in_every_shape(plant: Plant, shape: str, packed: bool) -> None:
    readings = [reading(1, n / 10, f"2026-11-23T10:{n:02}:00Z") for n in range(60)]
    content = json.dumps(readings) if shape == "array" else "\n".join(map(json.dumps, readings))
    headers = {"Content-Type": "application/x-ndjson" if shape == "ndjson" else "application/json"}
    body = gzip.compress(content.encode()) if packed else content.encode()
    async with plant.device(1) as sender:
        headers |= {"Content-Encoding": "gzip"} if packed else {}
        answer = await sender.post("/api/ingest", content=body, headers=headers)
        assert answer.json()["accepted"] == 60
        assert [value for _, _, value, _ in plant.taker.readings] == [n / 10 for n in range(60)]


async def test_the_shape_of_the_model_is_taken_too(plant: Plant) -> None:
    async with plant.device(2) as sender:
        body = {"timestamp": "2025-11-23T10:00:00", "deviceId": 2, "measurementValue": 50.3}
        assert (await sender.post("/api/ingest", json=body)).json()["accepted"] == 1
        # Without a zone: ten o'clock in Bucharest.
        assert plant.taker.readings == [(2, 1_763_884_800_000_000, 50.3, 0)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (reading(2), "forbidden_device"),
        (reading(99), "forbidden_device"),
        (reading(value="0.42"), "malformed"),
        (reading(value=True), "malformed"),
        (reading(value=None), "malformed"),
        (reading(timestamp="yesterday"), "malformed"),
        (reading(timestamp="2026-02-30T10:00:00Z"), "malformed"),
        ({"device_id": 1}, "malformed"),
        (reading(device_id=2**63), "malformed"),
        ("reading", "malformed"),
        (None, "malformed"),
        ([], "malformed"),
        (reading(value=float("nan")), "not_finite"),
        (reading(value=float("-inf")), "not_finite"),
        (reading(value=1.5e12), "out_of_range"),
        (reading(value=-0.1), "negative"),
        (reading(timestamp="2026-11-23T12:05:00.001Z"), "future"),
        (reading(timestamp=1e300), "future"),
        (reading(timestamp="1999-01-01T00:00:00Z"), "too_old"),
        (reading(timestamp=-1e300), "too_old"),
    ],
)
async def test_a_bad_reading_is_refused_and_its_neighbours_are_not(plant: Plant, bad: Any, reason: str) -> None:
    good = reading(timestamp="2026-11-23T12:05:00Z")
    async with plant.device(1) as sender:
        body = json.dumps([reading(), bad, good])
        answer = (await sender.post("/api/ingest", content=body)).json()
        assert (answer["received"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
        assert answer["reasons"] == {reason: 1}
        assert [(item["index"], item["reason"]) for item in answer["rejections"]] == [(1, reason)]
        assert (plant.taker.accepted, plant.taker.reasons) == (2, [reason])
        kept = next(rejection for batch in plant.taker.batches for rejection in batch.header.rejections)
        assert json.loads(kept.raw) == bad or reason in {"not_finite", "too_old", "future", "forbidden_device"}


async def test_a_gateway_sends_for_the_devices_on_its_list(plant: Plant) -> None:
    body = [reading(1), reading(2), reading(3), reading(4, -5), reading(5, -5), reading(77), reading(6)]
    async with plant.gateway(9) as sender:
        answer = (await sender.post("/api/ingest", json=body)).json()
        refused = {item["index"]: item["reason"] for item in answer["rejections"]}
        assert refused == {2: "inactive_device", 4: "negative", 5: "unknown_device", 6: "forbidden_device"}
        assert [device for device, *_ in plant.taker.readings] == [1, 2, 4]


async def test_a_rejection_travels_to_the_partition_of_its_device(plant: Plant) -> None:
    async with plant.device(1) as sender:
        await sender.post("/api/ingest", json=reading(2))
        (batch,) = plant.taker.batches
        (rejection,) = batch.header.rejections
        assert (rejection.device_id, json.loads(rejection.raw)) == (2, reading(2))


async def test_what_is_kept_of_a_bad_reading_can_be_stored(plant: Plant) -> None:
    lines = b'{"x": "' + b"y" * 5000 + b'"}\n\x00\xff\n'
    async with plant.device(1) as sender:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = (await sender.post("/api/ingest", content=lines, headers=headers)).json()
        assert answer["reasons"] == {"malformed": 2}
        kept = [rejection.raw for batch in plant.taker.batches for rejection in batch.header.rejections]
        assert max(map(len, kept)) == RAW_LENGTH
        assert not any("\x00" in raw for raw in kept)


async def test_an_answer_names_a_hundred_and_counts_them_all(plant: Plant) -> None:
    async with plant.device(1) as sender:
        answer = (await sender.post("/api/ingest", json=[None] * 1234)).json()
        assert (answer["rejected"], len(answer["rejections"])) == (1234, 100)
        assert plant.taker.rejected == 1234
        assert max(len(batch.header.rejections) for batch in plant.taker.batches) == 50


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"   ", 422),
        (b"[", 422),
        (b'[{"device_id": 1}', 422),
        (b"[1, 2,, 3]", 422),
        (b"<html>", 422),
        (b"42", 422),
        (b'{"device_id": 1', 422),
        (b"[" * 100_000, 422),
        (b'[{"device_id": 1, "x": ' + b"[" * 100_000, 422),
        (b"x" * 200_001, 413),
        (b"[" + b"0," * 2_000 + b"0]", 413),
    ],
)
async def test_a_body_that_is_wrong_as_a_whole_is_a_problem(plant: Plant, body: bytes, status: int) -> None:
    async with plant.device(1) as sender:
        answer = await sender.post("/api/ingest", content=body)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert plant.taker.batches == []


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b" " * 10_000_000), "gzip", 413),
        (gzip.compress(b" " * 600_000) + gzip.compress(b" " * 600_000), "gzip", 413),
        (gzip.compress(json.dumps(reading()).encode())[:-9], "gzip", 422),
        (b"not gzip", "gzip", 422),
        (b"", "gzip", 422),
        (b"anything", "br", 415),
    ],
    ids=["bomb", "two bombs", "cut off", "not packed", "empty", "unknown"],
)
async def test_a_packed_body_is_unpacked_within_bounds(plant: Plant, body: bytes, encoding: str, status: int) -> None:
    async with plant.device(1) as sender:
        answer = await sender.post("/api/ingest", content=body, headers={"Content-Encoding": encoding})
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer kwd_1_wrong", "Basic a3dkOng=", "Bearer " + "x" * 5000]
)
async def test_a_stranger_is_turned_away(plant: Plant, authorization: str) -> None:
    async with plant.sender(None) as sender:
        headers = {"Authorization": authorization} if authorization else {}
        answer = await sender.post("/api/ingest", json=reading(), headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert plant.taker.batches == []


async def test_a_revoked_credential_is_a_strangers(open_plant: OpenPlant) -> None:
    inventory = an_inventory()
    credential = inventory.credentials[0]
    async with open_plant(inventory) as plant, plant.gateway(8) as revoked, plant.device(1) as sender:
        assert (await revoked.post("/api/ingest", json=reading())).status_code == 401
        assert (await sender.post("/api/ingest", json=reading())).status_code == 202
        now_revoked = a_credential([1], id=credential.id, version=2, revoked=True)
        await plant.say(CredentialChanged(now_revoked))
        await eventually(lambda: plant.context.intake.projection.directory.sender(credential.sha256) is None)
        assert (await sender.post("/api/ingest", json=reading())).status_code == 401


async def test_a_replaced_credential_ends_when_it_said(plant: Plant) -> None:
    async with plant.gateway(7) as sender:
        assert (await sender.post("/api/ingest", json=reading())).status_code == 202
        plant.clock.now = NOW + timedelta(hours=1)
        try:
            assert (await sender.post("/api/ingest", json=reading())).status_code == 401
        finally:
            plant.clock.now = NOW


async def test_imported_history_says_so(plant: Plant) -> None:
    async with plant.device(1) as sender:
        both = await asyncio.gather(
            sender.post("/api/ingest", json=reading()), sender.post("/api/ingest?source=import", json=reading())
        )
        assert [answer.status_code for answer in both] == [202, 202]
        assert sorted(batch.header.source for batch in plant.taker.batches) == ["import", "live"]


async def test_requests_that_come_together_leave_together(open_plant: OpenPlant) -> None:
    async with open_plant(an_inventory(), ingest_gather_s=0.5) as plant, plant.device(1) as sender:
        answers = await asyncio.gather(*(sender.post("/api/ingest", json=reading(value=n)) for n in range(20)))
        assert {answer.status_code for answer in answers} == {202}
        assert [len(batch.readings) for batch in plant.taker.batches] == [20]


async def test_a_large_request_leaves_in_bounded_batches(plant: Plant) -> None:
    body = [reading(value=n) for n in range(1000)]
    async with plant.device(1) as sender:
        assert (await sender.post("/api/ingest", json=body)).json()["accepted"] == 1000
        assert [len(batch.readings) for batch in plant.taker.batches] == [300, 300, 300, 100]
        assert len({batch.header.id for batch in plant.taker.batches}) == 4


def in_partition(wanted: int, ids: range = range(1, 1000)) -> int:
    return next(device for device in ids if partition_of(device, PARTITION_COUNT) == wanted)


async def test_a_stuck_partition_holds_up_only_its_own(open_plant: OpenPlant) -> None:
    stuck, free = in_partition(0), in_partition(1)
    inventory = Inventory([a_device(stuck), a_device(free)], [a_credential([stuck, free], gateway_id=9)])
    settings = {"stuck": [0], "publish_timeout_s": 0.3, "lane_readings": 3, "park_s": 30}
    async with open_plant(inventory, **settings) as plant, plant.gateway(9) as sender:

        async def send(device: int) -> httpx2.Response:
            return await sender.post("/api/ingest", json=reading(device))

        waiting = [asyncio.create_task(send(stuck)) for _ in range(3)]
        await eventually(lambda: next(iter(plant.context.intake.lanes)).in_flight == 3)
        # The lane is full: the next is sent away at once, while others pass by.
        refused, passed = await asyncio.gather(send(stuck), send(free))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert passed.status_code == 202
        assert not any(task.done() for task in waiting)
        # Nobody takes its batches: those who waited are told, and the lane is parked.
        assert {task.status_code for task in await asyncio.gather(*waiting)} == {503}
        assert ((await send(stuck)).status_code, (await send(free)).status_code) == (503, 202)


async def test_a_refused_request_succeeds_when_repeated(open_plant: OpenPlant) -> None:
    first, second = in_partition(0), in_partition(1)
    inventory = Inventory([a_device(first), a_device(second)], [a_credential([first, second], gateway_id=9)])
    settings = {"stuck": [0], "publish_timeout_s": 0.2, "park_s": 0.05}
    async with open_plant(inventory, **settings) as plant, plant.gateway(9) as sender:
        body = [reading(first), reading(second)]
        answer = await sender.post("/api/ingest", json=body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        helper = asyncio.create_task(plant.taker.take(0))
        try:
            await asyncio.sleep(0.1)  # what Retry-After asks for; here parking takes 50 ms
            answer = await sender.post("/api/ingest", json=body)
            assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
            assert {device for device, *_ in plant.taker.readings} == {first, second}
        finally:
            helper.cancel()


async def test_too_many_requests_at_once_are_sent_away(open_plant: OpenPlant) -> None:
    stuck = range(PARTITION_COUNT)
    async with (
        open_plant(an_inventory(), stuck=stuck, ingest_max_requests=2, publish_timeout_s=0.5) as plant,
        plant.device(1) as sender,
    ):
        answers = await asyncio.gather(*(sender.post("/api/ingest", json=reading()) for _ in range(5)))
        assert [answer.status_code for answer in answers] == [503] * 5
        assert sum("requests" in answer.json()["detail"] for answer in answers) == 3


async def test_who_sends_slowly_does_not_hold_every_place(open_plant: OpenPlant) -> None:
    going_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"["
        await going_on.wait()
        yield json.dumps(reading()).encode() + b"]"

    async with (
        open_plant(an_inventory(), ingest_max_requests=4, ingest_max_requests_of_one=2) as plant,
        plant.device(1) as dribbler,
        plant.device(2) as sender,
    ):
        held = [asyncio.create_task(dribbler.post("/api/ingest", content=slow())) for _ in range(5)]
        await eventually(lambda: sum(each.done() for each in held) == 3)
        assert (await sender.post("/api/ingest", json=reading(2))).status_code == 202
        going_on.set()
        assert sorted([(await each).status_code for each in held]) == [202, 202, 503, 503, 503]
        assert (await dribbler.post("/api/ingest", json=reading())).status_code == 202
