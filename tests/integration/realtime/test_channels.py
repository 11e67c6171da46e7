"""Who hears what."""

import asyncio
from datetime import timedelta

import pytest

from kilowatch.contracts.events import AlertAcknowledged, AlertCleared
from tests.eventually import eventually
from tests.house import Person
from tests.integration.realtime.conftest import Town, alert, raised

STAFF_CHANNELS = ["staff/alerts", "staff/conversations", "staff/ingest", "staff/ring", "staff/presence"]


async def test_people_hear_of_their_alerts_and_staff_of_all(town: Town, ana: Person, bob: Person) -> None:
    operator = await town.person("operator")
    async with town.tab(ana) as hers, town.tab(bob) as his, town.tab(operator) as theirs:
        started = await hers.start("alerts")
        await his.start("alerts")
        await theirs.start("alerts", "staff/alerts")
        await town.publish(raised(ana, device_name="Heat pump"))
        frame = await hers.until("alert.raised")
        assert frame["sequence"] == started["position"]["sequence"] + 1
        assert frame["data"]["device_name"] == "Heat pump"
        assert "user_ids" not in frame["data"]
        assert (await theirs.until("alert.raised"))["id"] == frame["id"]
        assert await his.silent()


async def test_the_life_of_an_alert_is_heard_in_order(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        her_alert = alert(ana)
        await town.publish(*(kind(her_alert) for kind in (type(raised(ana)), AlertAcknowledged, AlertCleared)))
        frames = [await tab.until(lambda frame: "sequence" in frame) for _ in range(3)]
        assert [frame["type"] for frame in frames] == ["alert.raised", "alert.acknowledged", "alert.cleared"]
        assert [frame["sequence"] for frame in frames] == [1, 2, 3]


async def test_what_was_found_in_history_disturbs_nobody(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        await town.publish(raised(ana, historical=True))
        assert await tab.silent()


async def test_who_sees_a_device_as_client_and_as_staff_hears_once(town: Town) -> None:
    operator = await town.person("operator")
    async with town.tab(operator) as tab:
        await tab.start("alerts", "staff/alerts")
        await town.publish(raised(operator))
        await tab.until("alert.raised")
        assert await tab.silent()


@pytest.mark.parametrize("channel", STAFF_CHANNELS)
async def test_a_client_does_not_hear_what_is_for_staff(town: Town, ana: Person, channel: str) -> None:
    async with town.tab(ana) as tab:
        started = await tab.start("alerts", channel)
        assert started["channels"] == ["alerts"]
        assert [(each["channel"], each["code"]) for each in started["refused"]] == [(channel, "forbidden")]
        assert (await tab.ask("subscribe", channel=channel))["code"] == "forbidden"


async def test_staff_hears_what_is_for_staff(town: Town) -> None:
    async with town.tab(await town.person("operator")) as tab:
        assert (await tab.start(*STAFF_CHANNELS))["channels"] == sorted(STAFF_CHANNELS)


async def test_a_device_of_another_answers_like_one_that_does_not_exist(town: Town, ana: Person, bob: Person) -> None:
    hers = await town.device(ana)
    async with town.tab(bob) as tab:
        await tab.start()
        existing = await tab.ask("subscribe", channel=f"live/{hers}")
        missing = await tab.ask("subscribe", channel="live/999999")
        assert existing["code"] == "forbidden"
        assert {**existing, "reply_to": ""} == {**missing, "reply_to": ""}
    async with town.tab(ana) as tab:
        assert (await tab.start(f"live/{hers}"))["channels"] == [f"live/{hers}"]


@pytest.mark.parametrize(
    "channel", ["live/0", "live/-1", "live/07", "live/٧", "live/7/8", "live/", "staff", "user/1", "alerts/1", "*", "#"]
)
async def test_what_is_no_channel_is_refused(town: Town, channel: str) -> None:
    async with town.tab(await town.person("administrator")) as tab:
        await tab.start()
        assert (await tab.ask("subscribe", channel=channel))["code"] == "invalid"


async def test_a_right_that_is_taken_away_ends_the_subscription(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    hub = town.replicas[0].context.hub
    async with town.tab(ana) as tab:
        await tab.start("live", f"live/{device}")
        assert device in hub.watched
        await _unassign(town, device, ana)
        assert (await tab.until("unsubscribed"))["channel"] == f"live/{device}"
        assert device not in hub.watched
        assert (await tab.ask("subscribe", channel=f"live/{device}"))["code"] == "forbidden"


async def test_a_device_that_is_assigned_later_is_heard_of_by_live(town: Town, ana: Person) -> None:
    hub = town.replicas[0].context.hub
    async with town.tab(ana) as tab:
        await tab.start("live")
        device = await town.device(ana)
        await eventually(lambda: asyncio.sleep(0, device in hub.watched))
    await eventually(lambda: asyncio.sleep(0, device not in hub.watched))


async def test_rights_that_changed_unheard_are_found(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    context = town.replicas[0].context
    async with town.tab(ana) as tab:
        await tab.start(f"live/{device}")
        async with context.database.transaction() as connection:
            await connection.exec_driver_sql(f"DELETE FROM access WHERE device_id = {device}")
        context.upkeep.recheck_rights()
        assert (await tab.until("unsubscribed"))["channel"] == f"live/{device}"


async def test_unsubscribed_is_not_heard_any_more(town: Town, ana: Person) -> None:
    async with town.tab(ana) as tab:
        await tab.start("alerts")
        await tab.ask("unsubscribe", channel="alerts")
        await town.publish(raised(ana))
        assert await tab.silent()
        await tab.ask("subscribe", channel="alerts")
        await town.publish(raised(ana))
        assert (await tab.until("alert.raised"))["sequence"] == 2


async def test_an_api_key_hears_only_what_its_scopes_let_it_read(town: Town, ana: Person) -> None:
    for scopes, heard in ((["realtime:write"], []), (["realtime:write", "alerts:read"], ["alerts"])):
        key = await ana.ask(
            "POST", "/api/auth/api-keys", json={"name": "k", "scopes": scopes, "expires_at": _in_a_week(town)}
        )
        answer = await ana.http.post("/api/auth/token", json={"api_key": key.json()["api_key"]})
        assert answer.status_code == 200, f"{key.text} {answer.text}"
        async with town.tab(Person(ana.http, answer.json())) as tab:
            assert (await tab.start("alerts", "live", "conversations"))["channels"] == heard


def _in_a_week(town: Town) -> str:
    return (town.house.clock() + timedelta(days=7)).isoformat()


async def _unassign(town: Town, device: int, person: Person) -> None:
    administrator = await town.house.administrator()
    answer = await administrator.ask("DELETE", f"/api/devices/{device}/assignments/{person.id}")
    assert answer.status_code in {200, 204}, answer.text
    await town.house.settle()
