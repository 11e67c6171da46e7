"""The demo against the real services: seeded once, brought up to now, kept live."""

import asyncio
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kilowatch.contracts.batch import Source
from kilowatch.kit.account import Account
from kilowatch.kit.web import DemoAccount
from kilowatch.simulator.demo.accounts import ANA, CLAIRE, RADU
from kilowatch.simulator.demo.fleet import SEED, demo_fleet, history_start
from kilowatch.simulator.demo.run import Demo, Phase, run_demo
from kilowatch.simulator.domain.faults import Late
from kilowatch.simulator.domain.fleet import build_meters
from kilowatch.simulator.domain.meters import Meter, Register
from kilowatch.simulator.domain.place import HOUR, micros, moment
from kilowatch.simulator.http_sender import HttpSender
from kilowatch.simulator.state import State, load_state, save_state
from tests.eventually import eventually
from tests.house import ADMIN_EMAIL, PASSWORD, House, open_house

pytestmark = pytest.mark.timeout(300)  # seconds each on a machine of its own, and patience where it is shared

SERVICES = ("auth", "users", "devices", "balancer", "monitoring", "support")
SOME_DAYS = timedelta(days=6)


@pytest.fixture
async def house(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path, SERVICES) as opened:
        yield opened


@dataclass
class Demos:
    """Runs the demo in a house until it is live and has sent everything that is due."""

    house: House
    state_file: Path
    history: timedelta = SOME_DAYS
    last: Demo = field(init=False)

    async def run(self, password: str = PASSWORD) -> Demo:
        browser = await self.house.browser()

        @asynccontextmanager
        async def open_sender(credential: str, source: Source) -> AsyncIterator[HttpSender]:
            yield HttpSender(browser, credential, source)

        self.last = Demo(
            administrator=Account(browser, ADMIN_EMAIL, password),
            open_account=self._open_account,
            open_sender=open_sender,
            state_file=self.state_file,
            clock=self.house.clock,
            history=self.history,
        )
        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(run_demo(self.last, stopping))
            await eventually(self._is_up_to_date, within_s=200)
            stopping.set()
        return self.last

    @asynccontextmanager
    async def _open_account(self, email: str, password: str) -> AsyncIterator[Account]:
        yield Account(await self.house.browser(), email, password)

    async def _is_up_to_date(self) -> bool:
        progress = self.last.progress
        if progress.phase is not Phase.LIVE or progress.sent_until is None:
            return False
        return self.house.clock() - progress.sent_until < timedelta(seconds=11)

    @property
    def state(self) -> State:
        state = load_state(self.state_file)
        assert state is not None
        return state

    def meter(self, name: str) -> Meter:
        plans = [meter.plan for meter in demo_fleet(self.state.anchor, self.history)]
        meters = build_meters(plans, self.state.device_ids, SEED, history_start(self.state.anchor, self.history))
        return next(meter for meter, plan in zip(meters, plans, strict=True) if plan.name == name)


@pytest.fixture
async def demos(house: House, tmp_path: Path) -> Demos:
    return Demos(house, tmp_path / "secrets" / "demo.json")


async def listed(house: House, path: str) -> list[dict[str, Any]]:
    administrator = await house.administrator()
    items: list[dict[str, Any]] = (await administrator.ask("GET", path, params={"limit": 200})).json()["items"]
    return items


async def usage(house: House, device_id: int, start: int, end: int) -> list[dict[str, Any]]:
    """Slots from `start` to `end`."""
    administrator = await house.administrator()
    query = {"from": moment(start).isoformat(), "to": moment(end).isoformat(), "by": "slot"}
    answer = await administrator.ask("GET", f"/api/usage/devices/{device_id}", params=query)
    assert answer.status_code == 200, answer.text
    return [period for series in answer.json()["series"] for period in series["periods"]]


def kwh(periods: list[dict[str, Any]]) -> float:
    return sum(period["energy_kwh"] for period in periods)


def exact_kwh(meter: Meter, start: int, end: int) -> float:
    before, after = Register(meter).at(np.array([start, end]))
    return float(after - before) / 1e6


async def test_the_demo_makes_people_sites_and_devices_and_sends_every_reading(house: House, demos: Demos) -> None:
    demo = await demos.run()
    assert demo.tally.rejected == 0
    assert demo.tally.accepted == demo.tally.made > 8_000
    assert {device["serial_number"] for device in await listed(house, "/api/devices")} == {
        f"DEMO-{number:02}" for number in range(1, 13)
    }
    assert {site["device_count"] for site in await listed(house, "/api/sites")} == {6, 4, 2}
    assert await _names_seen_by(house, ANA) > {"Home mains", "Electric car", "Roof"}
    assert {each["tariff"]["currency"] for each in await listed(house, "/api/tariffs")} == {"RON", "AUD"}
    assert await _names_seen_by(house, CLAIRE) == {"Adelaide mains", "Air conditioner"}
    operator = await house.sign_in(RADU.email, RADU.password)
    assert (await operator.ask("GET", "/api/devices")).json()["total"] == 12
    assert (await operator.ask("DELETE", "/api/devices/1")).status_code == 403
    # Nobody else can read the credential.
    assert stat.S_IMODE(demos.state_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(demos.state_file.parent.stat().st_mode) == 0o700


async def test_usage_is_the_energy_of_the_curve(house: House, demos: Demos) -> None:
    await demos.run()
    end = demos.state.anchor // HOUR * HOUR
    start = end - 5 * 24 * HOUR
    for meter in map(demos.meter, ("Home mains", "Feed-in", "Server room", "Office mains")):
        await eventually(lambda meter=meter: _is_complete(house, meter.device_id, end))
        slots = await usage(house, meter.device_id, start, end)
        assert len(slots) == 5 * 96
        # A counter shows whole Wh, so the first and the last may be off by one.
        assert kwh(slots) == pytest.approx(exact_kwh(meter, start, end), abs=0.0021)


async def test_a_late_batch_is_counted_and_its_slots_are_revised(house: House, demos: Demos) -> None:
    demos.history = timedelta(days=34)
    await demos.run()
    meter = demos.meter("Air conditioner")
    late = meter.faults.certain[0]
    assert isinstance(late, Late)
    start, end = micros(late.since), micros(late.until)
    await eventually(lambda: _is_complete(house, meter.device_id, demos.state.anchor // HOUR * HOUR))
    slots = await usage(house, meter.device_id, start, end)
    assert kwh(slots) == pytest.approx(exact_kwh(meter, start, end), abs=0.0021)
    assert all(slot["revision"] > 0 for slot in slots)


async def test_running_it_again_without_its_state_makes_nothing_twice(house: House, demos: Demos) -> None:
    await demos.run()
    end = demos.state.anchor // HOUR * HOUR
    device_id = demos.state.device_ids["Home mains"]
    before = await _census(house), await usage(house, device_id, end - 48 * HOUR, end)
    demos.state_file.unlink()
    again = await demos.run()
    assert again.tally.rejected == 0
    assert (await _census(house), await usage(house, device_id, end - 48 * HOUR, end)) == before


async def test_running_it_again_fills_the_gap_and_goes_on(house: House, demos: Demos) -> None:
    await demos.run()
    begun = await _census(house)
    house.clock.advance(hours=5)
    again = await demos.run()
    assert await _census(house) == begun
    # Seven meters at a quarter of an hour and four at five minutes, for five hours; then live for less than one.
    assert 5 * (8 * 4 + 4 * 12) * 0.9 < again.tally.made < 3_000
    meter, end = demos.meter("Home mains"), micros(house.clock()) // HOUR * HOUR
    await eventually(lambda: _is_complete(house, meter.device_id, end))
    filled = await usage(house, meter.device_id, end - 6 * HOUR, end)
    assert kwh(filled) == pytest.approx(exact_kwh(meter, end - 6 * HOUR, end), abs=0.0021)


async def test_somebody_has_been_helped_and_somebody_waits_for_a_person(house: House, demos: Demos) -> None:
    await demos.run()
    found = {each["client_name"]: each for each in await listed(house, "/api/support/conversations")}
    assert {name: each["state"] for name, each in found.items()} == {
        "Ana Popescu": "resolved",
        "Mihai Ionescu": "waiting",
    }
    administrator = await house.administrator()
    answer = await administrator.ask("GET", f"/api/support/conversations/{found['Ana Popescu']['id']}/messages")
    authors = [message["author"] for message in answer.json()]
    assert authors[:4] == ["client", "bot", "client", "bot"]
    assert authors[-2:].count("administrator") == 1


async def test_it_goes_on_after_the_demo_password_was_changed(house: House, demos: Demos) -> None:
    await demos.run()
    house.clock.advance(minutes=10)
    again = await demos.run(password="somebody has changed it")
    assert again.tally.accepted > 100
    assert again.tally.rejected == 0


async def test_a_deleted_demo_device_stays_deleted(house: House, demos: Demos) -> None:
    await demos.run()
    administrator = await house.administrator()
    fridge = demos.state.device_ids["Fridge"]
    assert (await administrator.ask("DELETE", f"/api/devices/{fridge}")).status_code == 204
    house.clock.advance(minutes=10)
    again = await demos.run()
    assert again.tally.rejected == 0
    assert "Fridge" not in {device["name"] for device in await listed(house, "/api/devices")}


async def test_a_demo_that_was_made_without_an_operator_gets_one_once(house: House, demos: Demos) -> None:
    await demos.run()
    await _delete(house, RADU)
    save_state(demos.state_file, replace(demos.state, has_operator=False))
    await demos.run()
    operator = await house.sign_in(RADU.email, RADU.password)
    assert (await operator.ask("GET", "/api/devices")).json()["total"] == 12
    await _delete(house, RADU)
    await demos.run()
    assert RADU.email not in {user["email"] for user in await listed(house, "/api/users")}


async def _delete(house: House, account: DemoAccount) -> None:
    administrator = await house.administrator()
    user_id = next(user["id"] for user in await listed(house, "/api/users") if user["email"] == account.email)
    assert (await administrator.ask("DELETE", f"/api/users/{user_id}")).status_code == 204


async def _names_seen_by(house: House, account: DemoAccount) -> set[str]:
    person = await house.sign_in(account.email, account.password)
    return {device["name"] for device in (await person.ask("GET", "/api/devices/mine")).json()}


async def _census(house: House) -> dict[str, list[str]]:
    paths = ("/api/devices", "/api/sites", "/api/gateways", "/api/users", "/api/support/conversations")
    return {path: sorted(str(item["id"]) for item in await listed(house, path)) for path in paths}


async def _is_complete(house: House, device_id: int, until: int) -> bool:
    last = (await usage(house, device_id, until - HOUR, until))[-1]
    return bool(last["readings"])
