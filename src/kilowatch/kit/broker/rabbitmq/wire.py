"""What goes over the wire: queue arguments, message properties, dead letters. Pure.

A message that Kilowatch itself sends again (a dead letter, a replay) carries what it was in headers of ours. They
are believed only beside our own login as the broker-validated user id: anyone may set a header, nobody may set that.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from pika import BasicProperties, DeliveryMode

from kilowatch.kit.broker.port import DeadLetter, Message, Queue

DEAD_MAX_MESSAGES: Final = 10_000

ROUTING_KEY: Final = "kilowatch-routing-key"
USER_ID: Final = "kilowatch-user-id"
REASON: Final = "kilowatch-dead-reason"
AT: Final = "kilowatch-dead-at"

OURS: Final = frozenset((ROUTING_KEY, USER_ID, REASON, AT))
BROKERS: Final = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count", "x-opt-")
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def dead_queue(queue: str) -> str:
    return f"{queue}.dead"


def queue_arguments(queue: Queue, server_version: str) -> dict[str, Any]:
    """Quorum, bounded, refusing when full; what passes the limit goes to the dead queue and waits until it is there."""
    return _bounded(queue.max_messages) | {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(queue.name),
        "x-dead-letter-strategy": "at-least-once",
        **_delivery_limit(queue.delivery_limit, server_version),
    }


def dead_queue_arguments(server_version: str) -> dict[str, Any]:
    """Looking at a dead letter delivers it, so there must be no limit."""
    return _bounded(DEAD_MAX_MESSAGES) | _delivery_limit(None, server_version)


def _bounded(max_messages: int) -> dict[str, Any]:
    return {"x-queue-type": "quorum", "x-max-length": max_messages, "x-overflow": "reject-publish"}


def _delivery_limit(limit: int | None, server_version: str) -> dict[str, Any]:
    """No limit is said differently: absent means 20 since 4.0, and -1 means 0 before it (the first requeue drops)."""
    if limit is not None:
        return {"x-delivery-limit": limit}
    return {} if int(server_version.split(".", maxsplit=1)[0]) < 4 else {"x-delivery-limit": -1}


def feed_arguments(max_messages: int) -> dict[str, Any]:
    """A classic queue of one listener, gone with its connection; it drops the oldest."""
    return {"x-max-length": max_messages, "x-overflow": "drop-head"}


def properties_of(message: Message, mode: DeliveryMode = DeliveryMode.Persistent) -> BasicProperties:
    return BasicProperties(  # type: ignore[no-untyped-call]
        content_type=message.content_type,
        delivery_mode=mode.value,
        message_id=message.id,
        correlation_id=message.correlation_id or None,
        user_id=message.user_id,
        headers=dict(message.headers) or None,
    )


def message_of(routing_key: str, properties: BasicProperties, body: bytes, *, login: str) -> Message:
    """Read a delivery. `login` is who we are on the broker."""
    headers = properties.headers
    message = Message(
        id=properties.message_id or "",
        body=body,
        routing_key=routing_key,
        content_type=properties.content_type or "application/octet-stream",
        headers=_plain(headers) if headers else NO_HEADERS,
        correlation_id=properties.correlation_id or "",
        user_id=properties.user_id,
    )
    if headers and properties.user_id == login and ROUTING_KEY in headers:
        return replace(message, routing_key=headers[ROUTING_KEY], user_id=headers.get(USER_ID))
    return message


def _plain(headers: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: str(value) for name, value in headers.items() if name not in OURS and not name.startswith(BROKERS)}


def sent_again(message: Message, queue: str, *, login: str) -> Message:
    """The message on its way to `queue` past all exchanges, which would replace its routing key."""
    said_by = {USER_ID: message.user_id} if message.user_id else {}
    headers = {**message.headers, ROUTING_KEY: message.routing_key, **said_by}
    return replace(message, routing_key=queue, headers=headers, user_id=login)


def buried(message: Message, queue: str, *, reason: str, at: datetime, login: str) -> Message:
    """The message on its way to the dead letters of `queue`."""
    again = sent_again(message, dead_queue(queue), login=login)
    return replace(again, headers={**again.headers, REASON: reason, AT: at.isoformat()})


def dead_letter_of(queue: str, message: Message, headers: Mapping[str, Any]) -> DeadLetter:
    """Read what lies in the dead queue: put there by us with a reason, or by the broker with `x-death`."""
    death = (headers.get("x-death") or [{}])[0]
    routing_keys = death.get("routing-keys") or [message.routing_key]
    original = message if REASON in headers else replace(message, routing_key=routing_keys[0])
    return DeadLetter(
        id=_fingerprint(original),
        queue=queue,
        reason=str(headers.get(REASON) or death.get("reason") or "unknown"),
        at=_time_of_death(headers, death),
        message=original,
    )


def _time_of_death(headers: Mapping[str, Any], death: Mapping[str, Any]) -> datetime:
    if AT in headers:
        return datetime.fromisoformat(headers[AT])
    at = death.get("time")
    return at if isinstance(at, datetime) else datetime.fromtimestamp(0, UTC)


def _fingerprint(message: Message) -> str:
    """A dead letter's name, the same whenever it is looked at: the broker gives it none."""
    digest = hashlib.sha256()
    for part in (message.id.encode(), message.routing_key.encode(), message.body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32]
