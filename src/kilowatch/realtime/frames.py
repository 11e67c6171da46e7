"""From an event to the frame that people see: who gets it, on which channels, and what of it they may read."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import ConversationChanged, MessagePosted
from kilowatch.contracts.events import AlertChanged, Event
from kilowatch.realtime.domain.channels import STAFF, Channel, joined


@dataclass(frozen=True, slots=True)
class Addressed:
    """The data of a frame and to whom it goes."""

    data: object
    user_ids: Collection[UUID]
    channel: Channel
    staff_channel: Channel
    client_id: UUID | None = None  #: whose conversation it is
    about: Collection[UUID] = ()  #: who is named in it
    staff: Collection[Role] = STAFF  #: who of it hears of it
    hidden_from: UUID | None = None  #: whatever their role


def addressed(event: Event) -> Addressed | None:
    """None: nobody is told."""
    match event.payload:
        case AlertChanged(alert):
            if alert.historical:
                return None  # found in late or imported data: it can be looked up, and nobody is disturbed
            shown = msgspec.to_builtins(alert, builtin_types=(UUID,))
            del shown["user_ids"]  # who else sees the device is nobody's business
            return Addressed(shown, alert.user_ids, Channel.ALERTS, Channel.ALL_ALERTS)
        case ConversationChanged(conversation):
            # One frame for both sides, and labels are for the staff: they look them up.
            told = replace(conversation, labels=())
            return _of_conversation(told, told.user_id, (told.user_id,), told.assigned_to)
        case MessagePosted(message, user_id):
            if message.internal:
                note = _of_conversation(message, user_id, (), message.author_id)
                return replace(note, staff=(Role.ADMINISTRATOR,), hidden_from=user_id)
            return _of_conversation(message, user_id, (user_id,), message.author_id)
        case _:
            return None


def _of_conversation(data: object, client_id: UUID, told: Collection[UUID], named: UUID | None) -> Addressed:
    about = {client_id, named or client_id}
    return Addressed(data, told, Channel.CONVERSATIONS, Channel.ALL_CONVERSATIONS, client_id, about)


def body_of(event: Event, found: Addressed) -> str:
    """The frame without its number, which each person has their own of."""
    frame: dict[str, Any] = {
        "type": event.payload.type,
        "id": event.id,
        "time": event.time,
        "correlation_id": event.correlation_id,
        "data": found.data,
    }
    return msgspec.json.encode(frame).decode()


def recipients(found: Addressed, people: Collection[UUID], staff: Collection[UUID]) -> Mapping[UUID, str]:
    """By person the channels that the frame comes on: it comes once, also to who has it from two sides."""
    channels: dict[UUID, list[Channel]] = defaultdict(list)
    for user_id in people:
        channels[user_id].append(found.channel)
    for user_id in staff:
        if user_id != found.hidden_from:
            channels[user_id].append(found.staff_channel)
    return {user_id: joined(of_user) for user_id, of_user in channels.items()}
