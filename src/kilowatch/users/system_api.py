"""The health of the installation and its dead letters, for those who run it."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints

from kilowatch.kit.broker.port import DeadLetter
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.kit.paging import Page
from kilowatch.users import system
from kilowatch.users.api import Users
from kilowatch.users.handlers import Work
from kilowatch.users.system import DeadLetterView, Health

router = APIRouter(tags=["system"])

LetterId: TypeAlias = Annotated[str, Path(max_length=64)]
QueueName: TypeAlias = Annotated[str, Path(max_length=100)]


@router.get("/api/system/health")
async def show_health(users: Users, _: Staff) -> Health:
    return await system.health_of_all(users.peers, users.broker)


@router.get("/api/system/dead-letters")
async def list_dead_letters(
    users: Users,
    _: Administrator,
    queue: Annotated[Text, StringConstraints(max_length=100)] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[DeadLetterView]:
    """Messages that could not be processed, the oldest of a queue first. They carry what they tell of people."""
    items, total = await system.dead_letters(users.broker, queue, limit)
    return Page(items, total)


@router.post("/api/system/dead-letters/{queue}/{letter_id}/replay", status_code=HTTPStatus.NO_CONTENT)
async def replay_dead_letter(
    users: Users, _: Administrator, origin: SignedInOrigin, queue: QueueName, letter_id: LetterId
) -> None:
    """Send it to its queue again. What it has done already is noted by its id, and not done twice."""
    async with users.working(origin) as work:
        await _record(work, "dead_letter.replayed", await system.replay(users.broker, queue, letter_id))


@router.delete("/api/system/dead-letters/{queue}/{letter_id}", status_code=HTTPStatus.NO_CONTENT)
async def discard_dead_letter(
    users: Users, _: Administrator, origin: SignedInOrigin, queue: QueueName, letter_id: LetterId
) -> None:
    """For ever: what it says will never be processed."""
    async with users.working(origin) as work:
        await _record(work, "dead_letter.discarded", await system.discard(users.broker, queue, letter_id))


async def _record(work: Work, action: str, letter: DeadLetter) -> None:
    message = letter.message
    detail = {"queue": letter.queue, "routing_key": message.routing_key, "message_id": message.id}
    await work.audit.record(action, f"dead-letter/{letter.id}", reason=letter.reason, **detail)
