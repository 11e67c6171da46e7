"""The only SQL of notifications."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import Role, User
from kilowatch.kit.errors import NotFound
from kilowatch.kit.telemetry import correlation_id
from kilowatch.realtime.notifications.notice import Notice, notice_from
from kilowatch.realtime.notifications.preferences import Channel, Planned, Preferences
from kilowatch.realtime.notifications.webhook import Hook
from kilowatch.realtime.store import projection


class DispatchState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  #: given up
    DROPPED = "dropped"  #: nobody wants it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    user_id: UUID
    email: str = ""
    name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    id: UUID
    created_at: datetime
    read_at: datetime | None
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notice for one person."""

    id: UUID  #: of the notification
    user_id: UUID
    shown: bool  #: in the app
    planned: Sequence[Planned]  #: elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    id: UUID
    notification_id: UUID
    user_id: UUID
    channel: Channel
    digest: bool
    attempts: int
    created_at: datetime
    correlation_id: str
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRecord:
    id: UUID
    notification_id: UUID
    user_id: UUID
    name: str | None  #: of the person; None: not heard of (yet)
    channel: Channel
    state: DispatchState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str


#: Of one person, in one go: a digest takes all that is due of it.
_CLAIM: Final = text("""
    WITH first AS (
        SELECT id, user_id, channel, digest FROM dispatch
        WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), claimed AS (
        SELECT dispatch.id FROM dispatch JOIN first USING (user_id, channel)
        WHERE dispatch.id = first.id
            OR (first.digest AND dispatch.digest AND dispatch.state = 'waiting' AND dispatch.due_at <= :now)
        FOR UPDATE OF dispatch SKIP LOCKED
    ), taken AS (
        UPDATE dispatch SET attempts = attempts + 1, due_at = :again
        WHERE id IN (SELECT id FROM claimed) RETURNING *
    )
    SELECT taken.*, notification.notice, notification.created_at, notification.correlation_id
    FROM taken JOIN notification ON notification.id = taken.notification_id
    ORDER BY notification.created_at, taken.id
""")


class NotificationStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take_over(self, user: User) -> None:
        """What the events of `users` say; of somebody who is gone nothing stays, and no late event brings it back."""
        if user.deleted:
            for table in ("recipient", "notification_preference", "webhook", "notification"):
                await self._execute(f"DELETE FROM {table} WHERE user_id = :user", user=user.id)  # noqa: S608
            return
        await self._execute(
            """
            INSERT INTO recipient
            SELECT :user, :version, :email, :name, :language, :time_zone, :role, :active
            WHERE NOT EXISTS (SELECT FROM account WHERE id = :user AND version > :version)
            ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, email = excluded.email,
                name = excluded.name, language = excluded.language, time_zone = excluded.time_zone,
                role = excluded.role, active = excluded.active
            WHERE recipient.version <= excluded.version
            """,
            user=user.id,
            version=user.version,
            email=user.email,
            name=user.name,
            language=user.language,
            time_zone=user.time_zone,
            role=user.role.value,
            active=user.active,
        )

    async def recipients(self, user_ids: Collection[UUID]) -> Sequence[Recipient]:
        """Those who are not known to have left."""
        rows = await self._execute("SELECT * FROM recipient WHERE user_id = ANY(:ids)", ids=list(user_ids))
        known = {row.user_id: _recipient(row) for row in rows}
        here = await projection.active_among(self._connection, user_ids)
        # The event about somebody new may still be on its way: they find it in the app.
        found = [known.get(user_id, Recipient(user_id=user_id)) for user_id in user_ids if user_id in here]
        return [each for each in found if each.active]

    async def administrators(self) -> Sequence[UUID]:
        statement = "SELECT user_id FROM recipient WHERE active AND role = :role"
        return [row.user_id for row in await self._execute(statement, role=Role.ADMINISTRATOR.value)]

    async def preferences(self, user_ids: Collection[UUID]) -> Mapping[UUID, Preferences]:
        """Of those who have said something."""
        statement = "SELECT user_id, state FROM notification_preference WHERE user_id = ANY(:ids)"
        rows = await self._execute(statement, ids=list(user_ids))
        return {row.user_id: msgspec.convert(row.state, Preferences) for row in rows}

    async def save_preferences(self, user_id: UUID, wanted: Preferences) -> None:
        await self._execute(
            "INSERT INTO notification_preference VALUES (:user, CAST(:state AS jsonb))"
            " ON CONFLICT (user_id) DO UPDATE SET state = excluded.state",
            user=user_id,
            state=msgspec.json.encode(wanted).decode(),
        )

    async def hooks(self, user_ids: Collection[UUID]) -> Mapping[UUID, Hook]:
        rows = await self._execute("SELECT * FROM webhook WHERE user_id = ANY(:ids)", ids=list(user_ids))
        return {row.user_id: Hook(row.url, row.secret) for row in rows}

    async def save_hook(self, user_id: UUID, hook: Hook) -> None:
        await self._execute(
            "INSERT INTO webhook VALUES (:user, :url, :secret)"
            " ON CONFLICT (user_id) DO UPDATE SET url = excluded.url, secret = excluded.secret",
            user=user_id,
            url=hook.url,
            secret=hook.sealed_secret,
        )

    async def forget_hook(self, user_id: UUID) -> None:
        await self._execute("DELETE FROM webhook WHERE user_id = :user", user=user_id)

    async def add(self, notice: Notice, now: datetime, everybody: Sequence[Notification]) -> None:
        """Once, however often; of the request or reading that is served now."""
        await self._execute(
            """
            INSERT INTO notification (id, user_id, created_at, shown, notice, correlation_id)
            SELECT id, user_id, :now, shown, CAST(:notice AS jsonb), :correlation_id
            FROM unnest(CAST(:ids AS uuid[]), CAST(:users AS uuid[]), CAST(:shown AS boolean[]))
                AS addressed (id, user_id, shown)
            ON CONFLICT DO NOTHING
            """,
            now=now,
            notice=msgspec.json.encode(notice).decode(),
            correlation_id=correlation_id.get(),
            ids=[each.id for each in everybody],
            users=[each.user_id for each in everybody],
            shown=[each.shown for each in everybody],
        )
        if dispatches := [(each, planned) for each in everybody for planned in each.planned]:
            await self._add_dispatches(dispatches)

    async def _add_dispatches(self, dispatches: Sequence[tuple[Notification, Planned]]) -> None:
        await self._execute(
            """
            INSERT INTO dispatch (notification_id, user_id, channel, digest, due_at)
            SELECT * FROM unnest(
                CAST(:ids AS uuid[]), CAST(:users AS uuid[]), CAST(:channels AS text[]), CAST(:digests AS boolean[]),
                CAST(:due AS timestamptz[])
            )
            ON CONFLICT DO NOTHING
            """,
            ids=[each.id for each, _ in dispatches],
            users=[each.user_id for each, _ in dispatches],
            channels=[planned.channel.value for _, planned in dispatches],
            digests=[planned.digest for _, planned in dispatches],
            due=[planned.due_at for _, planned in dispatches],
        )

    async def page(self, user_id: UUID, *, unread: bool, offset: int, limit: int) -> tuple[list[Kept], int, int]:
        """The newest first; how many there are, and how many of them are unread."""
        mine = "FROM notification WHERE user_id = :user AND shown AND (read_at IS NULL OR NOT :unread)"
        asked = {"user": user_id, "unread": unread}
        rows = await self._execute(
            f"SELECT * {mine} ORDER BY created_at DESC, id DESC OFFSET :offset LIMIT :limit",
            **asked,
            offset=offset,
            limit=limit,
        )
        found = [_kept(row) for row in rows]
        counted = f"SELECT count(*) AS total, count(*) FILTER (WHERE read_at IS NULL) AS unread {mine}"
        counts = (await self._execute(counted, **asked)).one()
        return found, counts.total, counts.unread

    async def mark_read(self, user_id: UUID, now: datetime, only: UUID | None = None) -> None:
        """Raises `NotFound` for one that is not theirs."""
        statement = "UPDATE notification SET read_at = coalesce(read_at, :now) WHERE user_id = :user"
        if only is None:
            await self._execute(f"{statement} AND read_at IS NULL", now=now, user=user_id)
            return
        if not (await self._execute(f"{statement} AND id = :id", now=now, user=user_id, id=only)).rowcount:
            raise NotFound("There is no such notification.")

    async def take_back(self, conversation_id: UUID, now: datetime) -> None:
        """The conversation waits no more: who has not read of it need not, and what has not gone out stays here."""
        await self._execute(
            """
            WITH told AS (SELECT id FROM notification WHERE notice->>'conversation_id' = :conversation),
            dropped AS (
                UPDATE dispatch SET state = :dropped
                WHERE state = :waiting AND notification_id IN (SELECT id FROM told)
            )
            UPDATE notification SET read_at = :now WHERE read_at IS NULL AND id IN (SELECT id FROM told)
            """,
            conversation=str(conversation_id),
            dropped=DispatchState.DROPPED.value,
            waiting=DispatchState.WAITING.value,
            now=now,
        )

    async def claim(self, now: datetime, again: datetime) -> Sequence[Dispatch]:
        """What is due next; nobody else takes it until `again`."""
        return [_dispatch(row) for row in await self._connection.execute(_CLAIM, {"now": now, "again": again})]

    async def settle(self, ids: Collection[UUID], state: DispatchState, now: datetime, error: str = "") -> None:
        await self._execute(
            "UPDATE dispatch SET state = :state, error = :error, sent_at = CASE WHEN :sent THEN :now ELSE sent_at END"
            " WHERE id = ANY(:ids)",
            ids=list(ids),
            state=state.value,
            sent=state is DispatchState.SENT,
            now=now,
            error=error,
        )

    async def put_off(self, ids: Collection[UUID], until: datetime, error: str) -> None:
        await self._execute(
            "UPDATE dispatch SET due_at = :until, error = :error WHERE id = ANY(:ids)",
            ids=list(ids),
            until=until,
            error=error,
        )

    async def dispatches(
        self, state: DispatchState | None, user_id: UUID | None, offset: int, limit: int
    ) -> tuple[list[DispatchRecord], int]:
        """The newest first, and how many there are on all pages."""
        wanted = (
            "FROM dispatch LEFT JOIN recipient USING (user_id) WHERE (CAST(:state AS text) IS NULL OR state = :state)"
            " AND (CAST(:user AS uuid) IS NULL OR user_id = :user)"
        )
        asked = {"state": state and state.value, "user": user_id}
        rows = await self._execute(
            f"SELECT dispatch.*, recipient.name {wanted} ORDER BY due_at DESC, id OFFSET :offset LIMIT :limit",
            **asked,
            offset=offset,
            limit=limit,
        )
        found = [_record(row) for row in rows]
        total = (await self._execute(f"SELECT count(*) AS total {wanted}", **asked)).one().total
        return found, total

    async def try_again(self, dispatch_id: UUID, now: datetime) -> None:
        """Raises `NotFound`, also for one that has been sent."""
        again = "UPDATE dispatch SET state = 'waiting', attempts = 0, due_at = :now WHERE id = :id AND state = 'failed'"
        if not (await self._execute(again, now=now, id=dispatch_id)).rowcount:
            raise NotFound("There is no such delivery that has failed.")

    async def forget_before(self, moment: datetime) -> None:
        await self._execute("DELETE FROM notification WHERE created_at < :moment", moment=moment)

    async def _execute(self, statement: str, **values: Any) -> Any:  # noqa: ANN401  a cursor of whatever it selects
        return await self._connection.execute(text(statement), values)


def _recipient(row: Row[Any]) -> Recipient:
    return Recipient(**{name: row._mapping[name] for name in Recipient.__slots__})


def _kept(row: Row[Any]) -> Kept:
    return Kept(id=row.id, created_at=row.created_at, read_at=row.read_at, notice=notice_from(row.notice))


def _dispatch(row: Row[Any]) -> Dispatch:
    values = {name: row._mapping[name] for name in Dispatch.__slots__}
    return Dispatch(**values | {"channel": Channel(values["channel"]), "notice": notice_from(row.notice)})


def _record(row: Row[Any]) -> DispatchRecord:
    values = {name: row._mapping[name] for name in DispatchRecord.__slots__}
    return DispatchRecord(**values | {"channel": Channel(values["channel"]), "state": DispatchState(values["state"])})
