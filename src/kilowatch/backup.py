"""`kilowatch backup` and `kilowatch restore`: an installation as a directory, and back into an empty place.

    BACKUP/postgres/     the whole server (kit.postgres.backup)
    BACKUP/secrets/      without them what the databases keep sealed cannot be opened
    BACKUP/backup.json   when, and of which version

What lies in the queues of RabbitMQ is not in it, and need not be (docs/decisions/0090-back-up.md).
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from kilowatch import __version__
from kilowatch.installation import database_server, exclusive
from kilowatch.kit.clock import system_clock
from kilowatch.kit.errors import Invalid
from kilowatch.kit.postgres.backup import base_backup, unpack
from kilowatch.kit.secrets import given_secret

LABEL: Final = "backup.json"
POSTGRES: Final = "postgres"
SECRETS: Final = "secrets"


@dataclass(frozen=True, slots=True)
class Label:
    version: str  #: of Kilowatch; the same or a newer one can read it
    made_at: str


def take_backup(target: Path, data_dir: Path, secrets_dir: Path | None) -> None:
    """Back up the installation in `data_dir`, or the server that the environment names, while it works or not.

    `target` must not be there yet, and appears when it is complete. Raises `Invalid`, `Unavailable`.
    """
    if target.exists():
        raise Invalid(f"{target} exists already; name another place for the back-up.")
    url = given_secret("postgres_url")
    if url is None:
        # A start would make one, of which the back-up would be as good as none.
        if not (data_dir / POSTGRES).is_dir():
            raise Invalid(f"There is no Kilowatch in {data_dir}; say with --data-dir where it is.")
        secrets_dir = secrets_dir or data_dir / SECRETS
    if secrets_dir and not secrets_dir.is_dir():
        raise Invalid(f"There are no secrets in {secrets_dir}.")
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        if url:
            base_backup(url, draft / POSTGRES)
        else:
            with database_server(data_dir) as server:
                base_backup(server.superuser_url(), draft / POSTGRES)
        if secrets_dir:
            shutil.copytree(secrets_dir, draft / SECRETS, copy_function=_copy_secret)
        label = Label(__version__, system_clock().isoformat(timespec="seconds"))
        (draft / LABEL).write_text(json.dumps(asdict(label)))
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def restore_backup(backup: Path, data_dir: Path) -> Label:
    """Lay a back-up into an empty place; `kilowatch up` goes on from there. Raises `Invalid`, `Unavailable`."""
    label = _label(backup)
    with exclusive(data_dir):
        taken = [name for name in (POSTGRES, SECRETS) if (data_dir / name).exists()]
        if taken:
            raise Invalid(f"{data_dir} has {' and '.join(taken)} already; restore into an empty place.")
        (data_dir / POSTGRES).mkdir()
        unpack(backup / POSTGRES, data_dir / POSTGRES)
        if (backup / SECRETS).is_dir():
            shutil.copytree(backup / SECRETS, data_dir / SECRETS, copy_function=_copy_secret)
            (data_dir / SECRETS).chmod(0o700)
    return label


def _label(backup: Path) -> Label:
    try:
        return Label(**json.loads((backup / LABEL).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise Invalid(f"{backup} is no back-up of Kilowatch: {error}") from error


def _copy_secret(source: str, target: str) -> None:
    """Readable by nobody else, from the first moment on."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Path(source).read_bytes())
