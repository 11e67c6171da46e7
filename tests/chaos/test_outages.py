"""One thing goes wrong for a while, meters go on sending; then the books must be in order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import aio_pika
import asyncpg
import httpx2
import numpy as np
import pytest

from benchmarks.fleet import CREDENTIAL
from kilowatch.contracts.batch import READING, Batch, BatchHeader, encode_batch
from kilowatch.contracts.routing import PARTITIONS, partition_queue
from kilowatch.kit.broker.port import Message, QueueFull
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.database import open_database
from kilowatch.kit.hashing import partition_of
from kilowatch.monitoring.leases import Replica
from kilowatch.monitoring.leases.store import LeaseStore, open_lease_store
from tests.chaos.audit import Books, audit
from tests.chaos.meters import FIRST_ID, Meters, all_sent, fleet
from tests.chaos.mishaps import DEAD, TAKEN_OVER_WITHIN_S, link_is_dead
from tests.chaos.plant import DEVICES, Plant, open_plant, senders, sending
from tests.chaos.plant import PARTITIONS as PARTITION_COUNT
from tests.rabbitmq_node import RabbitNode

pytestmark = pytest.mark.timeout(600)  # a minute each on a machine of its own, and patience where it is shared

OUTAGE_S = 6.0
#: The balancer waits 10 s for a confirm.
ANSWERED_WITHIN_S = 12.0
STUCK = 5


@dataclass
class Site:
    plant: Plant
    meters: Sequence[Meters]
    #: What earlier tests have put there on purpose.
    rejected: int = 0
    dead: int = 0

    async def books(self) -> Books:
        found = await audit(self.plant, fleet(DEVICES), all_sent(self.meters))
        return replace(found, rejected=found.rejected - self.rejected, dead=found.dead - self.dead)

    async def send(self, device_id: int) -> httpx2.Response:
        """A reading that is known already, so that it changes nothing."""
        reading = next(each for meters in self.meters for each in meters.safe() if each["device_id"] == device_id)
        async with httpx2.AsyncClient(timeout=30, headers={"Authorization": f"Bearer {CREDENTIAL}"}) as client:
            return await client.post(f"{self.plant.balancers[0].url}/api/ingest", json=reading)


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_plant(seed=1, replicas=2, balancers=1) as plant:
        site = Site(plant, senders(plant))
        async with sending(site.meters):
            await plant.watch.until_flowing()
        yield site


def in_partition(partition: int) -> int:
    return next(id_ for id_ in range(FIRST_ID, FIRST_ID + DEVICES) if partition_of(id_, PARTITION_COUNT) == partition)


async def test_the_database_is_down_for_a_while(site: Site):
    async with sending(site.meters):
        site.plant.stack.postgres_node.kill()
        await asyncio.sleep(OUTAGE_S)
        assert (await site.send(FIRST_ID)).status_code == 202, "what is sent meanwhile waits in the queues"
        await asyncio.to_thread(site.plant.stack.postgres_node.start)
        await site.plant.watch.until_flowing()
    assert (await site.books()).in_order


async def test_the_broker_is_down_for_a_while(site: Site):
    async with sending(site.meters):
        await asyncio.to_thread(site.plant.stack.rabbit.kill)
        await assert_sent_away_in_time(site)
        await asyncio.sleep(OUTAGE_S)
        await asyncio.to_thread(site.plant.stack.rabbit.start)
        await site.plant.watch.until_flowing()
    assert (await site.books()).in_order


@pytest.mark.parametrize(
    "alarm", [RabbitNode.alarm_memory, pytest.param(RabbitNode.alarm_disk, marks=pytest.mark.slow)]
)
async def test_the_broker_is_short_of_memory_or_disk_space(site: Site, alarm: Callable[[RabbitNode], None]):
    rabbit = site.plant.stack.rabbit
    async with sending(site.meters):
        await asyncio.to_thread(alarm, rabbit)
        try:
            await assert_sent_away_in_time(site)
        finally:
            await asyncio.to_thread(rabbit.clear_alarms)
        await site.plant.watch.until_flowing()
    assert (await site.books()).in_order


async def assert_sent_away_in_time(site: Site) -> None:
    began = time.monotonic()
    answer = await site.send(FIRST_ID)
    assert time.monotonic() - began < ANSWERED_WITHIN_S
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.slow
async def test_a_link_is_half_open(site: Site):
    async with sending(site.meters):
        await link_is_dead(site.plant)
    assert max(site.plant.took[DEAD]) < TAKEN_OVER_WITHIN_S[DEAD]
    assert (await site.books()).in_order


@pytest.mark.parametrize("crashes", [15, pytest.param(50, marks=pytest.mark.slow)])
async def test_a_batch_is_delivered_again_by_one_crash_after_the_other(site: Site, crashes: int):
    async with sending(site.meters):
        async with writing_is_blocked(site):
            deliveries = 0
            while deliveries < crashes:
                for link in site.plant.links.values():
                    link.cut()
                deliveries = max(deliveries, await deliveries_without_ack(site))
                await asyncio.sleep(0.7)
        await site.plant.watch.until_flowing()
    assert (await site.books()).in_order


async def deliveries_without_ack(site: Site) -> int:
    """How often the batch that had most of them has been given to somebody who then was gone. This is one such time."""
    async with await aio_pika.connect(site.plant.stack.rabbit.url, timeout=ANSWERED_WITHIN_S) as connection:
        channel = await connection.channel()
        queues = [await channel.get_queue(partition_queue(number), ensure=False) for number in range(PARTITION_COUNT)]
        waiting = [await queue.get(fail=False) for queue in queues]
        return max((int(str(batch.headers.get("x-delivery-count", 0))) for batch in waiting if batch), default=0)


@asynccontextmanager
async def writing_is_blocked(site: Site) -> AsyncIterator[None]:
    connection = await asyncpg.connect(site.plant.stack.database_url("monitoring"))
    async with connection.transaction():
        await connection.execute("LOCK TABLE batch IN EXCLUSIVE MODE")
        yield
    await connection.close()


async def test_one_partition_is_stuck_and_full_while_the_others_go_on(site: Site):
    others = set(range(PARTITION_COUNT)) - {STUCK}
    async with squatting(site, STUCK), open_rabbitmq(site.plant.stack.rabbit.url) as broker:
        async with sending(site.meters):
            await site.plant.watch.until_flowing(others)
        await fill_up(broker.publish)
        answer = await site.send(in_partition(STUCK))
        assert (answer.status_code, int(answer.headers["retry-after"]) >= 1) == (503, True)
        assert (await site.send(in_partition(STUCK + 1))).status_code == 202
    async with sending(site.meters):
        await site.plant.watch.until_flowing()
    assert (await site.books()).in_order


async def fill_up(publish: Callable[..., Awaitable[None]]) -> None:
    """Batches without a reading, until the queue takes no more; a node lets a few in above its bound."""
    full = False
    while not full:
        batches = [Batch(BatchHeader(id=uuid4(), received_at=0), np.zeros(0, READING)) for _ in range(100)]
        puts = (put(publish, STUCK, encode_batch(batch)) for batch in batches)
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        full = any(isinstance(outcome, QueueFull) for outcome in outcomes)


async def put(publish: Callable[..., Awaitable[None]], partition: int, body: bytes) -> None:
    await publish(PARTITIONS, Message(id=str(uuid4()), body=body, routing_key=str(partition)), timeout_s=30)


@asynccontextmanager
async def squatting(site: Site, partition: int) -> AsyncIterator[None]:
    """Somebody holds the lease, is alive, and does not consume."""
    squatter = Replica(uuid4(), "squatter")
    async with (
        open_database(site.plant.stack.sqlalchemy_url("monitoring"), "monitoring") as database,
        open_lease_store(database) as store,
    ):
        await store.join(squatter)
        await store.leave(squatter.id)
        while not await taken(store, squatter, partition):
            await asyncio.sleep(0.01)
        beating = asyncio.create_task(beat(store, squatter))
        yield
        beating.cancel()
        await store.left(squatter.id)


async def taken(store: LeaseStore, squatter: Replica, partition: int) -> bool:
    row = (await store.ring(PARTITION_COUNT)).leases[partition]
    return await store.take(row, squatter.id, lease_s=3_600) is not None


async def beat(store: LeaseStore, squatter: Replica) -> None:
    while True:
        await store.beat(squatter.id)
        await asyncio.sleep(0.5)


async def test_poison_among_good_batches(site: Site):
    bad = np.zeros(3, READING)
    bad["device"] = [FIRST_ID, FIRST_ID, 999_999]
    bad["time"] = [2**62, 10**15, 10**15]
    bad["value"] = [1.0, np.inf, 1.0]
    batch = Batch(BatchHeader(id=uuid4(), received_at=0), bad)
    async with sending(site.meters), open_rabbitmq(site.plant.stack.rabbit.url) as broker:
        await put(broker.publish, STUCK, b"no batch at all")
        await put(broker.publish, STUCK, encode_batch(batch))
        await site.plant.watch.until_flowing()
    site.rejected, site.dead = 3, 1
    assert (await site.books()).in_order
    async with open_rabbitmq(site.plant.stack.rabbit.url) as broker:
        letters = await broker.dead_letters(partition_queue(STUCK))
    assert [letter.message.body for letter in letters] == [b"no batch at all"]
