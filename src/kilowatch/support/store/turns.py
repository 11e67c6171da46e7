"""The bot's turns: who is to be answered, by whom now, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.kit.errors import NotFound
from kilowatch.support.domain.turn import Turn, TurnOutcome, Verdict
from kilowatch.support.store.tables import conversations, messages, turns

#: A replica that works says so well within it; after it, another takes the turn.
LEASE: Final = timedelta(seconds=30)

_earlier = turns.alias("earlier")
_TURN: Final = [turns.c[name] for name in Turn.__slots__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A turn with its question, for administrators."""

    id: UUID
    conversation_id: UUID
    sequence: int
    question: str
    asked_at: datetime
    outcome: str | None
    decision: dict[str, Any] | None
    generation: dict[str, Any] | None
    answer_sequence: int | None
    vote: int | None


class TurnStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, turn: Turn) -> None:
        await self._connection.execute(turns.insert().values(asdict(turn)))

    async def take(self) -> Turn | None:
        """The oldest turn that nobody works at; of a conversation, one after the other."""
        before_it = and_(
            _earlier.c.conversation_id == turns.c.conversation_id,
            _earlier.c.ended_at.is_(None),
            _earlier.c.sequence < turns.c.sequence,
        )
        free = and_(turns.c.ended_at.is_(None), or_(turns.c.taken_until.is_(None), turns.c.taken_until < func.now()))
        next_one = (
            select(turns.c.id).where(free, ~exists().where(before_it)).order_by(turns.c.asked_at, turns.c.sequence)
        )
        chosen = next_one.limit(1).with_for_update(skip_locked=True).scalar_subquery()
        taken = (
            update(turns)
            .where(turns.c.id == chosen)
            .values(taken_until=func.now() + LEASE, attempts=turns.c.attempts + 1, draft="")
        )
        row = (await self._connection.execute(taken.returning(*_TURN))).one_or_none()
        return Turn(**row._mapping) if row else None

    async def keep(self, turn_id: UUID, draft: str) -> bool | None:
        """Say that it is being worked at, and how far the answer is. True: the client wants it to stop. None: ended."""
        going_on = (turns.c.id == turn_id, turns.c.ended_at.is_(None))
        kept = update(turns).where(*going_on).values(draft=draft, taken_until=func.now() + LEASE)
        stop_asked: bool | None = await self._connection.scalar(kept.returning(turns.c.stop_asked))
        return stop_asked

    async def lock_open(self, turn_id: UUID) -> bool:
        """Whether nobody has ended it; and nobody does before the transaction ends."""
        still = select(turns.c.id).where(turns.c.id == turn_id, turns.c.ended_at.is_(None)).with_for_update()
        return await self._connection.scalar(still) is not None

    async def end(self, turn_id: UUID, verdict: Verdict, answer_sequence: int | None, now: datetime) -> None:
        values = asdict(verdict) | {
            "outcome": verdict.outcome.value,
            "ended_at": now,
            "answer_sequence": answer_sequence,
        }
        await self._connection.execute(update(turns).where(turns.c.id == turn_id).values(values | {"draft": ""}))

    async def explain(self, turn_id: UUID, verdict: Verdict) -> None:
        """What was decided, and why, in a turn that was overtaken meanwhile."""
        overtaken = (turns.c.id == turn_id, turns.c.outcome == TurnOutcome.OVERTAKEN.value)
        why = {"decision": verdict.decision, "generation": verdict.generation}
        await self._connection.execute(update(turns).where(*overtaken).values(why))

    async def overtake(self, conversation_id: UUID, now: datetime) -> Sequence[UUID]:
        """End all that are open: the conversation is not with the bot any more. Gives those being answered."""
        ended = update(turns).where(turns.c.conversation_id == conversation_id, turns.c.ended_at.is_(None))
        values = {"outcome": TurnOutcome.OVERTAKEN.value, "ended_at": now, "draft": ""}
        rows = await self._connection.execute(ended.values(values).returning(turns.c.id, turns.c.attempts))
        return [row.id for row in rows if row.attempts]

    async def ask_to_stop(self, conversation_id: UUID) -> Sequence[UUID]:
        open_ones = (turns.c.conversation_id == conversation_id, turns.c.ended_at.is_(None))
        asked = update(turns).where(*open_ones).values(stop_asked=True).returning(turns.c.id)
        return (await self._connection.scalars(asked)).all()

    async def count_open(self, conversation_id: UUID) -> int:
        open_ones = (turns.c.conversation_id == conversation_id, turns.c.ended_at.is_(None))
        return await self._connection.scalar(select(func.count()).select_from(turns).where(*open_ones)) or 0

    async def being_answered(self, conversation_id: UUID) -> tuple[UUID, str] | None:
        """The id that the answer will have, and how far it is."""
        going_on = (turns.c.conversation_id == conversation_id, turns.c.ended_at.is_(None))
        first = select(turns.c.id, turns.c.draft).where(*going_on).order_by(turns.c.sequence).limit(1)
        row = (await self._connection.execute(first)).one_or_none()
        return (row.id, row.draft) if row else None

    async def offered_before(self, turn: Turn) -> Sequence[str]:
        """The topics that the turn before it has suggested, if it has."""
        before = (turns.c.conversation_id == turn.conversation_id, turns.c.sequence < turn.sequence)
        last = select(turns.c.outcome, turns.c.decision).where(*before).order_by(turns.c.sequence.desc()).limit(1)
        row = (await self._connection.execute(last)).one_or_none()
        return row.decision["suggestions"] if row and row.outcome == TurnOutcome.SUGGESTED.value else []

    async def give_back(self, turn_id: UUID) -> None:
        """Let another replica begin it again at once."""
        await self._connection.execute(update(turns).where(turns.c.id == turn_id).values(taken_until=None))

    async def vote(self, conversation_id: UUID, answer_sequence: int, vote: int) -> None:
        """Raises `NotFound` for what the bot has not said."""
        answer = (turns.c.conversation_id == conversation_id, turns.c.answer_sequence == answer_sequence)
        voted = update(turns).where(*answer).values(vote=vote).returning(turns.c.id)
        if await self._connection.scalar(voted) is None:
            raise NotFound("There is no such answer.")

    async def votes(self, conversation_id: UUID, answer_sequences: Sequence[int]) -> Mapping[int, bool]:
        """Whether an answer was helpful, for those of which the client has said it."""
        these = (turns.c.conversation_id == conversation_id, turns.c.answer_sequence.in_(answer_sequences))
        statement = select(turns.c.answer_sequence, turns.c.vote).where(*these, turns.c.vote.is_not(None))
        return {row.answer_sequence: row.vote > 0 for row in await self._connection.execute(statement)}

    async def of(self, conversation_id: UUID) -> Sequence[Judged]:
        return await self._judged(turns.c.conversation_id == conversation_id, limit=500)

    async def unanswered(self, limit: int, before: datetime | None) -> Sequence[Judged]:
        """Questions without an answer, or with one that was of no help: the newest first."""
        found = or_(turns.c.outcome == TurnOutcome.UNANSWERED.value, turns.c.vote == -1)
        return await self._judged(found if before is None else and_(found, turns.c.asked_at < before), limit=limit)

    async def _judged(self, where: ColumnElement[bool], *, limit: int) -> Sequence[Judged]:
        question = and_(messages.c.conversation_id == turns.c.conversation_id, messages.c.sequence == turns.c.sequence)
        names = [name for name in Judged.__slots__ if name != "question"]
        columns = [turns.c[name] for name in names]
        statement = select(*columns, messages.c.text.label("question")).join(messages, question).where(where)
        ordered = statement.order_by(turns.c.asked_at.desc(), turns.c.sequence.desc()).limit(limit)
        return [Judged(**row._mapping) for row in await self._connection.execute(ordered)]


async def lock_if_with_bot(connection: AsyncConnection, turn: Turn) -> bool:
    """Whether the bot may still say what it thinks of in this turn; and so it stays until the transaction ends."""
    still = (
        conversations.c.id == turn.conversation_id,
        conversations.c.state == "bot",
        conversations.c.period == turn.period,
    )
    return await connection.scalar(select(conversations.c.id).where(*still).with_for_update(read=True)) is not None
