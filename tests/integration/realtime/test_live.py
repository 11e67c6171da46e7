"""From a reading to the screen of who looks at its device, all services together."""

import asyncio
import time
from datetime import timedelta

import msgspec

from kilowatch.contracts.live import INGEST, USAGE, Ingest, Usage
from kilowatch.contracts.routing import LIVE
from kilowatch.kit.broker.port import Message
from tests.house import Person
from tests.integration.realtime.conftest import Town
from tests.realtime_client import Frame, Tab


async def shown(tab: Tab, device: int, **wanted: float) -> Frame:
    """The first live value of the device that is like this."""
    while True:
        frame = await tab.until("live")
        for each in frame["devices"]:
            if each["device_id"] == device and wanted.items() <= each.items():
                return dict(each)


async def test_who_looks_sees_power_and_todays_energy_as_they_come(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    now = town.house.clock()
    async with town.tab(ana) as tab, town.tab(ana, town.replicas[1]) as other:
        await tab.start("live")
        await shown(tab, device, power_w=None)
        await town.send(device, (now - timedelta(seconds=20), 1_000.0), (now - timedelta(seconds=10), 1_500.0))
        assert (await shown(tab, device, power_w=1_500.0))["at"]
        await town.send(device, (now, 3_000.0))
        value = await shown(tab, device, power_w=3_000.0)
        assert value["today_kwh"] >= 0
        # Who comes later need not wait for the next reading.
        await other.start(f"live/{device}")
        assert await shown(other, device, power_w=3_000.0) == value


async def test_twenty_readings_in_two_seconds_are_told_three_times_at_most(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    await town.send(device, (town.house.clock() - timedelta(seconds=10), 99.0))
    meter = await town.meter(device)
    async with town.tab(ana) as tab, town.house.surroundings.broker.listen(LIVE, [USAGE], max_messages=100) as feed:
        await tab.start(f"live/{device}")
        await shown(tab, device, power_w=99)
        await feed.receive_many(100)
        began = time.monotonic()
        for power_w in range(100, 120):
            reading = {"device_id": device, "timestamp": town.house.clock().isoformat(), "value": power_w}
            assert (await meter.post("/api/ingest", json=reading)).is_success
            await asyncio.sleep(max(0.0, began + (power_w - 99) / 10 - time.monotonic()))
        took_s = time.monotonic() - began  # two seconds, or more on a machine that is busy
        told = await feed.receive_many(100)
        await shown(tab, device, power_w=119)
    assert sum(device in msgspec.json.decode(each.body, type=Usage).device_ids for each in told) <= 1 + took_s


async def test_what_two_replicas_tell_of_a_device_comes_once_a_second(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    async with town.tab(ana) as tab:
        await tab.start(f"live/{device}")
        await shown(tab, device)
        began, before = time.monotonic(), len(tab.seen)
        for power_w in range(100, 120):
            await town.tell(LIVE, USAGE, Usage((device,), (float(power_w),), (0,), (None,)))
            await asyncio.sleep(0.1)
        await shown(tab, device, power_w=119)
        frames = sum(frame["type"] == "live" for frame in tab.seen[before:])
        assert 1 < frames <= 1 + (time.monotonic() - began)


async def test_an_alert_names_the_request_whose_reading_raised_it(town: Town, ana: Person) -> None:
    device = await town.device(ana, kind="interval", interval_s=60, hourly_limit_kwh=0.1)
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        await town.send(device, (town.house.clock(), 1.0), correlation_id="from-meter-to-browser")
        frame = await tab.until("alert.raised")
    assert (frame["data"]["device_id"], frame["correlation_id"]) == (device, "from-meter-to-browser")


async def test_nobody_hears_of_devices_that_they_do_not_see(town: Town, ana: Person, bob: Person) -> None:
    device = await town.device(ana)
    async with town.tab(ana) as hers, town.tab(bob) as his:
        await hers.start("live")
        await his.start("live")
        await shown(hers, device)
        await town.send(device, (town.house.clock(), 500.0))
        await shown(hers, device, power_w=500.0)
        assert await his.silent()


async def test_staff_sees_readings_a_second_and_the_ring(town: Town) -> None:
    async with town.tab(await town.person("operator")) as tab:
        await tab.start("staff/ingest", "staff/ring")
        ring = await tab.until("ring")
        assert ring["members"]
        assert len(ring["holders"]) == 32
        rate = Ingest("another", 1_000.0, 10.0, 1.0)
        await town.tell(LIVE, INGEST, rate)
        frame = await tab.until(lambda frame: frame["type"] == "ingest" and frame["accepted"] >= 1_000)
        assert (frame["duplicate"], frame["rejected"]) == (10.0, 1.0)


async def test_what_is_no_measurement_stops_nothing(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    async with town.tab(ana) as tab:
        await tab.start("live")
        await shown(tab, device)
        for key in ("usage", "watching", "ingest", "stored", "passing"):
            for exchange in (LIVE, "frames"):
                await town.house.surroundings.broker.tell(exchange, Message(id="x", body=b"\xff{", routing_key=key))
        await town.send(device, (town.house.clock(), 700.0))
        await shown(tab, device, power_w=700.0)
