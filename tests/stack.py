"""The distributed form on one machine: PostgreSQL, RabbitMQ and services as processes of their own.

Used by benchmarks, chaos rounds and `make stack`. Everything listens on loopback, lies in one temporary directory and
is ended on leaving.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx2

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.postgres import Server, create_logins
from kilowatch.kit.secrets import service_secret, stored_secret
from tests.frozen import freeze
from tests.places import open_directory
from tests.postgres_node import PostgresNode, distributed_postgres
from tests.rabbitmq_node import RabbitNode, free_ports, rabbitmq_node

READY_TIMEOUT_S: Final = 300.0
STOP_TIMEOUT_S: Final = 15.0


@dataclass
class Process:
    """One `kilowatch serve`."""

    service: str
    name: str
    port: int
    popen: subprocess.Popen[bytes]
    log: Path
    address: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    def freeze(self) -> None:
        freeze(self.popen.pid)

    def thaw(self) -> None:
        self.popen.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """As an operator would; gives the exit code."""
        self.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            return self.popen.wait(STOP_TIMEOUT_S)
        self.kill()
        return -signal.SIGKILL

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    async def ready(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        async with httpx2.AsyncClient(base_url=self.url, timeout=2) as client:
            while True:
                if not self.alive:
                    raise RuntimeError(f"{self.name} ended:\n{self.log.read_text()[-4000:]}")
                with suppress(httpx2.HTTPError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{self.name} is not ready:\n{self.log.read_text()[-4000:]}")
                await asyncio.sleep(0.1)


def stop_all(processes: Collection[Process]) -> None:
    """At the same time; those that are frozen too."""
    for process in processes:
        if process.alive:
            process.thaw()
            process.popen.terminate()
    for process in processes:
        process.stop()


@dataclass
class Stack:
    directory: Path
    postgres: Server
    rabbit: RabbitNode
    passwords: Mapping[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    #: What is run in the place of `kilowatch`, by service.
    programs: dict[str, Sequence[str]] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    #: Where the other services look for each one: its first replica answers there.
    ports: Mapping[str, int] = field(
        default_factory=lambda: dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    )

    @property
    def postgres_node(self) -> PostgresNode:
        return PostgresNode(self.directory / "postgres")

    def database_url(self, service: str) -> str:
        """For asyncpg and `serve`; with SQLAlchemy's driver name it is `sqlalchemy_url`."""
        return self.sqlalchemy_url(service).replace("postgresql+asyncpg", "postgresql")

    def sqlalchemy_url(self, service: str) -> str:
        return self.postgres.service_url(service, self.passwords[service])

    async def start(self, service: str, name: str | None = None, **environment: str) -> Process:
        """Start a service and wait until it is ready. Replicas of one service differ in `name`."""
        process = self.launch(service, name, **environment)
        await process.ready()
        return process

    def launch(self, service: str, name: str | None = None, **environment: str) -> Process:
        name = name or service
        port = self._port_for(service, name)
        log = self.directory / f"{name}.log"
        program = self.programs.get(service, [str(Path(sys.executable).with_name("kilowatch"))])
        command = [*program, "serve", service, "--port", str(port)]
        with log.open("ab") as output:
            popen = subprocess.Popen(
                command, env=self._environment(name) | environment, stdout=output, stderr=output, cwd=self.directory
            )
        self.processes[name] = process = Process(service, name, port, popen, log)
        return process

    def close(self) -> None:
        stop_all(self.processes.values())

    def _port_for(self, service: str, name: str) -> int:
        """A replica that is started again keeps its port."""
        if name in self.processes:
            return self.processes[name].port
        taken = {process.port for process in self.processes.values()}
        return self.ports[service] if self.ports[service] not in taken else free_ports(1)[0]

    def _environment(self, name: str) -> dict[str, str]:
        urls = {f"KILOWATCH_{service.upper()}_URL": f"http://127.0.0.1:{port}" for service, port in self.ports.items()}
        databases = {f"KILOWATCH_{service.upper()}_DATABASE_URL": self.database_url(service) for service in SERVICES}
        return {
            **os.environ,
            **urls,
            **databases,
            "KILOWATCH_DATA_DIR": str(self.directory / "data"),
            "KILOWATCH_AMQP_URL": self.rabbit.url,
            "KILOWATCH_INSTANCE": name,
            **self.environment,
        }


@asynccontextmanager
async def open_stack(**environment: str) -> AsyncIterator[Stack]:
    """PostgreSQL with a login and a database for each service, and RabbitMQ; no service yet."""
    with (
        open_directory("kw-stack-") as directory,
        distributed_postgres(directory / "postgres") as server,
        rabbitmq_node(erlang="") as rabbit,
    ):
        passwords = {
            service: stored_secret(directory / "data" / "secrets", f"database_{service}") for service in SERVICES
        }
        for service in SERVICES:
            service_secret(directory / "data", service)
        await create_logins(server.superuser_url(), passwords)
        stack = Stack(directory, server, rabbit, passwords, dict(environment))
        try:
            yield stack
        finally:
            stack.close()
            stack.postgres_node.stop()  # the one that was started, or another since
