"""Secrets: from the environment, from files, or generated at first start; never in the repository or in a log.

`secret(data_dir, "service_secret_devices")` looks in this order:

1. the environment variable `KILOWATCH_SERVICE_SECRET_DEVICES`;
2. the file `kilowatch_service_secret_devices` in `KILOWATCH_SECRETS_DIR` (Docker and Kubernetes secrets);
3. the file `DATA_DIR/secrets/service_secret_devices`, made with mode 0600 when it is not there.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from kilowatch.kit.errors import Invalid

#: 256 bits: nothing derived from it can be guessed, and it needs no slow hash.
SECRET_BYTES: Final = 32


def service_secret(data_dir: Path, service: str) -> str:
    """What `service` shows to `auth` at POST /internal/auth/service-token to get a token of its own."""
    return secret(data_dir, f"service_secret_{service}")


def secret(data_dir: Path, name: str) -> str:
    return given_secret(name) or stored_secret(data_dir / "secrets", name)


def given_secret(name: str) -> str | None:
    """The secret from the environment or from a mounted file; None when nobody has given one."""
    variable = f"KILOWATCH_{name.upper()}"
    if value := os.environ.get(variable):
        return value
    directory = os.environ.get("KILOWATCH_SECRETS_DIR")
    if not directory:
        return None
    try:
        return (Path(directory) / variable.lower()).read_text().strip() or None
    except FileNotFoundError:
        return None


def stored_secret(directory: Path, name: str) -> str:
    """Read the secret kept under `name`, or make one and keep it, readable by nobody else. Raises `Invalid`."""
    path = directory / name
    try:
        return _read(path) or _keep(path, secrets.token_urlsafe(SECRET_BYTES))
    except OSError as error:
        where = f"{directory} cannot keep one ({error.strerror})"
        raise Invalid(f"Nobody has given KILOWATCH_{name.upper()}, and {where}.") from error


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return None


def store_secret(directory: Path, name: str, value: str) -> None:
    """Keep `value` under `name` in place of what was there."""
    (directory / name).unlink(missing_ok=True)
    _keep(directory / name, value)


def _keep(path: Path, value: str) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    # Written beside its place and then linked: a crash half-way leaves no empty secret, and of two processes
    # that make the same one at the same time, both use the first.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        draft.unlink()
    return value
