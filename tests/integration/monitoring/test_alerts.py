"""Who sees alerts, and who answers them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import DateTime, bindparam, text

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertAcknowledged, AlertCleared, AlertState
from kilowatch.kit.audit import audit
from kilowatch.monitoring.store.alerts import AlertFilter, AlertStore, OnlyOf
from kilowatch.monitoring.store.tables import alert
from tests.integration.monitoring.read_side import NOON, ReadSide, owner, viewer


async def listed(monitoring: ReadSide, user_id=None, role=Role.CLIENT, **query):
    answer = await monitoring.ask("/api/alerts", user_id, role, **query)
    assert answer["total"] == len(answer["items"])
    return [item["device_id"] for item in answer["items"]]


async def test_an_alert_says_what_happened(monitoring: ReadSide, ann):
    await monitoring.add_device(7, name="Boiler", assignments=(viewer(ann),))
    alert_id = await monitoring.put_alert(7)
    answer = await monitoring.ask(f"/api/alerts/{alert_id}", ann, Role.CLIENT)
    assert answer["device_name"] == "Boiler"
    assert (answer["energy_kwh"], answer["limit_kwh"]) == (2.5, 2.0)
    assert answer["since"] == "2026-06-01T14:00:00+03:00"


async def test_clients_see_alerts_of_their_devices_from_their_time(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(1, assignments=(owner(ann),))
    await monitoring.add_device(2, assignments=(viewer(ann, NOON - timedelta(minutes=30)),))
    await monitoring.put_readings(2, (NOON - timedelta(minutes=40), 0.2))
    await monitoring.add_device(3, assignments=(owner(bob),))
    await monitoring.add_device(4, assignments=(owner(ann, until=NOON),))
    for device in (1, 2, 3, 4):
        await monitoring.put_alert(device)
    assert await listed(monitoring, ann) == [1]
    assert await listed(monitoring, bob) == [3]
    assert await listed(monitoring, role=Role.CLIENT) == []
    assert sorted(await listed(monitoring, role=Role.OPERATOR)) == [1, 2, 3, 4]


async def test_of_a_device_that_had_sent_nothing_before_its_owner_is_told_at_once(monitoring: ReadSide, ann):
    for device in (1, 2):
        await monitoring.add_device(device, assignments=(owner(ann, NOON - timedelta(minutes=30)),))
        await monitoring.put_readings(device, (NOON - timedelta(minutes=31 if device == 1 else 29), 0.9))
        await monitoring.put_alert(device)
    assert await listed(monitoring, ann) == [2]


async def test_alerts_are_filtered_and_paged_newest_first(monitoring: ReadSide):
    await monitoring.add_device(1)
    await monitoring.add_device(2)
    for hours, device in enumerate((1, 2, 1, 2), start=1):
        moment = NOON - timedelta(hours=hours)
        state = "cleared" if hours == 4 else "raised"
        await monitoring.put_alert(device, since=moment, raised_at=moment, state=state, historical=hours == 3)
    staff = Role.OPERATOR
    assert await listed(monitoring, role=staff) == [1, 2, 1, 2]
    assert await listed(monitoring, role=staff, device=2, state="raised") == [2]
    assert await listed(monitoring, role=staff, state="cleared") == [2]
    assert await listed(monitoring, role=staff, historical=True) == [1]
    assert await listed(monitoring, role=staff, kind="offline") == []
    assert await listed(monitoring, role=staff, **{"from": "2026-06-01T10:00Z", "to": "2026-06-01T11:00Z"}) == [2]
    page = await monitoring.ask("/api/alerts", role=staff, offset=1, limit=2)
    assert ([item["device_id"] for item in page["items"]], page["total"]) == ([2, 1], 4)


async def test_who_has_a_few_devices_does_not_wait_for_the_alerts_of_everybody(monitoring: ReadSide, ann):
    for device in range(40, 1_000, 80):
        await monitoring.add_device(device, assignments=(owner(ann),))
    async with monitoring.database.transaction() as connection:
        await connection.execute(MANY_DEVICES)
        await connection.execute(MANY_ALERTS, {"since": NOON - timedelta(days=30)})
        for table in ("alert", "access", "device"):
            await connection.execute(text(f"ANALYZE {table}"))
        _, total = await AlertStore(connection).page(AlertFilter(), OnlyOf(ann, NOON), 0, 50)
        assert total == 12 * 50
        assert await connection.scalar(ALERTS_READ) < 5_000


MANY_DEVICES = text("""
    INSERT INTO device SELECT (jsonb_populate_record(device, jsonb_build_object('id', number))).*
    FROM device, generate_series(1, 1000) AS number WHERE id = 40 AND number % 80 <> 40
""")
#: Fifty of each.
MANY_ALERTS = text("""
    INSERT INTO alert (id, version, kind, state, device_id, since, raised_at, historical)
    SELECT gen_random_uuid(), 1, 'hourly_limit', 'raised', device, hour, hour + interval '1 hour', false
    FROM generate_series(1, 1000) AS device,
         generate_series(:since, :since + interval '49 hours', interval '1 hour') AS hour
""").bindparams(bindparam("since", type_=DateTime(timezone=True)))
ALERTS_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'alert'")


async def test_the_owner_acknowledges_and_everybody_concerned_hears(monitoring: ReadSide, ann, bob):
    late = viewer(uuid4(), NOON - timedelta(minutes=30))  # it began before their time: they find it nowhere
    await monitoring.add_device(7, assignments=(owner(ann), viewer(bob), late))
    await monitoring.put_readings(7, (NOON - timedelta(minutes=40), 0.2))
    alert_id = await monitoring.put_alert(7)
    answer = await monitoring.post(f"/api/alerts/{alert_id}/acknowledge", {"note": " The sauna. ", "version": 1}, ann)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["note"], body["acknowledged_by"]) == ("acknowledged", "The sauna.", str(ann))
    [event] = await monitoring.events()
    assert isinstance(event.payload, AlertAcknowledged)
    told = event.payload.alert
    assert (told.id, told.version, told.state) == (alert_id, 2, AlertState.ACKNOWLEDGED)
    assert set(told.user_ids) == {ann, bob}
    assert [row["action"] for row in await monitoring.rows(audit)] == ["alert.acknowledged"]


async def test_an_alert_is_cleared_once(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann),))
    alert_id = await monitoring.put_alert(7)
    assert (await monitoring.post(f"/api/alerts/{alert_id}/clear", None, ann)).json()["state"] == "cleared"
    assert (await monitoring.post(f"/api/alerts/{alert_id}/clear", {}, ann)).status_code == 409
    assert (await monitoring.post(f"/api/alerts/{alert_id}/acknowledge", {}, ann)).status_code == 409
    [event] = await monitoring.events()
    assert isinstance(event.payload, AlertCleared)


async def test_who_looked_at_an_older_version_is_told_to_look_again(monitoring: ReadSide):
    await monitoring.add_device(7)
    alert_id = await monitoring.put_alert(7, version=3)
    path = f"/api/alerts/{alert_id}/acknowledge"
    assert (await monitoring.post(path, {"version": 2}, role=Role.ADMINISTRATOR)).status_code == 409
    assert (await monitoring.post(path, {"version": 3}, role=Role.ADMINISTRATOR)).status_code == 200


SNOOZE = {"until": (NOON + timedelta(hours=1)).isoformat()}


@pytest.mark.parametrize(("deed", "body"), [("acknowledge", {}), ("clear", {}), ("snooze", SNOOZE)])
async def test_only_owners_and_administrators_answer(monitoring: ReadSide, ann, bob, deed, body):
    await monitoring.add_device(7, assignments=(viewer(ann),))
    path = f"/api/alerts/{await monitoring.put_alert(7)}/{deed}"
    assert (await monitoring.post(path, body, ann)).status_code == 403
    assert (await monitoring.post(path, body, role=Role.OPERATOR)).status_code == 403
    assert (await monitoring.post(path, body, bob)).status_code == 404
    assert (await monitoring.post(f"/api/alerts/{uuid4()}/{deed}", body, role=Role.ADMINISTRATOR)).status_code == 404
    assert [row["version"] for row in await monitoring.rows(alert)] == [1]
    assert await monitoring.events() == []


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (timedelta(0), 422),
        (timedelta(minutes=-1), 422),
        (timedelta(days=30, seconds=1), 422),
        (timedelta(days=30), 200),
        (timedelta(minutes=1), 200),
    ],
)
async def test_an_alert_is_snoozed_into_the_future_and_for_thirty_days_at_most(
    monitoring: ReadSide, ann, length, status
):
    await monitoring.add_device(7, assignments=(owner(ann),))
    path = f"/api/alerts/{await monitoring.put_alert(7)}/snooze"
    answer = await monitoring.post(path, {"until": (NOON + length).isoformat()}, ann)
    assert answer.status_code == status, answer.text
    [row] = await monitoring.rows(alert)
    assert row["snoozed_until"] == (NOON + length if status == 200 else None)


@pytest.mark.parametrize("body", [{"note": "x" * 2001}, {"note": "\x00"}, {"version": 0}, {"state": "cleared"}, []])
async def test_a_note_that_cannot_be_kept_is_refused(monitoring: ReadSide, body):
    await monitoring.add_device(7)
    path = f"/api/alerts/{await monitoring.put_alert(7)}/acknowledge"
    assert (await monitoring.post(path, body, role=Role.ADMINISTRATOR)).status_code == 422


async def test_who_leaves_is_forgotten_and_the_deed_stays(monitoring: ReadSide, ann):
    await monitoring.add_device(7, assignments=(owner(ann),))
    alert_id = await monitoring.put_alert(7)
    await monitoring.post(f"/api/alerts/{alert_id}/acknowledge", {"note": "I was away."}, ann)
    await monitoring.delete_user(ann)
    [row] = await monitoring.rows(alert)
    assert (row["state"], row["acknowledged_by"], row["note"]) == ("acknowledged", None, "")
    [entry] = await monitoring.rows(audit)  # by an id that leads to nobody any more
    assert (entry["detail"], entry["address"]) == ({"device_id": 7}, None)
