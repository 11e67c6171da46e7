"""Events become notifications, in the transaction of the event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from kilowatch.contracts.chat import (
    ConversationAssigned,
    ConversationHandedOver,
    ConversationReleased,
    ConversationResolved,
)
from kilowatch.contracts.events import AlertEscalated, AlertRaised, Event
from kilowatch.realtime.notifications.notice import ConversationNotice, Kind, Notice, notice_of
from kilowatch.realtime.notifications.preferences import Channel, Preferences, is_shown, plan
from kilowatch.realtime.notifications.store import Notification, NotificationStore, Recipient

USUAL: Final = Preferences()


async def notify(store: NotificationStore, event: Event, now: datetime, *, mails: bool) -> None:
    """Whoever sees the device is told that something was raised; administrators, that nobody has answered it, and of
    clients who wait for a person."""
    match event.payload:
        case AlertRaised(alert) if not alert.historical:
            await _tell(store, event.id, notice_of(AlertRaised.type, alert), alert.user_ids, now, mails=mails)
        case AlertEscalated(alert) if not alert.historical:
            administrators = await store.administrators()
            await _tell(store, event.id, notice_of(AlertEscalated.type, alert), administrators, now, mails=mails)
        case ConversationHandedOver(conversation):
            others = [each for each in await store.administrators() if each != conversation.user_id]
            since = conversation.waiting_since or event.time
            notice = ConversationNotice(type=event.payload.type, conversation_id=conversation.id, since=since)
            await _tell(store, event.id, notice, others, now, mails=mails)
        case (
            ConversationAssigned(conversation) | ConversationReleased(conversation) | ConversationResolved(conversation)
        ):
            await store.take_back(conversation.id, now)


async def _tell(
    store: NotificationStore, event_id: UUID, notice: Notice, user_ids: Sequence[UUID], now: datetime, *, mails: bool
) -> None:
    preferences, hooks = await store.preferences(user_ids), await store.hooks(user_ids)
    kind = Kind(notice.kind)

    def addressed(to: Recipient) -> Notification:
        wanted = preferences.get(to.user_id, USUAL)
        channels = [Channel.EMAIL] if mails and to.email else []
        channels += [Channel.WEBHOOK] if to.user_id in hooks else []
        planned = plan(wanted, kind, notice.severity, channels=channels, now=now, zone=zone_of(to))
        return Notification(
            id=uuid5(event_id, str(to.user_id)),
            user_id=to.user_id,
            shown=is_shown(wanted, kind, notice.severity),
            planned=list(planned),
        )

    await store.add(notice, now, [addressed(each) for each in await store.recipients(user_ids)])


def zone_of(recipient: Recipient) -> ZoneInfo:
    return ZoneInfo(recipient.time_zone)
