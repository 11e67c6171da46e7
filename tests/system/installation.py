"""Kilowatch as a person runs it: a process, an empty directory, a port. Nothing is known of its inside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import httpx2
import psutil

from tests.places import LEARNT

READY_TIMEOUT_S = 180.0
#: What `kilowatch up` promises for SIGTERM.
STOP_TIMEOUT_S = 10.0


class Installation:
    """One data directory and one port, over any number of starts, kills and stops."""

    def __init__(
        self,
        directory: Path,
        *arguments: str,
        python: Path = Path(sys.executable),
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.data_dir = directory / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = directory / "up.log"
        self._arguments = arguments
        self._python = python
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        command = (str(self._python), "-m", "kilowatch", "up", "--port", str(self.port))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KILOWATCH_")}
        environment |= LEARNT | self._settings
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                (*command, "--data-dir", str(self.data_dir), *self._arguments),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self.is_ready():
            assert self.exit_code() is None, f"kilowatch ended:\n{self.log()[-4000:]}"
            assert time.monotonic() < deadline, f"not ready after {READY_TIMEOUT_S:.0f} s:\n{self.log()[-4000:]}"
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx2.TransportError:
            return False

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=30)

    def signed_in(self, email: str, password: str) -> httpx2.Client:
        """A client with the person's access token, good for ten minutes."""
        answer = httpx2.post(f"{self.url}/api/auth/sign-in", json={"email": email, "password": password}, timeout=30)
        answer.raise_for_status()
        client = self.client()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def kill(self) -> None:
        """kill -9, as the kernel does when memory is short. PostgreSQL lives on."""
        self._running.kill()
        self._running.wait(10)

    def kill_with_database(self) -> None:
        """kill -9 of everything at once, as a power cut looks to the files (but for what the disk had not written)."""
        postmaster = self.postmaster()
        self.kill()
        postmaster.kill()

    def stop(self) -> int:
        """SIGTERM. Returns the exit code; fails when it takes longer than promised."""
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait(STOP_TIMEOUT_S)

    def exit_code(self) -> int | None:
        return self._running.poll()

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data_dir / "postgres/data/postmaster.pid").read_text().split()[0]))

    def processor_s(self) -> float:
        """What it has taken of all processors since its start, the database included."""
        main = psutil.Process(self._running.pid)
        times = [each.cpu_times() for each in (main, *main.children(recursive=True))]
        return sum(each.user + each.system + each.children_user + each.children_system for each in times)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def clean_up(self) -> None:
        """Leave no process behind, whatever the test did."""
        if self._process and self._process.poll() is None:
            self.kill()
        with suppress(FileNotFoundError, ValueError, psutil.Error):
            postmaster = self.postmaster()
            postmaster.send_signal(signal.SIGQUIT)
            postmaster.wait(10)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process, "not started"
        return self._process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
