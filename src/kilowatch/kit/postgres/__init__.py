"""PostgreSQL without an installation: the server that comes in a wheel, run below the data directory.

We run the wheel's binaries ourselves rather than through its `get_server`; docs/decisions says why.

    DIRECTORY/postgresql.conf, pg_hba.conf, pg_ident.conf   written at every start; own settings go to local.conf
    DIRECTORY/data                                          the cluster, mode 0700
    DIRECTORY/log                                           a week of server logs
    DIRECTORY/run                                           the Unix socket; there is no TCP port
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kilowatch.kit.postgres.cluster import Cluster
from kilowatch.kit.postgres.logins import create_databases, create_logins
from kilowatch.kit.postgres.postmaster import find_postmaster, start_postmaster, uninterrupted
from kilowatch.kit.postgres.server import Server

__all__ = ["Server", "create_databases", "create_logins", "embedded_postgres", "running_postgres"]


@contextmanager
def embedded_postgres(directory: Path, overrides: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start the server, or take over the one that a killed Kilowatch left behind. Stops it on leaving.

    The caller makes sure that nobody else does the same with `directory`. Raises `PostgresFailed`.
    """
    cluster = Cluster.at(directory)
    cluster.prepare(overrides or {})
    with ExitStack() as stack:
        with uninterrupted():
            postmaster = start_postmaster(cluster)
            stack.callback(postmaster.stop)
        yield Server(postmaster.wait_until_ready(), postmaster.is_alive)


def running_postgres(directory: Path) -> Server | None:
    """The server that another process runs in `directory`, if it is ready."""
    postmaster = find_postmaster(Cluster.at(directory).data)
    if postmaster is None or not postmaster.is_ready():
        return None
    return Server(postmaster.wait_until_ready(), postmaster.is_alive)
