"""One installation on this machine: its data directory, who may use it, its database server."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.postgres import Server, embedded_postgres, running_postgres


class InUse(Unavailable):
    """Another process has the installation."""


@contextmanager
def exclusive(data_dir: Path) -> Iterator[None]:
    """Have the data directory for ourselves; the lock goes with the process, however that ends.

    Raises `InUse`, or `Unavailable` where nothing can be written, as in the container of a service.
    """
    try:
        data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        opened = (data_dir / "lock").open("a+")
    except OSError as error:
        raise Unavailable(f"{data_dir} cannot be written to: {error.strerror}.") from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise InUse(f"Kilowatch is already running in {data_dir} (process {holder}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def database_server(data_dir: Path) -> Iterator[Server]:
    """The server of the installation: the one that `kilowatch up` runs now, or one started for the occasion."""
    directory = data_dir / "postgres"
    try:
        with exclusive(data_dir), embedded_postgres(directory) as server:
            yield server
    except InUse:
        running = running_postgres(directory)
        if running is None:
            raise
        yield running
