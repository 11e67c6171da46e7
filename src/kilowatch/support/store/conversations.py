"""Conversations: one by one, by client, in the queue, on pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.chat import Author, ConversationState
from kilowatch.kit.errors import NotFound
from kilowatch.kit.locks import take_turns
from kilowatch.support.domain.conversation import Conversation, Marks, Rating
from kilowatch.support.domain.searching import word_query
from kilowatch.support.store.tables import conversations, messages, notes, people, says

#: Who waits behind these hears of their place when they look.
MOST_POSITIONS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conversations of a list: the most recently active first."""

    client_id: UUID | None = None
    state: ConversationState | None = None
    assigned_to: UUID | None = None
    label: str | None = None
    unread: bool | None = None
    search: str = ""  #: beginnings of words, in messages, the subject and the client's name; all must be there
    notes_for: UUID | None = (
        None  #: the administrator who finds conversations also by notes; not by those on themselves
    )
    since: datetime | None = None
    before: datetime | None = None
    offset: int = 0
    limit: int = 50


class ConversationStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, conversation_id: UUID) -> Conversation:
        """Raises `NotFound`."""
        return await self._one(select(conversations).where(conversations.c.id == conversation_id))

    async def get_for_change(self, conversation_id: UUID) -> Conversation:
        """As `get`, and nobody else changes the conversation until the transaction ends."""
        return await self._one(select(conversations).where(conversations.c.id == conversation_id).with_for_update())

    async def current_of(self, client_id: UUID) -> UUID | None:
        """The conversation that the client had last."""
        latest = select(conversations.c.id).where(conversations.c.client_id == client_id)
        order = (conversations.c.active_at.desc(), conversations.c.id)
        return await self._connection.scalar(latest.order_by(*order).limit(1))

    async def lock_client(self, client_id: UUID) -> None:
        """Two first messages at once make one conversation."""
        await take_turns(self._connection, f"client/{client_id}")

    async def lock_administrator(self, administrator_id: UUID) -> None:
        """Whoever claims twice at once is counted both times."""
        await take_turns(self._connection, f"administrator/{administrator_id}")

    async def save(self, conversation: Conversation) -> None:
        row = _row(conversation)
        statement = insert(conversations).values(row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def count_open_of(self, client_id: UUID) -> int:
        mine = conversations.c.client_id == client_id
        not_done = conversations.c.state != ConversationState.RESOLVED.value
        statement = select(func.count()).select_from(conversations).where(mine, not_done)
        return await self._connection.scalar(statement) or 0

    async def count_assigned_to(self, administrator_id: UUID) -> int:
        statement = select(func.count()).select_from(conversations).where(_assigned_to(administrator_id))
        return await self._connection.scalar(statement) or 0

    async def assigned_to(self, administrator_id: UUID) -> Sequence[UUID]:
        return (await self._connection.scalars(select(conversations.c.id).where(_assigned_to(administrator_id)))).all()

    async def position(self, conversation: Conversation) -> int | None:
        """Place in the queue, from 1."""
        if conversation.waiting_since is None:
            return None
        place = tuple_(conversations.c.waiting_since, conversations.c.id)
        before = place < tuple_(literal(conversation.waiting_since), literal(conversation.id))
        count = select(func.count()).select_from(conversations).where(_WAITING, before)
        return 1 + (await self._connection.scalar(count) or 0)

    async def ratings(self, start: datetime, end: datetime) -> Mapping[int, int]:
        """How often each score was given in a time."""
        rated = and_(conversations.c.rated_at >= start, conversations.c.rated_at < end)
        score = conversations.c.rating_score
        rows = await self._rows(select(score, func.count().label("given")).where(rated).group_by(score))
        return {row.rating_score: row.given for row in rows}

    async def queue(self, limit: int = MOST_POSITIONS) -> Sequence[Conversation]:
        """Who waits, the longest first."""
        order = (conversations.c.waiting_since, conversations.c.id)
        return [
            _conversation(row)
            for row in await self._rows(select(conversations).where(_WAITING).order_by(*order).limit(limit))
        ]

    async def idle(self, state: ConversationState, before: datetime, limit: int) -> Sequence[UUID]:
        """Those that nothing has come to, and where the client is not the one who waits for an answer."""
        # Not `last_author`: that somebody has taken the conversation is said by the system, and is no answer.
        answered = or_(
            _newest_author_of_people() == Author.ADMINISTRATOR.value,
            conversations.c.state == ConversationState.BOT.value,
        )
        quiet = and_(conversations.c.state == state.value, conversations.c.active_at < before, answered)
        return (await self._connection.scalars(select(conversations.c.id).where(quiet).limit(limit))).all()

    async def page(self, wanted: Wanted) -> tuple[Sequence[Conversation], int]:
        """A page of conversations, and how many there are on all pages."""
        matching = _matching(wanted)
        order = (conversations.c.active_at.desc(), conversations.c.id)
        rows = await self._rows(matching.order_by(*order).offset(wanted.offset).limit(wanted.limit))
        total = await self._connection.scalar(select(func.count()).select_from(matching.subquery()))
        return [_conversation(row) for row in rows], total or 0

    async def older(self, wanted: Wanted, than: Conversation | None) -> Sequence[Conversation]:
        """The next of all that are wanted, by when they began, which nothing changes: the newest first."""
        matching = _matching(wanted)
        began = tuple_(conversations.c.created_at, conversations.c.id)
        if than is not None:
            matching = matching.where(began < tuple_(literal(than.created_at), literal(than.id)))
        ordered = matching.order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
        return [_conversation(row) for row in await self._rows(ordered.limit(wanted.limit))]

    async def labels(self) -> Sequence[str]:
        label = func.unnest(conversations.c.labels).label("label")
        return (await self._connection.scalars(select(label).distinct().order_by("label"))).all()

    async def delete_all_of(self, client_id: UUID) -> None:
        await self._connection.execute(conversations.delete().where(conversations.c.client_id == client_id))

    async def _one(self, statement: Select[Any]) -> Conversation:
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFound(NO_SUCH)
        return _conversation(row)

    async def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        rows: Sequence[Row[Any]] = (await self._connection.execute(statement)).all()
        return rows


NO_SUCH: Final = "There is no such conversation."
_WAITING: Final = conversations.c.state == ConversationState.WAITING.value


def _assigned_to(administrator_id: UUID) -> ColumnElement[bool]:
    return and_(
        conversations.c.assigned_to == administrator_id, conversations.c.state == ConversationState.ASSIGNED.value
    )


def _newest_author_of_people() -> ScalarSelect[str]:
    """Who of client and administrators has spoken last in each conversation; null when nobody has."""
    people_say = messages.c.author.in_([Author.CLIENT.value, Author.ADMINISTRATOR.value])
    said = select(messages.c.author).where(messages.c.conversation_id == conversations.c.id, people_say)
    return said.order_by(messages.c.sequence.desc()).limit(1).correlate(conversations).scalar_subquery()


def _matching(wanted: Wanted) -> Select[Any]:
    found = select(conversations)
    if wanted.client_id is not None:
        found = found.where(conversations.c.client_id == wanted.client_id)
    if wanted.state is not None:
        found = found.where(conversations.c.state == wanted.state.value)
    if wanted.assigned_to is not None:
        found = found.where(conversations.c.assigned_to == wanted.assigned_to)
    if wanted.label is not None:
        found = found.where(conversations.c.labels.contains([wanted.label]))
    if wanted.unread is not None:
        unread = exists().where(
            messages.c.conversation_id == conversations.c.id,
            messages.c.sequence > conversations.c.staff_read,
            messages.c.author == Author.CLIENT.value,
        )
        found = found.where(unread if wanted.unread else ~unread)
    if wanted.since is not None:
        found = found.where(conversations.c.active_at >= wanted.since)
    if wanted.before is not None:
        found = found.where(conversations.c.active_at < wanted.before)
    if query := word_query(wanted.search):
        found = found.where(_found_by(query, wanted.notes_for))
    return found


def _found_by(query: str, notes_for: UUID | None) -> ColumnElement[bool]:
    """In what was said, in the subject, in the client's name, or in notes."""
    titled = func.to_tsvector(_SIMPLE, func.concat_ws(" ", conversations.c.subject, people.c.name, people.c.email))
    noted = exists().where(notes.c.conversation_id == conversations.c.id, says(notes, query))
    return or_(
        exists().where(messages.c.conversation_id == conversations.c.id, says(messages, query)),
        and_(conversations.c.client_id != notes_for, noted) if notes_for else false(),
        exists().where(people.c.id == conversations.c.client_id, titled.op("@@")(func.to_tsquery(_SIMPLE, query))),
    )


_SIMPLE: Final = text("'simple'::regconfig")


def _row(conversation: Conversation) -> dict[str, Any]:
    plain = (
        "id version client_id subject language period created_at active_at assigned_to waiting_since resolved_at"
        " last_sequence last_message"
    )
    rating = conversation.rating
    return {name: getattr(conversation, name) for name in plain.split()} | {
        "state": conversation.state.value,
        "last_author": conversation.last_author.value if conversation.last_author else None,
        "client_delivered": conversation.client_marks.delivered,
        "client_read": conversation.client_marks.read,
        "staff_delivered": conversation.staff_marks.delivered,
        "staff_read": conversation.staff_marks.read,
        "labels": list(conversation.labels),
        "rating_score": rating.score if rating else None,
        "rating_comment": rating.comment if rating else None,
        "rated_at": rating.at if rating else None,
    }


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        version=row.version,
        client_id=row.client_id,
        subject=row.subject,
        language=row.language,
        state=ConversationState(row.state),
        period=row.period,
        created_at=row.created_at,
        active_at=row.active_at,
        assigned_to=row.assigned_to,
        waiting_since=row.waiting_since,
        resolved_at=row.resolved_at,
        last_sequence=row.last_sequence,
        last_message=row.last_message,
        last_author=Author(row.last_author) if row.last_author else None,
        client_marks=Marks(row.client_delivered, row.client_read),
        staff_marks=Marks(row.staff_delivered, row.staff_read),
        labels=tuple(row.labels),
        rating=Rating(score=row.rating_score, comment=row.rating_comment, at=row.rated_at) if row.rated_at else None,
    )
