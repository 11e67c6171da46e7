"""A running server, as those see it who connect."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from kilowatch.kit.errors import Unavailable

SUPERUSER: Final = "postgres"


class PostgresFailed(Unavailable):
    """The server did not start; the text ends with what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    socket_directory: Path

    def superuser_url(self, database: str = "postgres") -> str:
        """For the person who runs Kilowatch; the kernel vouches for them."""
        return self._url(SUPERUSER, database)

    def service_url(self, service: str, password: str) -> str:
        return self._url(f"{service}:{quote(password, safe='')}", service)

    def _url(self, login: str, database: str) -> str:
        return f"postgresql+asyncpg://{login}@/{database}?host={self.socket_directory}"
