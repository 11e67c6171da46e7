"""A running server, as those see it who connect."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.tasks import wait_for_any

SUPERUSER: Final = "postgres"
WATCH_S: Final = 1.0


class PostgresFailed(Unavailable):
    """The server did not start; the text ends with what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    socket_directory: Path
    is_alive: Callable[[], bool]

    def superuser_url(self, database: str = "postgres") -> str:
        """For the person who runs Kilowatch; the kernel vouches for them."""
        return self._url(SUPERUSER, database)

    def service_url(self, service: str, password: str) -> str:
        return self._url(f"{service}:{quote(password, safe='')}", service)

    def _url(self, login: str, database: str) -> str:
        return f"postgresql+asyncpg://{login}@/{database}?host={self.socket_directory}"

    async def watch(self, stopping: asyncio.Event) -> None:
        """A job that fails when the server has died; it mends its own backends, but nobody mends it."""
        while not stopping.is_set():
            if not self.is_alive():
                raise PostgresFailed("PostgreSQL has died; start Kilowatch again, nothing that was answered is lost.")
            await wait_for_any(stopping, timeout_s=WATCH_S)
