"""`deploy/processes` at work: every service a process of its own behind Caddy, with the files that containers get.

    python -m tests.topology        runs it until Ctrl-C, and says where it is

Each process is told nothing but its own secrets. Replicas have addresses of their own in 127.0.0.0/8 and are found
under the name of their service, so that Caddy works from the same file as in a container.
"""

import asyncio
import os
import random
import shlex
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
import httpx2

from kilowatch.contracts.services import SERVICES
from kilowatch.deployment import BROKER_LOGIN, Addresses, create_secrets
from kilowatch.kit.postgres import Server
from kilowatch.process import available_services
from tests.edge import ADMINISTRATOR, sign_in
from tests.names import name_server
from tests.places import LEARNT, open_directory
from tests.postgres_node import PostgresNode, distributed_postgres
from tests.rabbitmq_node import RabbitNode, free_ports, rabbitmq_node
from tests.stack import Process, stop_all

REPOSITORY: Final = Path(__file__).parents[1]
DEPLOY: Final = REPOSITORY / "deploy"
WEB: Final = REPOSITORY / "src" / "kilowatch" / "web"
EDGE: Final = "edge"
SERVICE_PORT: Final = 8080
#: Of one service, at most.
REPLICAS: Final = 20
READY_TIMEOUT_S: Final = 300.0
PASSED_ON: Final = ("PATH", "HOME", "LANG")
PORTS: Final = (EDGE, "edge metrics", "names", "postgres", "mqtt", "broker metrics")


@dataclass(frozen=True, slots=True)
class Line:
    """Of `deploy/processes`."""

    service: str
    replicas: int
    command: Sequence[str]


def read_processes() -> dict[str, Line]:
    lines = (DEPLOY / "processes").read_text().splitlines()
    rows = [line.split(maxsplit=2) for line in lines if line.strip() and not line.startswith("#")]
    return {service: Line(service, int(replicas), shlex.split(command)) for service, replicas, command in rows}


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything of one topology is; others may run beside it."""

    directory: Path
    lines: Mapping[str, Line] = field(default_factory=read_processes)
    ports: Mapping[str, int] = field(default_factory=lambda: dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))
    network: str = field(default_factory=lambda: f"127.{random.randint(16, 250)}.{random.randint(1, 250)}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[EDGE]}"

    def address(self, service: str, number: int = 1) -> str:
        return f"{self.network}.{list(self.lines).index(service) * REPLICAS + number}"

    def url_of(self, service: str) -> str:
        return f"http://{self.address(service)}:{SERVICE_PORT}"

    def secrets_of(self, part: str) -> Path:
        return self.directory / "secrets" / part


@dataclass
class Topology:
    places: Places
    rabbit: RabbitNode
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.places.url

    @property
    def postgres_node(self) -> PostgresNode:
        return PostgresNode(self.places.directory / "postgres")

    @property
    def administrator_password(self) -> str:
        return (self.places.secrets_of("auth") / "kilowatch_admin_password").read_text()

    def running(self, service: str) -> list[Process]:
        return [process for process in self.processes.values() if process.service == service and process.alive]

    def addresses_of(self, service: str) -> list[str]:
        return [process.address for process in self.running(service)]

    def launch(self, service: str, number: int = 1) -> Process:
        """Start a replica; one that has run before comes back under its name and address."""
        name, address = f"{service}-{number}", self.places.address(service, number)
        log = self.places.directory / f"{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                _found(self.places.lines[service].command),
                env=self._environment(service, name, address),
                stdout=output,
                stderr=output,
                cwd=REPOSITORY,
            )
        self.processes[name] = process = Process(service, name, SERVICE_PORT, popen, log, address)
        return process

    async def start(self, service: str, number: int = 1) -> Process:
        process = self.launch(service, number)
        await (self._edge_answers(process) if service == EDGE else process.ready())
        return process

    async def start_all(self, *, at_most: int = REPLICAS) -> None:
        """The services beside each other, then the edge; `at_most` so many replicas of each."""
        services = [line for line in self.places.lines.values() if line.service in available_services()]
        async with asyncio.TaskGroup() as group:
            for line in services:
                for number in range(1, min(line.replicas, at_most) + 1):
                    group.create_task(self.start(line.service, number))
        await self.start(EDGE)

    async def sign_in(self) -> httpx2.AsyncClient:
        return await sign_in(self.url, self.administrator_password)

    def close(self) -> None:
        stop_all(self.processes.values())

    async def _edge_answers(self, edge: Process) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        async with httpx2.AsyncClient(base_url=self.url, timeout=10) as client:
            while True:
                with suppress(httpx2.HTTPError):
                    if (await client.get("/api/about")).status_code == 200:
                        return
                if not edge.alive or time.monotonic() > deadline:
                    raise TimeoutError(edge.log.read_text()[-3000:])
                await asyncio.sleep(0.05)

    def _environment(self, service: str, name: str, address: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        own = _edge_environment(self.places) if service == EDGE else self._service_environment(service, name, address)
        return inherited | own

    def _service_environment(self, service: str, name: str, address: str) -> dict[str, str]:
        # Only the edge finds every replica; services ask the first one of another.
        peers = {f"KILOWATCH_{each.upper()}_URL": self.places.url_of(each) for each in SERVICES}
        return {
            **peers,
            "KILOWATCH_HOST": address,
            "KILOWATCH_PORT": str(SERVICE_PORT),
            "KILOWATCH_INSTANCE": name,
            "KILOWATCH_SECRETS_DIR": str(self.places.secrets_of(service)),
            # Nothing can be written there, as in a container: a secret that nobody has given must not be made up.
            "KILOWATCH_DATA_DIR": "/dev/null/kilowatch",
            **LEARNT,
            "KILOWATCH_PUBLIC_URL": self.url,
            "KILOWATCH_TRUSTED_PROXIES": "127.0.0.0/8",
            **self.environment,
        }


def _edge_environment(places: Places) -> dict[str, str]:
    return {
        "XDG_DATA_HOME": str(places.directory / "caddy"),
        "XDG_CONFIG_HOME": str(places.directory / "caddy"),
        "KILOWATCH_SITE": places.url,
        "KILOWATCH_EDGE_METRICS_PORT": str(places.ports["edge metrics"]),
        "KILOWATCH_RESOLVER": f"udp/127.0.0.1:{places.ports['names']}",
        "KILOWATCH_WEB": str(WEB),
        "KILOWATCH_API_DESCRIPTION": str(REPOSITORY / "frontend"),
    }


def _found(command: Sequence[str]) -> list[str]:
    """Our own command lies beside the Python that runs us."""
    program, *arguments = command
    beside = Path(sys.executable).with_name(program)
    return [str(beside) if beside.exists() else program, *arguments]


@asynccontextmanager
async def open_topology(**environment: str) -> AsyncIterator[Topology]:
    """The engines as in the containers, a database for each service, a name server; no service yet."""
    with open_directory("kw-topology-") as directory:
        directory.chmod(0o755)  # the account of PostgreSQL passes through
        places = Places(directory)
        _write_secrets(places, amqp_port=0)
        with _postgres(places) as server, _rabbitmq(places) as rabbit:
            _write_secrets(places, rabbit.port)
            await _create_databases(places, server)
            topology = Topology(places, rabbit, environment)
            async with name_server(places.ports["names"], topology.addresses_of):
                try:
                    yield topology
                finally:
                    topology.close()
                    topology.postgres_node.stop()  # the one that was started, or another since


def _write_secrets(places: Places, amqp_port: int) -> None:
    addresses = Addresses(
        postgres=f"127.0.0.1:{places.ports['postgres']}",
        rabbitmq=f"127.0.0.1:{amqp_port}",
        devices_url=places.url_of("devices"),
    )
    create_secrets(places.directory / "secrets", addresses, DEPLOY / "rabbitmq/definitions.json")


def _postgres(places: Places) -> AbstractContextManager[Server]:
    """Over TCP, and with the rules of the containers for who may connect."""
    rules = (DEPLOY / "postgres/pg_hba.conf").read_text()
    # There PostgreSQL's own account administers it; here the one that runs us does.
    (places.directory / "pg_hba.conf").write_text(rules.replace("peer", "peer map=administrator"))
    here = (
        f"listen_addresses = '127.0.0.1'\nport = {places.ports['postgres']}\n"
        f"hba_file = '{places.directory / 'pg_hba.conf'}'\n"
    )
    return distributed_postgres(places.directory / "postgres", here)


def _rabbitmq(places: Places) -> AbstractContextManager[RabbitNode]:
    """The files of the containers; where a setting is said twice, the later one holds."""
    secrets = places.secrets_of("rabbitmq")
    here = (
        f"load_definitions = {secrets / 'definitions.json'}\n"
        f"mqtt.listeners.tcp.default = 127.0.0.1:{places.ports['mqtt']}\n"
        f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {places.ports['broker metrics']}\n"
        "log.console = false\nlog.file = rabbit.log\ndisk_free_limit.absolute = 50MB\n"
    )
    configuration = (DEPLOY / "rabbitmq/rabbitmq.conf").read_text() + (secrets / "kilowatch.conf").read_text() + here
    plugins = (DEPLOY / "rabbitmq/enabled_plugins").read_text().strip("[]. \n").split(",")
    password = urlsplit((places.secrets_of("users") / "kilowatch_amqp_url").read_text()).password
    return rabbitmq_node(plugins, configuration, f"{BROKER_LOGIN}:{password}")


async def _create_databases(places: Places, server: Server) -> None:
    """As the container of that name does it; the password of the superuser is the image's business there."""
    password = (places.secrets_of("postgres") / "superuser_password").read_text()
    connection = await asyncpg.connect(
        host=str(server.socket_directory), port=places.ports["postgres"], user="postgres", timeout=10
    )
    await connection.execute(f"ALTER ROLE postgres PASSWORD '{password}'")
    await connection.close()
    command = _found(["kilowatch", "create-databases"])
    environment = {**os.environ, "KILOWATCH_SECRETS_DIR": str(places.secrets_of("databases"))}
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


async def _run_until_stopped() -> None:
    async with open_topology() as topology:
        await topology.start_all()
        print(f"{topology.url}   {ADMINISTRATOR}   {topology.administrator_password}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_run_until_stopped())
