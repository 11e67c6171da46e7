"""The server's process: found, started, waited for, stopped."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from kilowatch.kit.postgres.cluster import Cluster
from kilowatch.kit.postgres.server import PostgresFailed
from kilowatch.kit.telemetry import logger

log = logger(__name__)

#: Redoing `max_wal_size` of log after a crash takes minutes on a slow disk. `pg_ctl` as the wheel's library calls it
#: gives up after 10 s.
START_TIMEOUT_S: Final = 600.0
#: A fast stop writes a checkpoint. Who has no time for it stops at once, and the next start redoes the log.
FAST_STOP_S: Final = 3.0
IMMEDIATE_STOP_S: Final = 2.0
REPORT_S: Final = 5.0
POLL_S: Final = 0.02
NO_PROCESS: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Postmaster:
    process: psutil.Process
    data: Path
    output: Path  #: what it says before its own log is open

    def is_alive(self) -> bool:
        try:
            return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def is_ready(self) -> bool:
        return self._status() == "ready"

    def is_stopping(self) -> bool:
        return self._status() == "stopping"

    def _status(self) -> str:
        lock = _lock_lines(self.data)
        return lock[7] if len(lock) > 7 and lock[0] == str(self.process.pid) else ""

    def wait_until_ready(self) -> Path:
        """Wait, through crash recovery if need be. Returns the directory of the socket. Raises `PostgresFailed`."""
        started = reported = time.monotonic()
        while not self.is_ready():
            now = time.monotonic()
            if not self.is_alive():
                raise PostgresFailed(f"PostgreSQL did not start. {_last_words(self.output)}")
            if now - started > START_TIMEOUT_S:
                raise PostgresFailed(f"PostgreSQL is not ready after {START_TIMEOUT_S:.0f} s; see {self.output.parent}")
            if now - reported > REPORT_S:
                log.info("postgres_recovering", seconds=round(now - started))
                reported = now
            time.sleep(POLL_S)
        return Path(_lock_lines(self.data)[4])

    def stop(self) -> None:
        for number, patience_s in ((signal.SIGINT, FAST_STOP_S), (signal.SIGQUIT, IMMEDIATE_STOP_S)):
            with suppress(psutil.NoSuchProcess):
                self.process.send_signal(number)
            if self._gone_within(patience_s):
                return
        log.error("postgres_does_not_stop", pid=self.process.pid)

    def _gone_within(self, timeout_s: float) -> bool:
        with suppress(psutil.TimeoutExpired):
            self.process.wait(timeout_s)
            return True
        return False


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that runs on `data`, whoever started it."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(_process_id(data / "postmaster.pid"))
        if _works_in(process, data):
            return Postmaster(process, data, _output(data))
    return None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that end us wait until the block is left. A handler that raises between the start of the server and the
    note that it is to be stopped would leave it behind."""
    if threading.current_thread() is not threading.main_thread():  # signals are handled in that one only
        yield
        return
    came: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for received in came:
            signal.raise_signal(received)


def start_postmaster(cluster: Cluster) -> Postmaster:
    """Take over the server that runs already, as a killed Kilowatch leaves it behind, or start one."""
    left_behind = find_postmaster(cluster.data)
    if left_behind is not None and left_behind.is_stopping():  # it lets nobody in any more, and may take its time
        left_behind.stop()
        left_behind = find_postmaster(cluster.data)
    if left_behind is None:
        _clear_stale_locks(cluster)
        return _launch(cluster)
    log.info("postgres_taken_over", pid=left_behind.process.pid)
    left_behind.process.send_signal(signal.SIGHUP)  # the configuration may be newer than the server
    return left_behind


def _launch(cluster: Cluster) -> Postmaster:
    output = _output(cluster.data)
    configuration = cluster.directory / "postgresql.conf"
    with output.open("wb") as file:
        # A session of its own: Ctrl-C in the terminal is for Kilowatch, which stops the server last.
        process = psutil.Popen(
            cluster.command("postgres", f"--config-file={configuration}"),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            cwd=cluster.directory,
            **cluster.account(),
        )
    return Postmaster(process, cluster.data, output)


def _clear_stale_locks(cluster: Cluster) -> None:
    """Remove lock files whose process id is in use again, as happens in containers, or by a zombie that nobody reaps.

    PostgreSQL then refuses to start. Where the process is simply gone, it copes by itself.
    """
    for lock in (cluster.data / "postmaster.pid", *cluster.run.glob(".s.PGSQL.*.lock")):
        if psutil.pid_exists(_process_id(lock)):
            _wait_for_orphans(cluster.data)
            lock.unlink(missing_ok=True)


def _wait_for_orphans(data: Path) -> None:
    """The lock file is what keeps a new server from the data while children of a dead one still write: they must go."""
    orphans: Sequence[psutil.Process] = [process for process in psutil.process_iter() if _works_in(process, data)]
    _, alive = psutil.wait_procs(orphans, timeout=IMMEDIATE_STOP_S)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=IMMEDIATE_STOP_S)


def _works_in(process: psutil.Process, data: Path) -> bool:
    """Whether it is a PostgreSQL process of this cluster: each has the data as its working directory."""
    try:
        return process.name() == "postgres" and data.samefile(process.cwd())
    except (psutil.Error, OSError):
        return False


def _lock_lines(data: Path) -> list[str]:
    """Process id, data directory, start time, port, socket directory, address, shared memory, status."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _process_id(lock: Path) -> int:
    """The one that holds `lock`; a number that no process has, when there is no lock."""
    with suppress(FileNotFoundError, ValueError):
        return int(lock.read_text().split("\n", 1)[0])
    return NO_PROCESS


def _output(data: Path) -> Path:
    return data.parent / "log" / "start.log"


def _last_words(output: Path) -> str:
    logs = sorted(output.parent.glob("*.log"), key=lambda path: path.stat().st_mtime)
    text = " ".join(path.read_text(errors="replace")[-1000:] for path in logs[-2:])
    return f"It said: {text.strip() or 'nothing'}"
