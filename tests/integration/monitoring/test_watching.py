"""Rules judged by what is stored: raised once, told at the right time, over by themselves."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.monitoring import watching
from kilowatch.monitoring.store.tables import imported_tail
from kilowatch.monitoring.watching import Watcher
from tests.eventually import eventually
from tests.integration.monitoring.read_side import EARLIER, NOON, ReadSide, a_device, owner
from tests.integration.monitoring.test_tariffs import a_tariff
from tests.integration.monitoring.watch_side import PARTITIONS, WatchSide

RAISED, CLEARED, ESCALATED = "alert.raised", "alert.cleared", "alert.escalated"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def watch(monitoring: ReadSide) -> WatchSide:
    return WatchSide(monitoring)


async def a_power_meter(watch: WatchSide, device: int = 7, **state: Any) -> None:
    configuration = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.POWER, interval_s=60)
    await watch.monitoring.add_device(device, name="Boiler", configurations=(configuration,), **state)


async def send_power(watch: WatchSide, *watts: float, ending: datetime | None = None) -> None:
    """A reading a minute up to now, and the word that something has changed."""
    end = ending or watch.now
    first = end - MINUTE * (len(watts) - 1)
    await watch.monitoring.put_readings(7, *((first + MINUTE * n, power) for n, power in enumerate(watts)))
    await watch.touch(7, first, request=f"meter-at-{watch.now:%H:%M}")
    await watch.touch(7, first)


# -- power ---------------------------------------------------------------------------------------------------------


async def test_power_over_its_limit_for_long_enough_is_told_once_and_is_over_by_itself(watch: WatchSide, ann):
    await a_power_meter(watch, assignments=(owner(ann),))
    await watch.set_rule(7, "power_limit", user_id=ann, limit_w=3000, for_s=180)
    await send_power(watch, 1000, 3500, 3500)
    assert await watch.look() == []
    await watch.pass_time(minutes=3)
    await send_power(watch, 3600, 3600, 3500)
    assert await watch.look() == [RAISED]
    await watch.touch(7)
    assert await watch.look() == []
    await watch.pass_time(minutes=3)
    await send_power(watch, 2900, 1000, 1000)
    assert await watch.look() == [CLEARED]
    [event, _] = await watch.told()
    assert event.alert.text.startswith("Boiler: over 3.0 kW since 14:59 on Monday 1 June, by up to 600 W (3.6 kW)")
    assert event.alert.user_ids == (ann,)
    # Of the request whose readings showed it: also when it is over, by which the two are found together.
    assert {event.correlation_id for event in await watch.monitoring.events()} == {"meter-at-12:03"}


async def test_between_the_limit_and_the_hysteresis_it_goes_on(watch: WatchSide):
    await a_power_meter(watch)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=120, hysteresis_percent=10)
    await send_power(watch, 3500, 3500, 3500, 3500)
    assert await watch.look() == [RAISED]
    for power, told in ((2800, []), (3100, []), (2500, []), (2500, [CLEARED])):
        await watch.pass_time(minutes=1)
        await send_power(watch, power)
        assert await watch.look() == told, power


async def test_a_late_reading_that_shows_it_was_not_so_ends_the_alert(watch: WatchSide):
    await a_power_meter(watch)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=300)
    await watch.monitoring.put_readings(7, (NOON - 20 * MINUTE, 4000.0), (NOON, 4000.0))
    await watch.touch(7, NOON - 20 * MINUTE)
    assert await watch.look() == [RAISED]
    await watch.monitoring.put_readings(7, (NOON - 10 * MINUTE, 100.0))
    await watch.touch(7, NOON - 10 * MINUTE)
    assert await watch.look() == [CLEARED]


async def test_who_is_told_is_who_finds_it_in_the_list(watch: WatchSide, ann, bob):
    """The power was over its limit before Bob's time began: what he may not look up is not pushed to him either."""
    await a_power_meter(watch, assignments=(owner(ann), owner(bob, NOON - 2 * MINUTE)))
    await watch.set_rule(7, "power_limit", user_id=ann, limit_w=3000, for_s=180)
    await send_power(watch, 3500, 3500, 3500, 3500)
    assert await watch.look() == [RAISED]
    await watch.pass_time(minutes=2)
    await send_power(watch, 100, 100)
    assert await watch.look() == [CLEARED]
    assert {event.alert.user_ids for event in await watch.told()} == {(ann,)}
    for person, count in ((ann, 1), (bob, 0)):
        assert (await watch.monitoring.ask("/api/alerts", person, Role.CLIENT))["total"] == count


# -- budgets -------------------------------------------------------------------------------------------------------


async def test_a_budget_warns_then_is_over_and_ends_with_its_day(watch: WatchSide):
    await watch.monitoring.add_device(7, name="Home")
    await watch.set_rule(7, "daily_budget", kwh=10)
    day = NOON.replace(hour=0) - timedelta(hours=3)  # midnight in Bucharest
    await watch.monitoring.put_usage(7, day, count=33)
    await watch.touch(7)
    assert await watch.look() == [RAISED]
    await watch.monitoring.put_usage(7, day + timedelta(hours=9), count=10)
    await watch.touch(7)
    assert await watch.look() == [RAISED, CLEARED]
    warning, over = [event.alert for event in await watch.told() if event.type == RAISED]
    assert (warning.share_percent, over.share_percent) == (80, 100)
    assert warning.text == "Home: 8.25 kWh on Monday 1 June, 82 % of the budget of 10.00 kWh."
    assert over.text == "Home: 10.75 kWh on Monday 1 June, 0.75 kWh over the budget of 10.00 kWh."
    await watch.pass_time(hours=10)
    assert await watch.look() == [CLEARED]
    assert {row["state"] for row in await watch.alerts()} == {"cleared"}


async def test_a_month_has_its_own_budget(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.set_rule(7, "monthly_budget", kwh=5, warn_percent=100)
    await watch.monitoring.put_usage(7, NOON - timedelta(hours=10), count=24)
    await watch.touch(7)
    assert await watch.look() == [RAISED]
    assert (await watch.told())[0].alert.text.startswith("Meter 7: 6.00 kWh in June 2026, 1.00 kWh over")


# -- unusual use ---------------------------------------------------------------------------------------------------


async def test_an_hour_unlike_the_same_hour_of_the_weeks_before_is_explained(watch: WatchSide):
    await watch.monitoring.add_device(7, name="Office")
    await watch.set_rule(7, "unusual_use")
    hour = NOON - timedelta(hours=1)
    for week in range(1, 9):
        await watch.monitoring.put_usage(7, hour - timedelta(weeks=week), count=4, energy=200_000 + 5_000 * week)
    await watch.monitoring.put_usage(7, hour, count=4, energy=700_000)
    await watch.monitoring.put_readings(7, (NOON, 0.7))
    await watch.touch(7)
    assert await watch.look() == [RAISED]
    [event] = await watch.told()
    assert event.alert.text == (
        "Office: 1.91 kWh more than usual: 2.80 kWh in an hour since 14:00 on Monday 1 June. At this time on Mondays"
        " half of the hours were below 0.89 kWh, and more than 1.19 kWh is out of the ordinary."
    )


async def test_what_was_usual_with_whoever_had_the_device_before_is_told_to_nobody(watch: WatchSide, ann, bob):
    """An hour is compared with those of whoever has had the device longest, and told to those who had it all along."""
    hour, weeks = NOON - timedelta(hours=1), [timedelta(weeks=week) for week in range(1, 9)]
    since = [NOON - timedelta(weeks=5), NOON - timedelta(weeks=2)]
    await watch.monitoring.add_device(7, assignments=(owner(ann, since[0]), owner(bob, since[1])))
    await watch.set_rule(7, "unusual_use")
    for week in weeks:
        energy = 250_000 if hour - week < since[0] else 100_000
        await watch.monitoring.put_usage(7, hour - week, count=4, energy=energy)
        await watch.monitoring.put_readings(7, (hour - week, 1.0))
    await watch.monitoring.put_usage(7, hour, count=4, energy=900_000)
    await watch.monitoring.put_readings(7, (NOON, 0.9))
    await watch.touch(7)
    assert await watch.look() == [RAISED]
    [event] = await watch.told()
    assert "below 0.40 kWh" in event.alert.text
    assert event.alert.user_ids == (ann,)
    assert (await watch.monitoring.ask("/api/alerts", bob, Role.CLIENT))["total"] == 0
    body = {"rule": {"kind": "unusual_use"}, "days": 1}
    path = "/api/alert-rules/devices/7/preview"
    [firing] = (await watch.monitoring.post(path, body, ann)).json()["firings"]
    assert firing["text"] == event.alert.text


async def test_of_a_device_that_is_new_to_its_owner_nothing_is_known_to_be_usual(watch: WatchSide, ann):
    hour = NOON - timedelta(hours=1)
    await watch.monitoring.add_device(7, assignments=(owner(ann, NOON - timedelta(weeks=3)),))
    await watch.set_rule(7, "unusual_use")
    for week in range(9):
        energy = 100_000 if week else 900_000
        await watch.monitoring.put_usage(7, hour - timedelta(weeks=week), count=4, energy=energy)
    await watch.monitoring.put_readings(7, (NOON, 0.9))
    await watch.touch(7)
    assert await watch.look() == []


# -- offline -------------------------------------------------------------------------------------------------------


async def test_a_device_that_falls_silent_is_told_and_so_is_its_return(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.put_readings(7, (NOON, 1.0))
    await watch.pass_time(minutes=40)
    assert await watch.look() == []
    await watch.pass_time(minutes=10)
    assert await watch.look() == [RAISED]
    await watch.pass_time(minutes=10)
    assert await watch.look() == []
    await watch.monitoring.put_readings(7, (watch.now, 1.0))
    await watch.pass_time(minutes=1)
    assert await watch.look() == [CLEARED]
    assert (await watch.told())[0].alert.text == "Meter 7: no readings since 15:00 on Monday 1 June."


async def test_what_waits_in_a_backlog_is_not_missing(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.put_readings(7, (NOON, 1.0))
    await watch.consume(NOON)
    watch.monitoring.clock.now += timedelta(hours=2)
    await watch.consume(NOON + timedelta(minutes=30))
    assert await watch.look() == []
    await watch.monitoring.put_readings(7, (NOON + timedelta(hours=2), 1.0))
    await watch.consume(watch.now)
    assert await watch.look() == []


async def test_after_an_outage_of_ours_devices_have_a_while_to_come_back(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.put_readings(7, (NOON, 1.0))
    await watch.pass_time(hours=2)
    watch.intake_open = False
    assert await watch.look() == []
    watch.intake_open = True
    assert await watch.look() == []
    await watch.pass_time(minutes=6)
    assert await watch.look() == [RAISED]


async def test_who_begins_to_watch_gives_devices_a_while_to_be_heard(watch: WatchSide, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 0.02)
    looks = 0

    async def check_intake() -> None:
        nonlocal looks
        looks += 1

    await watch.monitoring.add_device(7)
    await watch.monitoring.put_readings(7, (NOON, 1.0))
    await watch.pass_time(hours=2)
    stopping = asyncio.Event()
    restarted = Watcher(watch.monitoring.database, watch.monitoring.clock, PARTITIONS, check_intake)
    async with asyncio.TaskGroup() as running:
        running.create_task(restarted.job()(stopping))
        await eventually(lambda: looks > 2)
        assert await watch.alerts() == []
        await watch.pass_time(minutes=6)
        seen = looks
        await eventually(lambda: looks > seen + 2)
        stopping.set()
    [silence] = await watch.alerts()
    assert silence["since"] == NOON


async def test_one_that_never_sent_or_is_switched_off_is_not_missed(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.add_device(8, active=False)
    await watch.monitoring.put_readings(8, (NOON, 1.0))
    await watch.pass_time(hours=5)
    assert await watch.look() == []


# -- what an import shows -----------------------------------------------------------------------------------------


async def test_what_an_import_shows_is_on_record_and_told_to_nobody(watch: WatchSide):
    await a_power_meter(watch)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=120)
    over = NOON - 30 * MINUTE
    await watch.monitoring.put_readings(7, *((over + n * MINUTE, 3500.0 if n < 10 else 100.0) for n in range(20)))
    await watch.touch(7, over, imported=True)
    await watch.touch(7, NOON - 5 * MINUTE)  # a live reading since: of a time when it was over
    assert await watch.look() == []
    [found] = await watch.alerts()
    assert (found["historical"], found["state"], found["announce_at"]) == (True, "cleared", None)


async def test_what_an_import_shows_to_go_on_is_told_when_live_readings_show_it_too(watch: WatchSide):
    await a_power_meter(watch)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=120)
    await watch.set_rule(7, "daily_budget", kwh=1)
    assert await watch.look() == []
    await watch.monitoring.put_usage(7, NOON - timedelta(hours=2), count=8)
    await watch.monitoring.put_readings(7, *((NOON - n * MINUTE, 3500.0) for n in range(10)))
    await watch.touch(7, NOON - 10 * MINUTE, imported=True)
    assert await watch.look() == []
    assert await watch.alerts() == []
    await watch.monitoring.put_readings(7, (NOON + MINUTE, 3500.0))
    await watch.touch(7, NOON)
    assert await watch.look() == [RAISED, RAISED]


async def test_history_alone_does_not_make_a_device_that_could_fall_silent(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.add_device(8)
    for device, sent in ((7, None), (8, NOON - timedelta(minutes=30))):
        await watch.monitoring.put_readings(device, *((time, 1.0) for time in (sent, NOON) if time))
        await watch.monitoring.put(imported_tail, {"device_id": device, "sent": sent, "until": NOON})
    await watch.pass_time(hours=5)
    assert await watch.look() == [RAISED]
    [silence] = await watch.alerts()
    assert (silence["device_id"], silence["since"]) == (8, NOON - timedelta(minutes=30))
    await watch.monitoring.put_readings(7, (watch.now, 1.0))
    await watch.pass_time(hours=5)
    assert RAISED in await watch.look()


# -- when it is told -----------------------------------------------------------------------------------------------


async def offline(watch: WatchSide, **rule: Any) -> None:
    await watch.monitoring.add_device(7)
    await watch.set_rule(7, "offline", **rule)
    await watch.monitoring.put_readings(7, (NOON, 1.0))


async def test_quiet_hours_hold_the_news_back_until_they_end(watch: WatchSide):
    await offline(watch, quiet={"start": "15:30", "end": "17:00"})  # 12:30 to 14:00 UTC
    await watch.pass_time(hours=1)
    assert await watch.look() == []
    assert [row["state"] for row in await watch.alerts()] == ["raised"]
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]


async def test_what_is_over_before_the_quiet_hours_end_is_never_told(watch: WatchSide):
    await offline(watch, quiet={"start": "15:30", "end": "17:00"})
    await watch.pass_time(hours=1)
    assert await watch.look() == []
    await watch.monitoring.put_readings(7, (watch.now, 1.0))
    await watch.pass_time(minutes=1)
    assert await watch.look() == []
    await watch.pass_time(minutes=10)
    await watch.monitoring.put_readings(7, (watch.now, 1.0))
    assert await watch.look() == []
    assert [row["state"] for row in await watch.alerts()] == ["cleared"]


async def test_what_is_critical_is_told_in_quiet_hours(watch: WatchSide):
    await offline(watch, severity="critical", quiet={"start": "15:30", "end": "17:00"})
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]


async def test_within_the_cool_down_the_next_alert_waits(watch: WatchSide):
    await offline(watch, cooldown_s=7200)
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    await watch.monitoring.put_readings(7, (watch.now, 1.0))
    await watch.pass_time(minutes=1)
    assert await watch.look() == [CLEARED]
    await watch.pass_time(hours=1)
    assert await watch.look() == []
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]


async def test_nobody_answers_and_the_administrators_hear_of_it_once(watch: WatchSide):
    await offline(watch, escalate_after_s=3600)
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    await watch.pass_time(hours=1)
    assert await watch.look() == [ESCALATED]
    await watch.pass_time(hours=5)
    assert await watch.look() == []


async def test_what_is_acknowledged_is_not_escalated(watch: WatchSide):
    await offline(watch, escalate_after_s=3600)
    await watch.pass_time(hours=1)
    await watch.look()
    [alert] = await watch.alerts()
    path = f"/api/alerts/{alert['id']}/acknowledge"
    assert (await watch.monitoring.post(path, {}, role=Role.ADMINISTRATOR)).status_code == 200
    await watch.pass_time(hours=2)
    assert await watch.look() == []


async def test_what_is_snoozed_is_told_again_when_the_snooze_ends_before_it(watch: WatchSide):
    await offline(watch)
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    [alert] = await watch.alerts()
    until = (watch.now + timedelta(hours=3)).isoformat()
    answer = await watch.monitoring.post(f"/api/alerts/{alert['id']}/snooze", {"until": until}, role=Role.ADMINISTRATOR)
    assert answer.status_code == 200, answer.text
    await watch.pass_time(hours=2)
    assert await watch.look() == []
    await watch.pass_time(hours=2)
    assert await watch.look() == [RAISED]
    assert [event.alert.version for event in await watch.told()] == [1, 3]


async def test_a_snooze_puts_off_the_administrators_by_what_was_left_of_the_time_to_answer(watch: WatchSide):
    await offline(watch, escalate_after_s=3600)
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    await watch.pass_time(minutes=45)
    [alert] = await watch.alerts()
    until = (watch.now + timedelta(hours=3)).isoformat()
    await watch.monitoring.post(f"/api/alerts/{alert['id']}/snooze", {"until": until}, role=Role.ADMINISTRATOR)
    await watch.pass_time(hours=2)
    assert await watch.look() == []
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    await watch.pass_time(minutes=14)
    assert await watch.look() == []
    await watch.pass_time(minutes=1)
    assert await watch.look() == [ESCALATED]


async def test_an_hour_over_its_limit_is_told_with_what_it_came_to_and_over_when_another_has_kept_within(
    watch: WatchSide,
):
    await watch.monitoring.add_device(7, name="Sauna", hourly_limit_kwh=1.0)
    start = NOON - timedelta(minutes=30)
    await watch.monitoring.put_alert(
        7, since=start.replace(minute=0), raised_at=NOON, energy=1_100_000, threshold=1_000_000, announce_at=NOON
    )
    assert await watch.look() == [RAISED]
    await watch.monitoring.put_usage(7, start.replace(minute=0), count=4, energy=600_000)
    await watch.pass_time(minutes=90)
    assert await watch.look() == [ESCALATED, CLEARED]
    told = [event.alert for event in await watch.told()]
    assert told[0].text == (
        "Sauna: 1.10 kWh on Monday 1 June from 14:00 to 15:00, 0.10 kWh over the limit of 1.00 kWh."
    )
    assert told[-1].energy_kwh == 2.4


# -- what has led to it ------------------------------------------------------------------------------------------------


async def over_the_hour(watch: WatchSide) -> None:
    await watch.monitoring.add_device(7, hourly_limit_kwh=1.0)
    since = NOON - timedelta(minutes=30)
    over = {"raised_at": NOON, "announce_at": NOON, "energy": 1_100_000, "threshold": 1_000_000}
    # As the ledger puts it: `test_ledger.py`.
    await watch.monitoring.put_alert(7, since=since, **over, correlation_id="meter")


async def has_had_its_rule(watch: WatchSide, kind: str, **rule: Any) -> None:
    """For so long that it has been judged for the rule's sake."""
    await watch.set_rule(7, kind, **rule)
    await watch.pass_time(minutes=2)
    assert await watch.look() == []


async def over_the_power(watch: WatchSide) -> None:
    await a_power_meter(watch)
    await has_had_its_rule(watch, "power_limit", limit_w=3000, for_s=120)
    await watch.monitoring.put_readings(7, *((watch.now - n * MINUTE, 3500.0) for n in range(5)))


async def over_the_budget(watch: WatchSide, kind: str) -> None:
    await watch.monitoring.add_device(7)
    await has_had_its_rule(watch, kind, kwh=1, warn_percent=100)
    await watch.monitoring.put_usage(7, NOON - timedelta(hours=2), count=8)


async def out_of_the_ordinary(watch: WatchSide) -> None:
    await watch.monitoring.add_device(7)
    await has_had_its_rule(watch, "unusual_use")
    for week in range(9):
        start = NOON - timedelta(hours=1, weeks=week)
        await watch.monitoring.put_usage(7, start, count=4, energy=200_000 if week else 900_000)
    await watch.monitoring.put_readings(7, (NOON, 0.7))


async def out_of_reach(watch: WatchSide) -> None:
    await offline(watch)


SHOWN = {
    AlertKind.HOURLY_LIMIT: over_the_hour,
    AlertKind.POWER_LIMIT: over_the_power,
    AlertKind.DAILY_BUDGET: partial(over_the_budget, kind="daily_budget"),
    AlertKind.MONTHLY_BUDGET: partial(over_the_budget, kind="monthly_budget"),
    AlertKind.OFFLINE: out_of_reach,
    AlertKind.UNUSUAL_USE: out_of_the_ordinary,
}


@pytest.mark.parametrize("kind", AlertKind)
async def test_whatever_becomes_of_an_alert_has_the_id_of_what_has_led_to_it(watch: WatchSide, kind: AlertKind):
    await SHOWN[kind](watch)
    await watch.touch(7, request="meter")
    await watch.look()
    await watch.pass_time(hours=1)
    await watch.look()
    await watch.pass_time(hours=1)
    await watch.look()
    await watch.monitoring.delete_device(a_device(7))
    await watch.pass_time(minutes=1)
    await watch.look()
    told = [event for event in await watch.monitoring.events() if event.payload.alert.kind is kind]
    assert {RAISED, CLEARED} <= {event.payload.type for event in told}
    [request] = {event.correlation_id for event in told}
    # Time alone finds that a device is silent: its alert has an id of its own.
    assert request if kind is AlertKind.OFFLINE else request == "meter"


async def test_an_alert_that_a_new_rule_shows_has_the_id_of_the_request_for_the_rule(watch: WatchSide):
    await watch.monitoring.add_device(7)
    await watch.monitoring.put_usage(7, NOON - timedelta(hours=2), count=8)
    async with watch.monitoring.clients.user(Role.ADMINISTRATOR) as client:
        path, asked = "/api/alert-rules/devices/7", {"X-Correlation-Id": "a-new-budget"}
        answer = await client.put(path, json={"kind": "daily_budget", "kwh": 1}, headers=asked)
    assert answer.status_code == 200, answer.text
    assert RAISED in await watch.look()
    assert {event.correlation_id for event in await watch.monitoring.events()} == {"a-new-budget"}


# -- what it costs ---------------------------------------------------------------------------------------------------


async def priced_home(watch: WatchSide) -> datetime:
    """The midnight from which a home is charged 0.70 RON a kWh by night and 1.234567 by day."""
    await watch.monitoring.add_device(7, name="Home", hourly_limit_kwh=1.0)
    await a_tariff(watch.monitoring, device_id=7)
    return NOON.replace(hour=0) - timedelta(hours=3)


async def test_a_budget_costs_all_that_was_used_at_the_rate_of_each_hour(watch: WatchSide):
    midnight = await priced_home(watch)
    await watch.set_rule(7, "daily_budget", kwh=10)
    await watch.monitoring.put_usage(7, midnight, count=33)  # 6 kWh until six o'clock, 2.25 after it
    await watch.touch(7)
    assert await watch.look() == [RAISED]
    [told] = await watch.told()
    assert (told.alert.cost, told.alert.currency) == (pytest.approx(6 * 0.7 + 2.25 * 1.234567, abs=1e-3), "RON")
    assert told.alert.text.endswith("82 % of the budget of 10.00 kWh, about 6.98 RON so far.")


async def test_an_hour_costs_what_is_over_its_limit(watch: WatchSide):
    midnight = await priced_home(watch)
    hour = midnight + timedelta(hours=2)
    await watch.monitoring.put_alert(
        7, since=hour, raised_at=NOON, energy=3_500_000, threshold=1_000_000, announce_at=NOON
    )
    assert await watch.look() == [RAISED, CLEARED]
    told, _ = await watch.told()
    assert told.alert.cost == pytest.approx(2.5 * 0.7)
    assert told.alert.text.endswith("2.50 kWh over the limit of 1.00 kWh, about 1.75 RON for what is over.")


async def test_power_costs_what_is_over_the_limit(watch: WatchSide):
    await a_power_meter(watch)
    await a_tariff(watch.monitoring, device_id=7)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=120)
    await send_power(watch, 1000, *[9000] * 20, 9000)
    assert await watch.look() == [RAISED]
    [told] = await watch.told()
    assert told.alert.energy_kwh == pytest.approx(6 * 20 / 60, rel=0.1)
    assert told.alert.cost == pytest.approx(told.alert.energy_kwh * 1.234567, rel=0.01)


async def unlike_other_weeks(watch: WatchSide, *hours: int) -> None:
    """Hours of 1 kWh, week after week; the last ones, up to noon, of so much in a slot."""
    await priced_home(watch)
    await watch.set_rule(7, "unusual_use")
    first = NOON - timedelta(hours=len(hours))
    for week in range(1, 9):
        await watch.monitoring.put_usage(7, first - timedelta(weeks=week), count=4 * len(hours))
    for number, energy in enumerate(hours):
        await watch.monitoring.put_usage(7, first + timedelta(hours=number), count=4, energy=energy)
    await watch.monitoring.put_readings(7, (NOON, 1.0))
    await watch.touch(7, first)


async def test_unusual_use_costs_what_is_over_the_usual_in_all_its_hours(watch: WatchSide):
    await unlike_other_weeks(watch, 250_000, 1_250_000, 1_000_000, 1_250_000)
    assert await watch.look() == [RAISED]
    [told] = await watch.told()
    assert told.alert.cost == pytest.approx((4 + 3 + 4) * 1.234567)
    assert told.alert.text.endswith("out of the ordinary, about 13.58 RON for what is over.")


async def test_less_than_usual_costs_nothing(watch: WatchSide):
    await unlike_other_weeks(watch, 25_000)
    assert await watch.look() == [RAISED]
    [told] = await watch.told()
    assert "0.90 kWh less than usual" in told.alert.text
    assert (told.alert.cost, told.alert.currency) == (None, None)


async def test_an_alert_of_a_device_that_is_deleted_is_over(watch: WatchSide):
    await offline(watch)
    await watch.pass_time(hours=1)
    assert await watch.look() == [RAISED]
    await watch.monitoring.delete_device(a_device(7))
    await watch.pass_time(minutes=1)
    assert await watch.look() == [CLEARED]


async def test_switching_a_rule_off_ends_its_alert(watch: WatchSide):
    await a_power_meter(watch)
    await watch.set_rule(7, "power_limit", limit_w=3000, for_s=120)
    await send_power(watch, 3500, 3500, 3500, 3500)
    assert await watch.look() == [RAISED]
    await watch.set_rule(7, "power_limit", limit_w=3000, enabled=False)
    assert await watch.look() == [CLEARED]
