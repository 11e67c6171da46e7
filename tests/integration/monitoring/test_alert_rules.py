"""Who sets rules, what holds, and what they would have found."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.kit.audit import audit
from kilowatch.monitoring.domain.rules import JUDGED_BY_USAGE
from kilowatch.monitoring.fleet import FleetSource
from kilowatch.monitoring.store import watching
from kilowatch.monitoring.store.tables import alert
from tests.integration.monitoring.read_side import EARLIER, NOON, ReadSide, owner, viewer

PATH = "/api/alert-rules/devices/7"
BUDGET = {"kind": "daily_budget", "kwh": 5.0}


async def put(monitoring: ReadSide, path: str, body, user_id=None, role=Role.CLIENT):
    async with monitoring.clients.user(role, user_id) as client:
        return await client.put(path, json=body)


async def delete(monitoring: ReadSide, path: str, user_id=None, role=Role.CLIENT):
    async with monitoring.clients.user(role, user_id) as client:
        return await client.delete(path)


async def holding(monitoring: ReadSide, kind: str) -> tuple[dict, str]:
    rules = await monitoring.ask(PATH)
    [found] = [each for each in rules if each["rule"]["kind"] == kind]
    return found["rule"], found["origin"]


async def test_a_device_follows_the_default_until_it_has_a_rule_of_its_own(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann),))
    assert (await put(monitoring, "/api/alert-rules", BUDGET | {"kwh": 9}, role=Role.ADMINISTRATOR)).status_code == 200
    rule, origin = await holding(monitoring, "daily_budget")
    assert (rule["kwh"], rule["enabled"], origin) == (9, True, "default")
    assert (await put(monitoring, PATH, BUDGET, ann)).status_code == 200
    rule, origin = await holding(monitoring, "daily_budget")
    assert (rule["kwh"], rule["warn_percent"], origin) == (5, 80, "device")
    assert (await delete(monitoring, f"{PATH}/daily_budget", ann)).status_code == 204
    assert (await delete(monitoring, f"{PATH}/daily_budget", ann)).status_code == 404
    assert (await delete(monitoring, "/api/alert-rules/daily_budget", role=Role.ADMINISTRATOR)).status_code == 204
    rule, origin = await holding(monitoring, "daily_budget")
    assert (rule["enabled"], origin) == (False, "default")
    actions = [row["action"] for row in await monitoring.rows(audit)]
    assert actions == ["alert_rule.set", "alert_rule.set", "alert_rule.removed", "alert_rule.removed"]


async def test_what_is_answered_can_be_sent_back(monitoring: ReadSide):
    await monitoring.add_device(7)
    quiet = {"start": "22:00:00", "end": "06:30:00"}
    said = {"kind": "unusual_use", "weeks": 6, "quiet": quiet, "cooldown_s": 60, "escalate_after_s": 600}
    assert (await put(monitoring, PATH, said, role=Role.ADMINISTRATOR)).status_code == 200
    rule, _ = await holding(monitoring, "unusual_use")
    assert rule == {**rule, **said}
    assert (await put(monitoring, PATH, rule, role=Role.ADMINISTRATOR)).json()["rule"] == rule


async def test_setting_a_rule_is_for_the_owner(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(viewer(ann),))
    assert (await put(monitoring, PATH, BUDGET, ann)).status_code == 403
    assert (await put(monitoring, PATH, BUDGET, role=Role.OPERATOR)).status_code == 403
    assert (await put(monitoring, PATH, BUDGET, bob)).status_code == 404
    assert (await put(monitoring, "/api/alert-rules", BUDGET, ann)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "daily_budget"},
        {"kind": "daily_budget", "kwh": 0},
        {"kind": "power_limit", "limit_w": 1, "kwh": 1},
        {"kind": "offline", "missed": 0},
        {"kind": "hourly_limit", "quiet": {"start": "25:00", "end": "07:00"}},
        {"kind": "hourly_limit", "quiet": {"start": "22:00", "end": 0}},
        {"kind": "hourly_limit", "quiet": {"start": "22:00Z", "end": "07:00"}},
    ],
)
async def test_what_makes_no_rule_is_refused(monitoring: ReadSide, ann, body):
    await monitoring.add_device(7, assignments=(owner(ann),))
    assert (await put(monitoring, PATH, body, ann)).status_code == 422


async def test_the_write_path_hears_which_devices_are_watched(monitoring: ReadSide):
    await monitoring.add_device(7)
    source = FleetSource(monitoring.database)
    watched = await source.watched()
    assert watched is not None
    assert not watched.by_default
    assert await source.watched() is None
    await put(monitoring, PATH, BUDGET, role=Role.ADMINISTRATOR)
    watched = await source.watched()
    assert watched is not None
    assert watched.exceptions.tolist() == [7]
    for kind in JUDGED_BY_USAGE:
        more = {"limit_w": 9} if kind == "power_limit" else {} if kind == "unusual_use" else {"kwh": 9}
        await put(monitoring, "/api/alert-rules", {"kind": kind, **more}, role=Role.ADMINISTRATOR)
    watched = await source.watched()
    assert watched is not None
    assert (watched.by_default, watched.exceptions.tolist()) == (True, [])


# -- on the past -----------------------------------------------------------------------------------------------------


async def tried(monitoring: ReadSide, **body):
    answer = await monitoring.post(f"{PATH}/preview", body, role=Role.ADMINISTRATOR)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_budget_would_have_been_passed_on_these_days(monitoring: ReadSide):
    await monitoring.add_device(7, name="Home")
    for day in (3, 9):
        await monitoring.put_usage(7, NOON - timedelta(days=day), count=24)
    found = await tried(monitoring, rule=BUDGET)
    assert found["text"] == "Would have fired 4 times in the last 30 days."
    days = ["2026-05-29T00:00:00+03:00", "2026-05-23T00:00:00+03:00"]
    assert [each["since"] for each in found["firings"]] == [day for day in days for _ in ("passed", "at 80 %")]
    # A quarter of a kWh in a slot from 15:00 on: 4 are passed after 17 of them, 5 after 21.
    told = [each["told_at"] for each in found["firings"]]
    assert told[:2] == ["2026-05-29T20:15:00+03:00", "2026-05-29T19:15:00+03:00"]
    assert found["firings"][0]["text"] == "Home: 6.00 kWh on Friday 29 May, 1.00 kWh over the budget of 5.00 kWh."
    assert await monitoring.rows(alert) == []


@pytest.mark.parametrize(
    ("seen", "times", "words"),
    [
        (timedelta(hours=30 * 24), 2, "Would have fired 2 times in the last 30 days."),
        (timedelta(hours=26), 1, "Would have fired once in the last day."),
        (timedelta(hours=11), 1, "Would have fired once in the last 11 hours."),
        (timedelta(minutes=20), 0, "Would not have fired in the last hour."),
    ],
)
async def test_how_often_is_said_in_words(monitoring: ReadSide, ann, seen, times, words):
    await monitoring.add_device(7, assignments=(viewer(ann, NOON - seen),))
    for hour in range(times):
        await monitoring.put_usage(7, NOON - timedelta(hours=4 + hour), count=4)
    body = {"rule": {"kind": "hourly_limit"}, "hourly_limit_kwh": 0.9}
    assert (await monitoring.post(f"{PATH}/preview", body, ann)).json()["text"] == words


async def test_what_a_pause_would_have_held_back_is_counted_apart(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, NOON - timedelta(days=2), count=8)
    rule = {"kind": "hourly_limit", "cooldown_s": 6 * 3600}
    found = await tried(monitoring, rule=rule, hourly_limit_kwh=0.9)
    assert (found["count"], found["held"], len(found["firings"])) == (1, 1, 1)


async def test_power_is_tried_on_the_newest_readings_when_there_are_too_many(
    monitoring: ReadSide, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watching, "READINGS_AT_ONCE", 10)
    configuration = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.POWER, interval_s=600)
    await monitoring.add_device(7, configurations=(configuration,))
    moments = [NOON - timedelta(minutes=10 * n) for n in range(30)]
    await monitoring.put_readings(7, *((moment, 3000.0) for moment in moments))
    found = await tried(monitoring, rule={"kind": "power_limit", "limit_w": 2000, "for_s": 600})
    assert found["start"] == moments[7].astimezone(ZoneInfo("Europe/Bucharest")).isoformat()
    [excess] = found["firings"]
    assert excess["until"] is None


async def test_an_hourly_limit_can_be_tried_that_the_device_does_not_have(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_usage(7, NOON - timedelta(days=2), count=8)
    rule = {"kind": "hourly_limit"}
    answer = await monitoring.post(f"{PATH}/preview", {"rule": rule}, role=Role.ADMINISTRATOR)
    assert answer.status_code == 422
    assert (await tried(monitoring, rule=rule, hourly_limit_kwh=0.9))["count"] == 2
    assert (await tried(monitoring, rule=rule, hourly_limit_kwh=0.9, days=1))["count"] == 0


async def test_power_and_silence_are_tried_on_the_readings(monitoring: ReadSide):
    configuration = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.POWER, interval_s=600)
    await monitoring.add_device(7, configurations=(configuration,))
    start = NOON - timedelta(days=1)
    powers = [100.0, 3000.0, 3000.0, 3000.0, 100.0]
    await monitoring.put_readings(7, *((start + timedelta(minutes=10 * n), power) for n, power in enumerate(powers)))
    await monitoring.put_readings(7, (NOON, 100.0))
    limit = {"kind": "power_limit", "limit_w": 2000, "for_s": 600}
    [excess] = (await tried(monitoring, rule=limit))["firings"]
    assert excess["power_w"] == 3000
    [silence] = (await tried(monitoring, rule={"kind": "offline"}))["firings"]
    assert silence["until"] == "2026-06-01T15:00:00+03:00"


async def test_silence_is_tried_by_the_interval_of_its_time(monitoring: ReadSide):
    quarter = timedelta(minutes=15)
    slow = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.POWER, interval_s=900)
    quick = MeterConfiguration(valid_from=NOON - quarter, kind=MeterKind.POWER, interval_s=60)
    await monitoring.add_device(7, configurations=(slow, quick))
    before = [NOON - quarter * n for n in range(10, 0, -1)]
    after = [NOON - timedelta(minutes=n) for n in (14, 13, 12, 11, 10, 4, 3, 2, 1, 0)]
    await monitoring.put_readings(7, *((moment, 100.0) for moment in before + after))
    [silence] = (await tried(monitoring, rule={"kind": "offline", "missed": 3}))["firings"]
    assert (silence["since"], silence["until"]) == ("2026-06-01T14:50:00+03:00", "2026-06-01T14:56:00+03:00")


async def test_a_silence_from_before_the_days_tried_goes_on_in_them(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(viewer(ann, NOON - timedelta(days=1)),))
    await monitoring.put_readings(7, (NOON - timedelta(days=40), 100.0))
    rule = {"kind": "offline"}
    [silence] = (await tried(monitoring, rule=rule, days=7))["firings"]
    assert (silence["since"], silence["until"]) == ("2026-04-22T15:00:00+03:00", None)
    answer = await monitoring.post(f"{PATH}/preview", {"rule": rule}, ann)
    assert (answer.status_code, answer.json()["count"]) == (200, 0)


async def test_hours_are_tried_of_a_device_with_more_than_a_year_of_usage(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.put_readings(7, (NOON, 100.0))
    a_year = """
        INSERT INTO usage
        SELECT 7, slot, CASE WHEN slot >= :unusual AND slot < :past THEN 2500000 ELSE 250000 END, 1000, 1, 900000000, 0
        FROM generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), interval '15 minutes') AS slot
    """
    unusual = NOON - timedelta(days=20)
    values = {"unusual": unusual, "past": unusual + timedelta(hours=1), "first": NOON - timedelta(days=395)}
    async with monitoring.database.transaction() as connection:
        await connection.execute(text(a_year), values | {"last": NOON - timedelta(minutes=15)})
        # Only a planner that knows how much there is has ever chosen to read all of it.
        await connection.execute(text("ANALYZE usage"))
    for rule in ({"kind": "unusual_use"}, {"kind": "hourly_limit"}):
        [found] = (await tried(monitoring, rule=rule, days=30, hourly_limit_kwh=5))["firings"]
        assert (found["since"], found["energy_kwh"]) == ("2026-05-12T15:00:00+03:00", 10)


async def test_somebody_tries_only_what_they_may_see(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(viewer(ann, NOON - timedelta(days=1)),))
    await monitoring.put_usage(7, NOON - timedelta(days=3), count=24)
    answer = await monitoring.post(f"{PATH}/preview", {"rule": BUDGET}, ann)
    assert (answer.status_code, answer.json()["count"]) == (200, 0)
    assert (await monitoring.post(f"{PATH}/preview", {"rule": BUDGET}, bob)).status_code == 404


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "hourly_limit"},
        {"kind": "power_limit", "limit_w": 500, "for_s": 60},
        {"kind": "daily_budget", "kwh": 0.001},
        {"kind": "monthly_budget", "kwh": 0.001},
    ],
)
async def test_what_was_used_of_an_hour_a_day_or_a_month_before_somebodys_time_is_told_to_nobody_else(
    monitoring: ReadSide, ann, rule
):
    configuration = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.POWER, interval_s=600)
    since = NOON - timedelta(hours=3, minutes=-20)  # within an hour, a day and a month
    await monitoring.add_device(7, assignments=(viewer(ann, since),), configurations=(configuration,))
    await monitoring.put_usage(7, NOON - timedelta(hours=9), count=25)
    earlier = [since + timedelta(minutes=5) - timedelta(minutes=10 * n) for n in range(30)]
    await monitoring.put_readings(7, *((moment, 1000.0) for moment in earlier))
    body = {"rule": rule, "hourly_limit_kwh": 0.001}
    assert (await tried(monitoring, **body))["count"] > 0
    answer = await monitoring.post(f"{PATH}/preview", body, ann)
    assert (answer.status_code, answer.json()["firings"]) == (200, [])


async def test_what_is_unusual_is_told_by_what_somebody_may_see(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(viewer(ann, NOON - timedelta(weeks=5)), owner(bob)))
    hour = NOON - timedelta(hours=1)
    for week in range(1, 9):
        await monitoring.put_usage(7, hour - timedelta(weeks=week), count=4, energy=250_000 if week > 4 else 100_000)
    await monitoring.put_usage(7, hour, count=4, energy=900_000)
    await monitoring.put_readings(7, (NOON, 0.9))
    body = {"rule": {"kind": "unusual_use", "weeks": 8}, "days": 1}
    [all_weeks] = (await tried(monitoring, **body))["firings"]
    assert "below 0.70 kWh" in all_weeks["text"]
    [own_weeks] = (await monitoring.post(f"{PATH}/preview", body, ann)).json()["firings"]
    assert "below 0.40 kWh" in own_weeks["text"]


# -- tables ----------------------------------------------------------------------------------------------------------


async def test_alerts_are_a_table_too(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, name="=SUM(A1)", assignments=(owner(ann),))
    await monitoring.put_alert(7)
    await monitoring.put_alert(7, since=NOON - timedelta(hours=5), state="cleared")
    header, *lines = (await monitoring.get("/api/alerts", ann, format="csv", state="raised")).text.splitlines()
    assert header.startswith("id,kind,state,severity,device_id,device_name,since")
    assert len(lines) == 1
    assert ",'=SUM(A1)," in lines[0]
    assert len((await monitoring.get("/api/alerts", bob, format="csv")).text.splitlines()) == 1
