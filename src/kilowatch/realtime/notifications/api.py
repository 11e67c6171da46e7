"""My notifications and how I want them; for staff, how deliveries stand."""

from dataclasses import dataclass
from datetime import datetime, time
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from kilowatch.contracts.events import Severity
from kilowatch.kit.fields import ClockTime
from kilowatch.kit.http import Administrator, SignedIn, Staff
from kilowatch.kit.paging import Page
from kilowatch.realtime.context import Realtime
from kilowatch.realtime.notifications import wording
from kilowatch.realtime.notifications.intake import USUAL, zone_of
from kilowatch.realtime.notifications.notice import AlertNotice, ConversationNotice, Kind, Notice
from kilowatch.realtime.notifications.preferences import Mailing, Preferences, QuietHours
from kilowatch.realtime.notifications.store import DispatchRecord, DispatchState, Kept, NotificationStore, Recipient
from kilowatch.realtime.notifications.webhook import MAX_URL, check_url, new_hook

router = APIRouter(prefix="/api/notifications", tags=["notifications"])

Offset: TypeAlias = Annotated[int, Query(ge=0, le=1_000_000)]
Muted: TypeAlias = Annotated[tuple[Kind, ...], Field(max_length=len(Kind))]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationAnswer:
    id: UUID
    created_at: datetime
    read_at: datetime | None
    type: str
    kind: Kind
    severity: Severity
    alert_id: UUID | None = None
    device_id: int | None = None
    conversation_id: UUID | None = None
    title: str  #: in my language
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPage:
    items: list[NotificationAnswer]
    total: int
    unread: int  #: among those that were asked for


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class QuietHoursBody(_Body):
    since: ClockTime
    until: ClockTime


class PreferencesBody(_Body):
    """Severities are the least that is told; clock times are those of the person."""

    in_app: Severity = Severity.INFO
    email: Severity = Severity.WARNING
    webhook: Severity = Severity.INFO
    mailing: Mailing = Mailing.AT_ONCE
    digest_at: ClockTime = time(8)
    muted_kinds: Annotated[Muted, Field(description="on every channel")] = ()
    muted_in_app: Muted = ()
    muted_email: Muted = ()
    muted_webhook: Muted = ()
    quiet_hours: QuietHoursBody | None = None
    quiet_for_critical: bool = False

    def preferences(self) -> Preferences:
        quiet = self.quiet_hours
        return Preferences(
            in_app=self.in_app,
            email=self.email,
            webhook=self.webhook,
            mailing=self.mailing,
            digest_at=_plain(self.digest_at),
            muted_kinds=self.muted_kinds,
            muted_in_app=self.muted_in_app,
            muted_email=self.muted_email,
            muted_webhook=self.muted_webhook,
            quiet_hours=QuietHours(_plain(quiet.since), _plain(quiet.until)) if quiet else None,
            quiet_for_critical=self.quiet_for_critical,
        )


class WebhookBody(_Body):
    url: Annotated[str, Field(min_length=8, max_length=MAX_URL)]


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    url: str | None  #: null: there is none


@dataclass(frozen=True, slots=True)
class NewWebhook:
    url: str
    secret: str  #: shown this once; signs what is sent


@router.get("")
async def list_notifications(
    realtime: Realtime, me: SignedIn, unread: bool = False, offset: Offset = 0, limit: Limit = 50
) -> NotificationPage:
    """The newest first."""
    async with realtime.database.transaction() as connection:
        store = NotificationStore(connection)
        found, total, count = await store.page(me.user_id, unread=unread, offset=offset, limit=limit)
        [person] = await store.recipients([me.user_id]) or [Recipient(user_id=me.user_id)]
    return NotificationPage(items=[_answer(each, person) for each in found], total=total, unread=count)


@router.post("/read", status_code=HTTPStatus.NO_CONTENT)
async def mark_all_read(realtime: Realtime, me: SignedIn) -> None:
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).mark_read(me.user_id, realtime.clock())


@router.get("/preferences")
async def show_preferences(realtime: Realtime, me: SignedIn) -> Preferences:
    async with realtime.database.transaction() as connection:
        return (await NotificationStore(connection).preferences([me.user_id])).get(me.user_id, USUAL)


@router.put("/preferences")
async def change_preferences(realtime: Realtime, me: SignedIn, body: PreferencesBody) -> Preferences:
    """All of them. They hold for what comes from now on."""
    wanted = body.preferences()
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).save_preferences(me.user_id, wanted)
    return wanted


@router.get("/webhook")
async def show_webhook(realtime: Realtime, me: SignedIn) -> WebhookAnswer:
    async with realtime.database.transaction() as connection:
        hook = (await NotificationStore(connection).hooks([me.user_id])).get(me.user_id)
    return WebhookAnswer(hook.url if hook else None)


@router.put("/webhook")
async def change_webhook(realtime: Realtime, me: SignedIn, body: WebhookBody) -> NewWebhook:
    """Each time with a new secret."""
    check_url(body.url, plain_allowed=realtime.settings.realtime_webhooks_to_private_networks)
    hook, secret = new_hook(body.url, realtime.vault)
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).save_hook(me.user_id, hook)
    return NewWebhook(hook.url, secret)


@router.delete("/webhook", status_code=HTTPStatus.NO_CONTENT)
async def remove_webhook(realtime: Realtime, me: SignedIn) -> None:
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).forget_hook(me.user_id)


@router.get("/deliveries")
async def list_deliveries(
    realtime: Realtime,
    _: Staff,
    state: DispatchState | None = None,
    user: UUID | None = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[DispatchRecord]:
    """The newest first."""
    async with realtime.database.transaction() as connection:
        found, total = await NotificationStore(connection).dispatches(state, user, offset, limit)
    return Page(found, total)


@router.post("/deliveries/{delivery_id}/retry", status_code=HTTPStatus.NO_CONTENT)
async def retry_delivery(realtime: Realtime, _: Administrator, delivery_id: UUID) -> None:
    """Of one that was given up."""
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).try_again(delivery_id, realtime.clock())


@router.post("/{notification_id}/read", status_code=HTTPStatus.NO_CONTENT)
async def mark_read(realtime: Realtime, me: SignedIn, notification_id: UUID) -> None:
    async with realtime.database.transaction() as connection:
        await NotificationStore(connection).mark_read(me.user_id, realtime.clock(), notification_id)


def _answer(kept: Kept, person: Recipient) -> NotificationAnswer:
    notice, language = kept.notice, wording.spoken(person.language)
    return NotificationAnswer(
        id=kept.id,
        created_at=kept.created_at,
        read_at=kept.read_at,
        type=notice.type,
        kind=Kind(notice.kind),
        severity=notice.severity,
        **_subject(notice),
        title=wording.title(notice, language),
        text=wording.text(notice, language, zone_of(person)),
    )


def _subject(notice: Notice) -> dict[str, Any]:
    match notice:
        case AlertNotice(alert_id=alert_id, device_id=device_id):
            return {"alert_id": alert_id, "device_id": device_id}
        case ConversationNotice(conversation_id=conversation_id):
            return {"conversation_id": conversation_id}


def _plain(clock: time) -> time:
    """To the minute, by whatever zone the person lives in."""
    return clock.replace(second=0, microsecond=0, tzinfo=None)
