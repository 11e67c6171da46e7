"""A back-up of a whole server, so that the databases of all services agree, and the way back.

BACKUP/base.tar.gz, pg_wal.tar.gz   what `pg_basebackup` gives: the files, and the log that makes them consistent
BACKUP/backup_manifest              sizes and checksums of all of it
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from kilowatch.kit.postgres.cluster import Cluster, binaries
from kilowatch.kit.postgres.server import PostgresFailed

#: Of one program. A terabyte takes hours; who waits longer has a disk or a network that hangs.
TIMEOUT_S: Final = 24 * 3600
BASE: Final = "base.tar.gz"
LOG: Final = "pg_wal.tar.gz"
MANIFEST: Final = "backup_manifest"
OPTIONS: Final = (
    "--format=tar",
    "--compress=gzip:1",
    "--wal-method=stream",
    "--checkpoint=fast",
    "--manifest-checksums=SHA256",
    "--no-password",
)
#: What reading a damaged archive or manifest raises.
DAMAGED: Final = (OSError, EOFError, ValueError, KeyError, tarfile.TarError, zlib.error)


def base_backup(superuser_url: str, target: Path) -> None:
    """Copy the server while it works. What is committed when this begins is in it. Raises `PostgresFailed`.

    `target` appears when it is complete and its checksums are right.
    """
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        _run("pg_basebackup", [f"--pgdata={draft}", *OPTIONS], _connection(superuser_url))
        verify(draft)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def verify(backup: Path) -> None:
    """Raises `PostgresFailed` unless every file is as the manifest says.

    PostgreSQL has a program for that; the wheel's ends with a segmentation fault whatever it is given.
    """
    try:
        expected = _manifest(backup / MANIFEST)
        with tarfile.open(backup / BASE) as packed:
            found = {member.name.removeprefix("./"): _digest(packed, member) for member in packed if member.isfile()}
        with tarfile.open(backup / LOG) as packed:
            packed.getmembers()  # reads it to the end, past the checksum of gzip
    except DAMAGED as error:
        raise PostgresFailed(f"The back-up in {backup} is damaged: {error}") from error
    wrong = sorted(name for name, digest in expected.items() if found.get(name) != digest)
    if wrong:
        raise PostgresFailed(f"The back-up in {backup} is damaged: {', '.join(wrong[:5])} of {len(wrong)} files.")


def _manifest(path: Path) -> Mapping[str, str]:
    """SHA-256 of each file by name. Raises `ValueError` when it is not itself as it was written."""
    text = path.read_bytes()
    content = json.loads(text)
    checksummed = text[: text.rindex(b'"Manifest-Checksum"')]
    if hashlib.sha256(checksummed).hexdigest() != content["Manifest-Checksum"]:
        raise ValueError("the manifest has another checksum than it says")
    return {file["Path"]: file["Checksum"] for file in content["Files"]}


def _digest(packed: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = packed.extractfile(member)
    assert file is not None
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def unpack(backup: Path, directory: Path) -> None:
    """Lay the cluster below `directory`, where there must be none, ready to be started. Raises `PostgresFailed`."""
    cluster = Cluster.at(directory)
    if cluster.data.exists():
        raise PostgresFailed(f"There is a cluster in {cluster.data} already.")
    verify(backup)
    draft = directory / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    for archive, place in ((BASE, draft), (LOG, draft / "pg_wal")):
        with tarfile.open(backup / archive) as packed:
            packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python has it since 3.11.4
            packed.extractall(place)  # noqa: S202 - through that filter; its sums were verified
    if cluster.user:
        for path in (draft, *draft.rglob("*")):
            shutil.chown(path, cluster.user, cluster.user)
    draft.rename(cluster.data)


def _connection(url: str) -> Mapping[str, str]:
    """The variables of libpq. A password on a command line could be read by everybody on the machine."""
    parts = urlsplit(url.replace("+asyncpg", ""))
    given = {
        "PGHOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "kilowatch-backup",
    }
    return {name: value for name, value in given.items() if value}


def _run(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            env={"PATH": os.defpath, "LC_ALL": "C", **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PostgresFailed(f"{program} failed: {error}") from error
    if done.returncode:
        raise PostgresFailed(f"{program} failed: {done.stderr.strip()}")
