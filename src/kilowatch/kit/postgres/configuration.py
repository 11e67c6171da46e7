"""postgresql.conf for a laptop that takes in meter readings, and who may connect."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kilowatch.kit.postgres.server import SUPERUSER

SETTINGS: Final[Mapping[str, str]] = {
    # Reached over a Unix socket only; whoever may not open it cannot even try a password.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",  # seven services with pools of 5 to 10, and room for a person with psql
    # An answered reading survives a power cut.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # A laptop's share: the index pages being written stay in memory, the rest is the page cache's business.
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # The first change of a page after a checkpoint logs the whole page. Few checkpoints keep that small under heavy
    # ingest; the price is the time to redo up to 2 GB of log after a crash.
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "pglz",  # for those page images; the wheel has no lz4
    "wal_level": "replica",  # a base backup needs it
    "max_wal_senders": "3",
    "random_page_cost": "1.1",  # flash
    "jit": "off",  # compiling one of our short queries costs more than running it
    # Usage slots are updated all day: clean early and in small bites.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_cost_limit": "1000",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",  # one a weekday, overwritten a week later
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_min_duration_statement": "1s",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] %a %u@%d ",
}

HBA: Final = f"""\
# The person who runs Kilowatch administers it, vouched for by the kernel: there is no superuser password to leak.
local  all          {SUPERUSER}  peer map=administrator
local  replication  {SUPERUSER}  peer map=administrator
# A service's login reaches the database of the same name and no other.
local  sameuser     all       scram-sha-256
"""


def configuration_files(directory: Path, run: Path, administrator: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """The text of each file by its name. `administrator` is the account that Kilowatch runs under."""
    places = {
        "data_directory": str(directory / "data"),
        "hba_file": str(directory / "pg_hba.conf"),
        "ident_file": str(directory / "pg_ident.conf"),
        "log_directory": str(directory / "log"),
        "unix_socket_directories": str(run),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in {**SETTINGS, **places, **overrides}.items()]
    if (directory / "local.conf").exists():
        lines.append("include = 'local.conf'")
    return {
        "postgresql.conf": "\n".join([*lines, ""]),
        "pg_hba.conf": HBA,
        "pg_ident.conf": f"administrator {administrator} {SUPERUSER}\n",
    }


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
