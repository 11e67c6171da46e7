"""What sockets ask of the database as they open, asked for many at once.

When a replica ends, all its sockets come to the others in the same second: a trip each would be a queue of minutes.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.gathering import Gathering
from kilowatch.kit.security import UserPrincipal
from kilowatch.kit.service import Job
from kilowatch.realtime.store import projection, streams, tickets
from kilowatch.realtime.store.streams import Asked, Missed
from kilowatch.realtime.store.tickets import Issued

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")

TICKETS_AT_ONCE: Final = 500
PEOPLE_AT_ONCE: Final = 200
#: Each may have missed a thousand frames.
STREAMS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Openings:
    issue: Gathering[Issued, None]
    redeem: Gathering[str, UserPrincipal | None]  #: of a ticket: whose it is; it is used up then
    missed: Gathering[Asked, Missed]
    devices: Gathering[UUID, frozenset[int]]  #: that somebody may see now

    @property
    def jobs(self) -> Sequence[Job]:
        return [self.issue.run, self.redeem.run, self.missed.run, self.devices.run]


def openings(database: Database, clock: Clock) -> Openings:
    def trip(
        answer: Callable[[AsyncConnection, Sequence[AskedT]], Awaitable[Sequence[AnswerT]]], at_once: int
    ) -> Gathering[AskedT, AnswerT]:
        async def answer_all(asked: Sequence[AskedT]) -> Sequence[AnswerT]:
            async with database.transaction() as connection:
                return await answer(connection, asked)

        return Gathering(answer_all, at_once)

    async def issue(connection: AsyncConnection, issued: Sequence[Issued]) -> Sequence[None]:
        await tickets.keep(connection, issued)
        return [None] * len(issued)

    async def redeem(connection: AsyncConnection, shown: Sequence[str]) -> Sequence[UserPrincipal | None]:
        return await tickets.redeem(connection, shown, clock())

    async def devices(connection: AsyncConnection, people: Sequence[UUID]) -> Sequence[frozenset[int]]:
        seen = await projection.devices_of_all(connection, people, clock())
        return [seen.get(user_id, frozenset()) for user_id in people]

    return Openings(
        trip(issue, TICKETS_AT_ONCE),
        trip(redeem, TICKETS_AT_ONCE),
        trip(streams.missed_after, STREAMS_AT_ONCE),
        trip(devices, PEOPLE_AT_ONCE),
    )
