"""What monitoring knows of devices, from events and from the snapshot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kilowatch.contracts.events import DeviceUpdated
from kilowatch.contracts.metering import MeterConfiguration, MeterKind
from kilowatch.kit.errors import Unavailable
from kilowatch.monitoring.store.tables import access, device, recomputation
from tests.integration.monitoring.read_side import EARLIER, NOON, ReadSide, a_device, owner, viewer


def configuration(valid_from=EARLIER, **values):
    return MeterConfiguration(valid_from=valid_from, kind=MeterKind.INTERVAL, **values)


async def test_an_older_version_changes_nothing(monitoring: ReadSide):
    await monitoring.add_device(7, version=3, name="New")
    await monitoring.add_device(7, version=2, name="Old")
    assert [row["state"].name for row in await monitoring.rows(device)] == ["New"]


async def test_every_change_has_a_later_number(monitoring: ReadSide):
    await monitoring.add_device(7)
    await monitoring.add_device(8)
    await monitoring.add_device(7, version=2, name="Again")
    changed = {row["id"]: row["changed"] for row in await monitoring.rows(device)}
    assert changed[7] > changed[8]


async def test_access_is_what_the_last_event_said(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(owner(ann), viewer(bob)))
    await monitoring.add_device(7, version=2, assignments=(viewer(bob),))
    assert [row["user_id"] for row in await monitoring.rows(access)] == [bob]


async def test_a_deleted_device_leaves_a_tombstone_and_no_access(monitoring: ReadSide, ann):
    before = await monitoring.add_device(7, assignments=(owner(ann),))
    await monitoring.delete_device(before)
    await monitoring.hear(DeviceUpdated(before))
    assert [row["deleted"] for row in await monitoring.rows(device)] == [True]
    assert await monitoring.rows(access) == []


async def test_who_has_left_gets_no_access_from_a_late_event(monitoring: ReadSide, ann, bob):
    await monitoring.add_device(7, assignments=(owner(ann), viewer(bob)))
    [before] = await monitoring.rows(device)
    await monitoring.delete_user(ann)
    [after] = await monitoring.rows(device)
    assert after["changed"] > before["changed"]
    await monitoring.add_device(8, assignments=(owner(ann),))
    assert [row["user_id"] for row in await monitoring.rows(access)] == [bob]


async def test_a_configuration_that_changes_in_the_past_has_usage_computed_again(monitoring: ReadSide):
    since = NOON - timedelta(days=3)
    await monitoring.add_device(7, configurations=(configuration(),))
    changed = (configuration(), configuration(since, max_power_w=500.0))
    await monitoring.add_device(7, version=2, configurations=changed)
    asked = [(row["device_id"], row["since"]) for row in await monitoring.rows(recomputation)]
    assert asked == [(7, since)]


@pytest.mark.parametrize("valid_from", [NOON, NOON + timedelta(days=1)])
async def test_a_configuration_for_later_leaves_history_alone(monitoring: ReadSide, valid_from):
    await monitoring.add_device(7, configurations=(configuration(),))
    later = (configuration(), configuration(valid_from, max_power_w=500.0))
    await monitoring.add_device(7, version=2, configurations=later)
    assert await monitoring.rows(recomputation) == []


async def test_another_name_leaves_history_alone(monitoring: ReadSide):
    known = await monitoring.add_device(7)
    await monitoring.hear(DeviceUpdated(replace(known, version=2, name="Boiler")))
    assert await monitoring.rows(recomputation) == []


async def test_the_snapshot_builds_the_projection_over_several_pages(monitoring: ReadSide, ann):
    monitoring.peers.known = {number: a_device(number, assignments=(owner(ann),)) for number in range(1, 9)}
    await monitoring.add_device(2, version=5, name="Newer than the snapshot")
    assert await monitoring.context.snapshot.rebuild() == 8
    names = {row["id"]: row["state"].name for row in await monitoring.rows(device)}
    assert names == {number: f"Meter {number}" for number in range(1, 9)} | {2: "Newer than the snapshot"}
    assert {row["device_id"] for row in await monitoring.rows(access)} == set(range(1, 9)) - {2}


async def test_unknown_devices_are_fetched_and_known_ones_not_asked_for(monitoring: ReadSide):
    monitoring.peers.known = {number: a_device(number) for number in (1, 5, 6, 9)}
    await monitoring.add_device(1)
    await monitoring.context.snapshot.ensure_devices([1, 6, 7, 9, 4000])
    assert {6, 9} <= {row["id"] for row in await monitoring.rows(device)}
    asked = len(monitoring.peers.asked)
    await monitoring.context.snapshot.ensure_devices([1, 6, 9])
    assert len(monitoring.peers.asked) == asked


async def test_the_write_path_hears_when_devices_cannot_be_asked_for(monitoring: ReadSide):
    monitoring.peers.away = True
    with pytest.raises(Unavailable):
        await monitoring.context.snapshot.ensure_devices([3])
