"""A rolling update of monitoring: each replica leaves in good order and another takes its place, while meters send."""

import asyncio
import time

import asyncpg
import pytest

from tests.system.fleet import Fleet
from tests.topology import Topology

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LONGEST_PAUSE_S = 5.0
PARTITION_WRITES = "SELECT partition, accepted + duplicate + rejected AS readings FROM tally"


class Pauses:
    """How long each partition that is written to has not been written to, at most."""

    def __init__(self, url: str) -> None:
        self.longest_s = 0.0
        self._url = url
        self._written: dict[int, tuple[int, float]] = {}

    async def watch(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=10)
        while True:
            now = time.monotonic()
            for partition, readings in await connection.fetch(PARTITION_WRITES):
                before, since = self._written.get(partition, (None, now))
                if readings != before:
                    self._written[partition] = (readings, now)
                    since = now if before is None else since
                self.longest_s = max(self.longest_s, now - since)
            await asyncio.sleep(0.1)


async def test_no_partition_pauses_for_more_than_five_seconds_while_every_replica_is_replaced(
    topology: Topology, fleet: Fleet
):
    url = (topology.places.secrets_of("monitoring") / "kilowatch_monitoring_database_url").read_text()
    pauses = Pauses(url)
    async with fleet.sending():
        await fleet.progress()
        watching = asyncio.create_task(pauses.watch())
        for number in (1, 2):
            await topology.start("monitoring", number + 10)  # first the new one, then the old one leaves
            await fleet.progress()
            assert await asyncio.to_thread(topology.processes[f"monitoring-{number}"].stop) == 0
            await fleet.progress()
        watching.cancel()
    assert pauses.longest_s < LONGEST_PAUSE_S
    await fleet.require_exact()
