"""`compose.yaml` at work: images built from this tree, in a project, at ports and with volumes of their own."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import httpx2

from tests.edge import sign_in
from tests.rabbitmq_node import free_ports
from tests.topology import REPOSITORY

PROJECT: Final = "kilowatch-check"
PORTS: Final = ("KILOWATCH_HTTP_PORT", "KILOWATCH_AMQP_PORT", "KILOWATCH_MQTT_PORT")
COMMAND_TIMEOUT_S: Final = 1_200
#: Everything that runs as the account of a container, but not what the engine sees as the container itself.
CRASH: Final = "kill -9 -1"


@dataclass
class Composed:
    ports: Mapping[str, int] = field(default_factory=lambda: dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports['KILOWATCH_HTTP_PORT']}"

    @cached_property
    def administrator_password(self) -> str:
        return self.run_in("auth", "cat", "/run/secrets/kilowatch/kilowatch_admin_password")

    async def sign_in(self) -> httpx2.AsyncClient:
        return await sign_in(self.url, self.administrator_password)

    def run(self, *arguments: str) -> str:
        return self._docker("compose", "--project-name", PROJECT, *arguments)

    def run_in(self, service: str, *command: str, number: int = 1) -> str:
        return self.run("exec", "--no-TTY", "--index", str(number), service, *command)

    def crash(self, service: str, number: int = 1) -> None:
        """What the engine then starts again by itself."""
        self.run("exec", "--no-TTY", "--index", str(number), service, "sh", "-c", CRASH)

    def containers(self) -> list[dict[str, Any]]:
        """All that the engine says of each, the ones that have ended too."""
        found: list[dict[str, Any]] = json.loads(self._docker("inspect", *self.run("ps", "--all", "--quiet").split()))
        return found

    def _docker(self, *arguments: str) -> str:
        done = subprocess.run(
            ("docker", *arguments),
            cwd=REPOSITORY,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        ports = {name: str(port) for name, port in self.ports.items()}
        # Images of their own too: nobody's installation is another version for it at its next start.
        return {**os.environ, **ports, "KILOWATCH_PUBLIC_URL": self.url, "KILOWATCH_VERSION": "check"}


def service_of(container: Mapping[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


@contextmanager
def composed_system() -> Iterator[Composed]:
    """Built and well; gone with its volumes afterwards."""
    composed = Composed()
    try:
        composed.run("up", "--build", "--wait")
        yield composed
    finally:
        composed.run("down", "--volumes", "--timeout", "0")
