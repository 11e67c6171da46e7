"""Everything is killed and started again, one after the other, while meters send; then every total is exact."""

import asyncio

import pytest

from tests.system.fleet import Fleet
from tests.topology import EDGE, Topology

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]


async def test_totals_are_exact_after_each_part_has_been_killed_under_load(topology: Topology, fleet: Fleet):
    async with fleet.sending():
        await fleet.progress()
        for process in [each for each in topology.processes.values() if each.service != EDGE]:
            process.kill()
            await asyncio.sleep(1)
            await topology.start(process.service, int(process.name.rsplit("-", 1)[1]))
            await fleet.progress()
        await asyncio.to_thread(topology.rabbit.kill)
        await asyncio.sleep(2)
        await asyncio.to_thread(topology.rabbit.start)
        await fleet.progress()
        await asyncio.to_thread(topology.postgres_node.kill)
        await asyncio.sleep(2)
        await asyncio.to_thread(topology.postgres_node.start)
        await fleet.progress()
    await fleet.require_exact()


async def test_totals_are_exact_while_replicas_are_added_killed_and_removed(topology: Topology, fleet: Fleet):
    async with fleet.sending():
        async with asyncio.TaskGroup() as group:
            for service, number in (("monitoring", 3), ("monitoring", 4), ("balancer", 3)):
                group.create_task(topology.start(service, number))
        await fleet.progress()
        topology.processes["monitoring-2"].kill()
        topology.processes["balancer-2"].kill()
        await fleet.progress()
        for name in ("monitoring-3", "balancer-3"):
            assert await asyncio.to_thread(topology.processes[name].stop) == 0, "leaves in good order"
        await fleet.progress()
    await fleet.require_exact()


@pytest.mark.parametrize("alarm", ["alarm_memory", "alarm_disk"])
async def test_a_broker_short_of_memory_or_disk_holds_senders_back_and_loses_nothing(
    topology: Topology, fleet: Fleet, alarm: str
):
    rabbit = topology.rabbit
    async with fleet.sending():
        await fleet.progress()
        await asyncio.to_thread(getattr(rabbit, alarm))
        try:
            before = sum(len(each.sent()) for each in fleet.meters)
            await asyncio.sleep(15)
            # What was confirmed before the alarm may still be answered; nothing is taken in after it.
            assert sum(len(each.sent()) for each in fleet.meters) - before <= 2 * len(fleet.devices)
        finally:
            await asyncio.to_thread(rabbit.clear_alarms)
        await fleet.progress()
    await fleet.require_exact()
