"""What the balancer knows of devices: built from snapshots, kept up by events, the same in every replica."""

from collections.abc import Awaitable, Callable

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import CredentialChanged, DeviceDeleted, DeviceRegistered, DeviceUpdated
from kilowatch.kit.audit import AuditFilter, list_entries
from kilowatch.kit.errors import Unavailable
from tests.eventually import eventually
from tests.integration.balancer.conftest import Inventory, OpenPlant, Plant, a_credential, a_device
from tests.integration.balancer.test_ingest import reading

FreshUrl = Callable[[str], Awaitable[str]]


def an_inventory(count: int = 5) -> Inventory:
    ids = range(1, count + 1)
    return Inventory([a_device(n) for n in ids], [a_credential([n]) for n in ids])


def knows(plant: Plant, device_id: int) -> bool:
    return plant.context.intake.projection.directory.knows(device_id)


async def test_the_first_start_takes_in_every_page(open_plant: OpenPlant) -> None:
    async with open_plant(an_inventory(count=5)) as plant:
        assert len(plant.context.intake.projection.directory) == 5


async def test_it_waits_for_devices_at_the_very_first_start(open_plant: OpenPlant) -> None:
    inventory = an_inventory()
    inventory.down = True
    async with open_plant(inventory) as plant, plant.device(1) as sender:
        with pytest.raises(Unavailable, match="learned"):
            await plant.service.ready()
        # Not 401: a sender that believes its credential to be wrong may throw its readings away.
        assert (await sender.post("/api/ingest", json=reading())).status_code == 503
        inventory.down = False
        await eventually(plant.context.intake.projection.built.is_set)
        await plant.service.ready()
        assert (await sender.post("/api/ingest", json=reading())).status_code == 202


async def test_it_serves_what_it_heard_of_before_it_was_built(open_plant: OpenPlant) -> None:
    async with open_plant(Inventory(down=True)) as plant, plant.device(1) as sender:
        await plant.say(DeviceRegistered(a_device(1)))
        credential = a_credential([1])
        await plant.say(CredentialChanged(credential))
        await eventually(lambda: plant.context.intake.projection.directory.sender(credential.sha256) is not None)
        assert (await sender.post("/api/ingest", json=reading())).status_code == 202


async def test_a_credential_is_known_as_soon_as_it_is_used(open_plant: OpenPlant) -> None:
    async with open_plant(an_inventory()) as plant:
        for number in (8, 9, 10):  # those that follow close upon each other wait for the pace
            await plant.say(CredentialChanged(a_credential([1], gateway_id=number)))
            async with plant.gateway(number) as gateway:
                assert (await gateway.post("/api/ingest", json=reading())).status_code == 202


async def test_it_starts_again_without_devices(open_plant: OpenPlant, fresh_url: FreshUrl) -> None:
    url = await fresh_url("balancer")
    async with open_plant(an_inventory(), url=url):
        pass
    async with open_plant(Inventory(down=True), url=url) as plant, plant.device(1) as sender:
        assert (await sender.post("/api/ingest", json=reading())).status_code == 202


async def test_older_versions_and_repeats_change_nothing(open_plant: OpenPlant) -> None:
    async with open_plant(an_inventory()) as plant, plant.device(1) as sender:
        await plant.say(DeviceUpdated(a_device(1, version=3, active=False)))
        await plant.say(DeviceUpdated(a_device(1, version=2, active=True)))
        await plant.say(DeviceDeleted(a_device(2, version=5, deleted=True)))
        await plant.say(DeviceUpdated(a_device(2, version=4)))
        await eventually(lambda: not knows(plant, 2))
        await plant.say(DeviceRegistered(a_device(99)))
        await eventually(lambda: knows(plant, 99))
        assert not knows(plant, 2)
        assert (await sender.post("/api/ingest", json=reading())).json()["reasons"] == {"inactive_device": 1}


async def test_every_replica_sees_a_change_that_one_was_told_of(open_plant: OpenPlant, fresh_url: FreshUrl) -> None:
    url = await fresh_url("balancer")
    inventory = an_inventory()
    async with open_plant(inventory, url=url) as one, open_plant(inventory, url=url) as other:
        await one.say(DeviceRegistered(a_device(99)))
        await eventually(lambda: knows(other, 99))


async def test_an_administrator_has_it_built_again(open_plant: OpenPlant, clients_of: Callable) -> None:
    inventory = an_inventory()
    async with open_plant(inventory) as plant:
        inventory.devices = [a_device(1, version=2, deleted=True), *inventory.devices[1:], a_device(88)]
        async with clients_of(plant.app).user(Role.OPERATOR) as operator:
            assert (await operator.post("/api/balancer/devices/rebuild")).status_code == 403
        async with clients_of(plant.app).user(Role.ADMINISTRATOR) as administrator:
            assert (await administrator.post("/api/balancer/devices/rebuild")).json() == {"devices": 5}
            async with plant.context.database.transaction() as connection:
                (entry,) = await list_entries(connection, AuditFilter(action="devices.rebuilt"), 10)
            assert entry.detail == {"count": 5}
        assert knows(plant, 88)
        assert not knows(plant, 1)


async def test_staff_see_the_partitions(open_plant: OpenPlant, clients_of: Callable) -> None:
    async with open_plant(an_inventory()) as plant, clients_of(plant.app).user(Role.OPERATOR) as staff:
        answer = (await staff.get("/api/balancer/partitions")).json()
        assert (answer["count"], answer["devices"]) == (8, 5)
        assert answer["partitions"][3]["queue"] == "telemetry.partition.3"
        assert {partition["depth"] for partition in answer["partitions"]} == {0}
        place = (await staff.get("/api/balancer/partitions/of/2")).json()
        assert answer["partitions"][place["partition"]]["devices"] >= 1
        assert (await staff.get("/api/balancer/partitions/of/0")).status_code == 422


@pytest.mark.parametrize("path", ["/api/balancer/partitions", "/api/balancer/partitions/of/1"])
async def test_others_do_not_see_the_partitions(open_plant: OpenPlant, clients_of: Callable, path: str) -> None:
    async with open_plant(an_inventory()) as plant, plant.device(1) as device:
        clients = clients_of(plant.app)
        async with clients.user(Role.CLIENT) as client, clients.nobody() as nobody:
            answers = [await caller.get(path) for caller in (client, nobody, device)]
            assert [answer.status_code for answer in answers] == [403, 401, 401]
