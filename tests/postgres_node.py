"""The PostgreSQL of a stack, to be killed and started again."""

from contextlib import AbstractContextManager, suppress
from pathlib import Path

import psutil

from kilowatch.kit.postgres import Server, embedded_postgres
from kilowatch.kit.postgres.cluster import Cluster
from kilowatch.kit.postgres.postmaster import find_postmaster, start_postmaster

CONFIGURATION = Path(__file__).parents[1] / "deploy/postgres/postgresql.conf"
GONE_TIMEOUT_S = 10.0


def distributed_postgres(directory: Path, here: str = "listen_addresses = ''\n") -> AbstractContextManager[Server]:
    """Set up as that of the containers, but for what is said `here`: the later of two settings holds."""
    directory.mkdir()
    (directory / "local.conf").write_text(CONFIGURATION.read_text() + here)
    return embedded_postgres(directory)


class PostgresNode:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def start(self) -> None:
        """Start, and wait through its recovery until it takes connections."""
        start_postmaster(Cluster.at(self._directory)).wait_until_ready()

    def kill(self) -> None:
        """kill -9 of the server and every backend: a power cut, but for what the disk had not written."""
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=GONE_TIMEOUT_S)

    def stop(self) -> None:
        if postmaster := find_postmaster(self._directory / "data"):
            postmaster.stop()

    def _processes(self) -> list[psutil.Process]:
        postmaster = find_postmaster(self._directory / "data")
        if postmaster is None:
            return []
        return [postmaster.process, *postmaster.process.children(recursive=True)]
