"""PostgreSQL is lost and laid back from a back-up over the network; what RabbitMQ has kept is counted, once."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kilowatch.kit.postgres.backup import unpack
from tests.system.fleet import Fleet
from tests.topology import Topology

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


async def test_what_waited_in_the_queues_is_counted_and_what_was_counted_is_recognised(
    topology: Topology, fleet: Fleet
):
    async with fleet.sending():
        await fleet.progress()
        await fleet.progress()
    await fleet.require_exact()
    for replica in topology.running("monitoring"):
        replica.stop()
    async with fleet.sending():  # what is answered now lies in the queues of the partitions
        await fleet.progress()
    backup = topology.places.directory / "backup"
    await asyncio.to_thread(take_backup, topology, backup)

    await asyncio.to_thread(topology.postgres_node.kill)
    shutil.rmtree(topology.places.directory / "postgres" / "data")
    await asyncio.to_thread(unpack, backup / "postgres", topology.places.directory / "postgres")
    await asyncio.to_thread(topology.postgres_node.start)
    for number in (1, 2):
        await topology.start("monitoring", number)
    await fleet.require_exact()
    async with fleet.sending():  # and goes on, repeating some of what it has sent before
        await fleet.progress()
    await fleet.require_exact()


def take_backup(topology: Topology, target: Path) -> None:
    environment = {**os.environ, "KILOWATCH_SECRETS_DIR": str(topology.places.secrets_of("databases"))}
    command = (
        sys.executable,
        "-m",
        "kilowatch",
        "backup",
        str(target),
        "--secrets",
        str(topology.places.secrets_of("kept")),
    )
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
