"""`kilowatch create-secrets` and `create-databases`: what many processes need before their first start.

Each part (a service, the database server, the broker …) gets a directory of files with what it must know, and with
nothing that another one must keep: a directory is what is mounted into its container.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlsplit

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.errors import Invalid
from kilowatch.kit.host import given_database_url
from kilowatch.kit.patience import patiently
from kilowatch.kit.postgres import create_logins
from kilowatch.kit.secrets import given_secret, stored_secret

#: The one login of our services at the broker; meters have their own, which `devices` answers for.
BROKER_LOGIN: Final = "kilowatch"
SUPERUSER: Final = "postgres"
#: Under the directory that is given: every secret once, for this command alone.
KEPT: Final = "kept"
#: Readable in a container whatever account its image runs under; who has no such mount has no such file.
READABLE: Final = 0o444

#: Text by file name, of one part.
Files: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the parts find each other."""

    postgres: str = "postgres:5432"
    rabbitmq: str = "rabbitmq:5672"
    devices_url: str = "http://devices:8080"


def create_secrets(directory: Path, addresses: Addresses, definitions: Path) -> list[str]:
    """Write the files of every part under `directory`; gives the names of the parts.

    A secret is made once and kept. `definitions` is RabbitMQ's file, to which the login is added. Raises `Invalid`.
    """
    try:
        topology = json.loads(definitions.read_text())
    except (OSError, ValueError) as error:
        raise Invalid(f"{definitions} cannot be read as RabbitMQ's definitions: {error}") from error
    plan = _Plan(lambda name: stored_secret(directory / KEPT, name), addresses, topology)
    parts = plan.parts()
    for part, files in parts.items():
        for name, text in files.items():
            _write(directory / part / name, text)
    return sorted(parts)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Who gets which secret. Makes none itself and writes nothing."""

    secret: Callable[[str], str]
    addresses: Addresses
    definitions: Mapping[str, Any] = field(repr=False)

    def parts(self) -> Mapping[str, Files]:
        parts = {service: self._of_service(service) for service in SERVICES}
        parts["auth"] |= {f"kilowatch_service_secret_{each}": self._service_secret(each) for each in SERVICES}
        parts["auth"] |= {
            "kilowatch_auth_secret": self.secret("auth_secret"),
            "kilowatch_admin_password": self.secret("admin_password"),
        }
        parts["realtime"] |= {"kilowatch_realtime_secret": self.secret("realtime_secret")}
        parts["devices"] |= {"kilowatch_broker_auth_key": self.secret("broker_auth_key")}
        databases = {f"kilowatch_{each}_database_url": self._database_url(each) for each in SERVICES}
        return parts | {
            "databases": databases | {"kilowatch_postgres_url": self._postgres_url()},
            "postgres": {"superuser_password": self.secret("database_superuser")},
            "rabbitmq": {"definitions.json": self._definitions(), "kilowatch.conf": self._broker_settings()},
            "simulator": {"kilowatch_admin_password": self.secret("admin_password")},
            "grafana": {"admin_password": self.secret("grafana_admin_password")},
        }

    def _of_service(self, service: str) -> dict[str, str]:
        password = quote(self.secret("broker_password"), safe="")
        return {
            f"kilowatch_{service}_database_url": self._database_url(service),
            f"kilowatch_service_secret_{service}": self._service_secret(service),
            "kilowatch_amqp_url": f"amqp://{BROKER_LOGIN}:{password}@{self.addresses.rabbitmq}/",
        }

    def _service_secret(self, service: str) -> str:
        return self.secret(f"service_secret_{service}")

    def _database_url(self, service: str) -> str:
        password = quote(self.secret(f"database_{service}"), safe="")
        return f"postgresql://{service}:{password}@{self.addresses.postgres}/{service}"

    def _postgres_url(self) -> str:
        password = quote(self.secret("database_superuser"), safe="")
        return f"postgresql://{SUPERUSER}:{password}@{self.addresses.postgres}/postgres"

    def _definitions(self) -> str:
        """With our login, and with no other: RabbitMQ makes its `guest` only where no definitions are given."""
        user = {
            "name": BROKER_LOGIN,
            "password_hash": rabbitmq_hash(self.secret("broker_password")),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "",
        }
        everything = {"user": BROKER_LOGIN, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
        return json.dumps({**self.definitions, "users": [user], "permissions": [everything]}, indent=2)

    def _broker_settings(self) -> str:
        """The addresses at which RabbitMQ asks about meters hold a secret (decision 12)."""
        address = f"{self.addresses.devices_url}/internal/broker-auth/{self.secret('broker_auth_key')}"
        return "".join(f"auth_http.{kind}_path = {address}/{kind}\n" for kind in ("user", "vhost", "resource", "topic"))


def rabbitmq_hash(password: str) -> str:
    """As RabbitMQ stores it: four bytes of salt before their digest with the password.

    The salt is made of the password, so that the file stays the same; a password of 256 random bits needs none.
    """
    salt = hashlib.sha256(password.encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.write_text(text)
    draft.chmod(READABLE)
    draft.replace(path)


async def create_service_databases() -> list[str]:
    """Make the login and the database of each service on the server that the environment names; gives their names.

    Run again it makes what is new and sets every password. Raises `Invalid`, `Unavailable`.
    """
    superuser_url = given_secret("postgres_url")
    if superuser_url is None:
        raise Invalid(f"Set KILOWATCH_POSTGRES_URL=postgresql://{SUPERUSER}:PASSWORD@HOST/postgres")
    passwords = {service: urlsplit(given_database_url(service)).password or "" for service in SERVICES}
    await patiently(partial(create_logins, superuser_url, passwords))
    return sorted(passwords)
