"""From a reading to the screen of who looks at its device, all services together."""

from datetime import timedelta

from kilowatch.contracts.live import INGEST, Ingest
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
