"""What the routes work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Never, TypeAlias

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.sessions import Browser
from kilowatch.auth.handlers.throttling import TooOften
from kilowatch.auth.handlers.work import ITSELF, Work, work_on
from kilowatch.auth.hashing import Hasher
from kilowatch.auth.settings import AuthSettings
from kilowatch.kit.audit import Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Throttled
from kilowatch.kit.fields import Text
from kilowatch.kit.http import provided
from kilowatch.kit.service import Peers
from kilowatch.kit.vault import Vault

MAX_USER_AGENT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthContext:
    database: Database
    clock: Clock
    peers: Peers
    vault: Vault
    hasher: Hasher
    settings: AuthSettings
    public_url: str
    #: SHA-256 of every service's secret, by name.
    service_digests: dict[str, bytes]

    @asynccontextmanager
    async def working(self, origin: Origin = ITSELF) -> AsyncIterator[Work]:
        """One transaction of one caller."""
        async with self.database.transaction() as connection:
            yield self.work_on(connection, origin)

    def link_url(self, token: str) -> str:
        """The token is in the fragment: it reaches no server's log and no other site's referrer."""
        return f"{self.public_url.rstrip('/')}/set-password#token={token}"

    def work_on(self, connection: AsyncConnection, origin: Origin) -> Work:
        """Work inside a transaction that somebody else has opened."""
        return work_on(connection, origin, self.clock, self.vault, self.settings)


Auth: TypeAlias = Annotated[AuthContext, Depends(provided(AuthContext))]


Email: TypeAlias = Annotated[Text, StringConstraints(max_length=254, strip_whitespace=True, to_lower=True)]
Code: TypeAlias = Annotated[Text, StringConstraints(max_length=64)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def browser_of(request: Request, origin: Origin) -> Browser:
    agent = request.headers.get("user-agent", "")[:MAX_USER_AGENT]
    return Browser(address=origin.address, user_agent=agent)


def refuse_throttled(too_often: TooOften, now: datetime) -> Never:
    raise Throttled("Tried too often; wait a little.", retry_after_s=(too_often.until - now).total_seconds())
