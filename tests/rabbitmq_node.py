"""A RabbitMQ node of our own: on free ports, in a directory of its own, gone when whoever started it is gone.

Used by tests, chaos rounds and `python -m tests.rabbitmq_node` (prints the URL, runs until its input ends).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.frozen import freeze_group
from tests.places import open_directory

DEBIAN = Path("/usr/lib/rabbitmq/bin")
START_TIMEOUT_S = 90.0
HELLO = b"AMQP\x00\x00\x09\x01"

CONFIGURATION = """
raft.wal_max_size_bytes = 67108864
log.console = false
disk_free_limit.absolute = 50MB
"""

#: For a node that dozens of tests start and that none of them keeps busy: it starts with a third less work.
SMALL = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"


def installed(program: str) -> str:
    """Debian's wrapper in the PATH changes the user and forgets the environment; the program behind it does not.

    Without it, tests that need a node of their own are passed over where the environment names another's broker.
    """
    found = shutil.which(program, path=f"{DEBIAN}:{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        if "KILOWATCH_TEST_AMQP_URL" in os.environ:
            pytest.skip(f"{program} is missing, and the broker that is given is not ours to kill")
        raise RuntimeError(f"{program} is missing: apt-get install rabbitmq-server, or set KILOWATCH_TEST_AMQP_URL")
    return found


class RabbitNode:
    """One node. `kill` and `freeze` are what they say; `stop` is polite."""

    def __init__(
        self,
        directory: Path,
        plugins: Sequence[str] = (),
        configuration: str = "",
        login: str = "guest:guest",
        erlang: str = SMALL,
    ) -> None:
        self._directory = directory
        self._erlang = erlang
        self._login = login
        self.port, self._distribution_port, self._epmd_port = free_ports(3)
        self._name = f"kilowatch-{self.port}@localhost"
        (directory / "home").mkdir(parents=True)
        cookie = directory / "home" / ".erlang.cookie"
        cookie.write_text(os.urandom(16).hex())
        cookie.chmod(0o400)
        (directory / "plugins").write_text(f"[{','.join(plugins)}].\n")
        (directory / "rabbitmq.conf").write_text(CONFIGURATION + configuration)
        self._run_group("epmd", [installed("epmd"), "-port", str(self._epmd_port), "-address", "127.0.0.1"])

    @property
    def url(self) -> str:
        return f"amqp://{self._login}@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start, and wait until it talks to clients. Does nothing while it runs."""
        if not self._group("node"):
            self._run_group("node", [installed("rabbitmq-server")])
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._greets():
            if time.monotonic() > deadline:
                raise TimeoutError(f"RabbitMQ did not start:\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop as an administrator would: everything is written to the disk."""
        self.control("stop", str(self._directory / "mnesia" / f"{self._name}.pid"))
        self.kill()

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self._signal("node", signal.SIGKILL)
        (self._directory / "node.group").unlink(missing_ok=True)
        while self._greets():
            time.sleep(0.01)

    def restart(self) -> None:
        self.kill()
        self.start()

    def wipe(self) -> None:
        """Kill it and take away its disk: it will know nothing of queues or messages."""
        self.kill()
        shutil.rmtree(self._directory / "mnesia")

    def freeze(self) -> None:
        """It keeps its connections and says nothing more."""
        if group := self._group("node"):
            freeze_group(group)

    def thaw(self) -> None:
        self._signal("node", signal.SIGCONT)

    def alarm_memory(self) -> None:
        self._call("vm_memory_monitor set_vm_memory_high_watermark [0]")

    def alarm_disk(self) -> None:
        self._call('rabbit_disk_monitor set_disk_free_limit ["900000GB"]')

    def clear_alarms(self) -> None:
        self._call("vm_memory_monitor set_vm_memory_high_watermark [0.6]")
        self._call('rabbit_disk_monitor set_disk_free_limit ["50MB"]')

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl. Takes seconds, it starts an Erlang machine each time."""
        return self._run([installed("rabbitmqctl"), "--quiet", "--node", self._name, *arguments])

    def _call(self, what: str) -> None:
        """The same within the node: `MODULE FUNCTION [ARGUMENTS]`."""
        cookie = (self._directory / "home" / ".erlang.cookie").read_text()
        self._run([installed("erl_call"), "-sname", self._name, "-c", cookie, "-a", what])

    def _run(self, command: Sequence[str]) -> str:
        result = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, timeout=180, check=False
        )
        if result.returncode:
            raise RuntimeError(f"{' '.join(command)}: {result.stdout}{result.stderr}")
        return result.stdout

    def log(self) -> str:
        return "".join(path.read_text() for path in (self._directory / "log").glob("*.log"))

    def close(self) -> None:
        for group in ("node", "epmd"):
            self._signal(group, signal.SIGKILL)

    def _greets(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(HELLO)
            return bool(connection.recv(1))
        return False

    def _run_group(self, name: str, command: Sequence[str]) -> None:
        with (self._directory / f"{name}.out").open("ab") as output:
            process = subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        (self._directory / f"{name}.group").write_text(str(process.pid))

    def _group(self, name: str) -> int | None:
        with suppress(FileNotFoundError):
            return int((self._directory / f"{name}.group").read_text())
        return None

    def _signal(self, name: str, number: signal.Signals) -> None:
        group = self._group(name)
        if group is not None:
            with suppress(ProcessLookupError):
                os.killpg(group, number)

    def _environment(self) -> dict[str, str]:
        directory = self._directory
        return {
            "PATH": f"{DEBIAN}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": str(directory / "home"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(directory / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": self._erlang,
            "ERL_CRASH_DUMP_SECONDS": "0",  # it would lie in the repository
        }


@contextmanager
def rabbitmq_node(
    plugins: Sequence[str] = (), configuration: str = "", login: str = "guest:guest", erlang: str = SMALL
) -> Iterator[RabbitNode]:
    """A running node; stopped and wiped on leaving, also when this process is killed."""
    installed("rabbitmq-server")
    with open_directory("kw-rabbitmq-") as directory:
        node = RabbitNode(directory, plugins, configuration, login, erlang)
        try:
            node.start()
            yield node
        finally:
            node.close()


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


if __name__ == "__main__":
    with rabbitmq_node() as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
