"""Password hashes: argon2id in a few threads, with a bounded number waiting."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from kilowatch.auth.settings import AuthSettings
from kilowatch.auth.store.accounts import StoredPassword
from kilowatch.kit.errors import SlowDown

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a password showed."""

    right: bool
    upgraded: str | None = None  #: its hash with today's parameters, when the stored one has older ones


class Hasher:
    """Each hash costs megabytes and tens of milliseconds on purpose: so only so many at a time, and only so many
    waiting, or sign-ins would be a way to bring the machine down."""

    def __init__(self, argon2: PasswordHasher, pool: ThreadPoolExecutor, room: int) -> None:
        self._argon2 = argon2
        self._pool = pool
        self._room = room
        self._dummy = argon2.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._argon2.hash(password))

    async def check(self, stored: StoredPassword | None, password: str) -> Verdict:
        """With None, for an account that does not exist, it takes as long and is wrong."""
        return await self._run(lambda: self._check(stored.hash if stored else None, password))

    def _check(self, encoded: str | None, password: str) -> Verdict:
        try:
            self._argon2.verify(encoded or self._dummy, password)
        except (VerificationError, InvalidHashError):
            return Verdict(False)
        if encoded is None:
            return Verdict(False)
        outdated = self._argon2.check_needs_rehash(encoded)
        return Verdict(True, self._argon2.hash(password) if outdated else None)

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        if self._room == 0:
            raise SlowDown("Too many people are signing in at this moment.", retry_after_s=2)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._room += 1


@asynccontextmanager
async def open_hasher(settings: AuthSettings) -> AsyncIterator[Hasher]:
    argon2 = PasswordHasher(
        time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory_kib, parallelism=settings.argon2_lanes
    )
    with ThreadPoolExecutor(settings.argon2_threads, thread_name_prefix="argon2") as pool:
        yield Hasher(argon2, pool, settings.argon2_threads + settings.argon2_waiting)


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 passwords that people chose most often, by leaks."""
    return frozenset(FREQUENCY_LISTS["passwords"])
