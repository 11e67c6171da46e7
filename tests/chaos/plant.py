"""The installation that things happen to: two balancers and three monitoring replicas, each behind a bad link."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.fleet import make_known
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.telemetry import logger
from tests.chaos.meters import Meters, fleet
from tests.chaos.observer import Observer
from tests.chaos.watch import PATIENCE_S, Stuck, Watch
from tests.stack import Process, Stack, open_stack
from tests.tcp_proxy import TcpProxy, tcp_proxy

log = logger(__name__)

#: RabbitMQ tells of what a queue holds as it was up to five seconds ago.
STALE_S: Final = 6.0
PARTITIONS: Final = 12
DEVICES: Final = 160
SENDERS: Final = 4
REPOSITORY: Final = Path(__file__).parents[2]


@dataclass
class Plant:
    stack: Stack
    links: dict[str, TcpProxy]
    watch: Watch
    observer: Observer
    random: Random
    kills: int = 0
    #: Seconds from what went wrong until every partition concerned was written to again.
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def balancers(self) -> Sequence[Process]:
        return self._running("balancer")

    @property
    def replicas(self) -> Sequence[Process]:
        return self._running("monitoring")

    def balancer_urls(self) -> Sequence[str]:
        return [process.url for process in self.balancers] or [f"http://127.0.0.1:{self.stack.ports['balancer']}"]

    async def start(self, service: str, name: str) -> Process:
        process = self.stack.launch(service, name, **self._environment(name))
        await process.ready()
        return process

    def kill(self, process: Process) -> None:
        process.kill()
        self.kills += 1

    async def leave(self, process: Process) -> None:
        code = await asyncio.to_thread(process.stop)
        assert code == 0, f"{process.name} ended with {code}:\n{process.log.read_text()[-3000:]}"

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.took[what].append(time.monotonic() - began)

    def repeated_batches(self) -> int:
        """Of all replicas that have ever run: a counter ends with its process, a log does not."""
        lines = [
            line for path in self.stack.directory.glob("monitoring-*.log") for line in path.read_text().splitlines()
        ]
        return sum(json.loads(line)["batches"] for line in lines if '"batches_repeated"' in line)

    async def until_drained(self) -> dict[str, int]:
        """Return when no queue holds anything; gives the number of dead letters by queue. Nobody may be sending."""
        await asyncio.sleep(STALE_S)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            depths = {queue: depth for queue, depth in (await asyncio.to_thread(self._depths)).items() if depth}
            if all(queue.endswith(".dead") for queue in depths):
                return depths
            if time.monotonic() > deadline:
                raise Stuck(f"messages are left in {depths}\n{await asyncio.to_thread(self._in_hand)}")
            await asyncio.sleep(0.5)

    def _depths(self) -> dict[str, int]:
        listed = self.stack.rabbit.control("list_queues", "--no-table-headers", "name", "messages")
        rows = (line.split() for line in listed.splitlines() if line.strip())
        return {name: int(count) for name, count in rows if not name.startswith("events")}

    def _in_hand(self) -> str:
        """Who has got what and has not settled it."""
        control = self.stack.rabbit.control
        queues = control("list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers")
        channels = control("list_channels", "connection", "name", "messages_unacknowledged", "consumer_count")
        return f"{queues}\n{channels}"

    def _running(self, service: str) -> Sequence[Process]:
        return [each for each in self.stack.processes.values() if each.service == service and each.alive]

    def _environment(self, name: str) -> dict[str, str]:
        if name not in self.links:
            return {}
        return {"KILOWATCH_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{self.links[name].port}/"}


@asynccontextmanager
async def open_plant(
    seed: int, without: str | None = None, replicas: int = 3, balancers: int = 2, **environment: str
) -> AsyncIterator[Plant]:
    """Everything runs and every partition is held when it is given; nothing is sent yet."""
    settings = {"KILOWATCH_PARTITIONS": str(PARTITIONS), "PYTHONPATH": str(REPOSITORY)} | environment
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(open_stack(**settings))
        if without:
            stack.programs["monitoring"] = [sys.executable, "-m", "tests.chaos.replica", without]
        await make_known(stack, fleet(DEVICES))
        names = [f"monitoring-{number}" for number in range(1, replicas + 2)]  # one for who joins
        links = {name: await exits.enter_async_context(tcp_proxy(stack.rabbit.port)) for name in names}
        watch = Watch(stack.database_url("monitoring"))
        exits.callback(watch.close)
        broker = await exits.enter_async_context(open_rabbitmq(stack.rabbit.url, name="observer"))
        observer = Observer(broker, PARTITIONS)
        await observer.declare()
        plant = Plant(stack, links, watch, observer, Random(seed))
        # Its error ends the run: with nobody there its queue would only fill.
        watching = await exits.enter_async_context(asyncio.TaskGroup())
        exits.callback(watching.create_task(observer.run()).cancel)
        async with asyncio.TaskGroup() as group:
            for name in names[:replicas]:
                group.create_task(plant.start("monitoring", name))
            for number in range(1, balancers + 1):
                group.create_task(plant.start("balancer", f"balancer-{number}"))
        try:
            yield plant
        except BaseException:
            _keep_logs(stack)
            raise


def _keep_logs(stack: Stack) -> None:
    """For whoever looks for the cause: the directory of the stack is taken away."""
    kept = Path(tempfile.mkdtemp(prefix="kw-chaos-logs-"))
    for path in stack.directory.glob("*.log"):
        shutil.copy(path, kept)
    log.error("logs_kept", directory=str(kept))


def senders(plant: Plant) -> Sequence[Meters]:
    """The fleet, divided between gateways that send at the same time."""
    devices = fleet(DEVICES)
    return [
        Meters(devices[number::SENDERS], plant.balancer_urls, Random(plant.random.random()))
        for number in range(SENDERS)
    ]


@asynccontextmanager
async def sending(meters: Sequence[Meters]) -> AsyncIterator[None]:
    """Meters send while the block runs; after it all they have is safe. A meter that is refused ends the block."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for each in meters:
            group.create_task(each.run(stopping))
        yield
        stopping.set()
