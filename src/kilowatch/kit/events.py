"""Events on the wire: CloudEvents 1.0, structured JSON."""

from datetime import datetime
from typing import get_args
from uuid import UUID

import msgspec

from kilowatch.contracts.events import Event, Payload
from kilowatch.kit.broker.port import Message
from kilowatch.kit.errors import Poison

PAYLOADS: dict[str, type[Payload]] = {payload.type: payload for payload in get_args(Payload)}


class _Envelope(msgspec.Struct, kw_only=True):
    specversion: str = "1.0"
    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    correlationid: str = ""
    traceparent: str = ""
    data: msgspec.Raw


def encode_event(event: Event) -> bytes:
    return msgspec.json.encode(
        _Envelope(
            id=event.id,
            type=event.payload.type,
            source=event.source,
            subject=event.payload.subject,
            time=event.time,
            correlationid=event.correlation_id,
            traceparent=event.traceparent,
            data=msgspec.Raw(msgspec.json.encode(event.payload)),
        )
    )


def decode_event(body: bytes) -> Event | None:
    """Read an event; None for a type that this version does not know. Raises `Poison`."""
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        payload_type = PAYLOADS.get(envelope.type)
        if payload_type is None:
            return None
        return Event(
            id=envelope.id,
            source=envelope.source,
            time=envelope.time,
            payload=msgspec.json.decode(envelope.data, type=payload_type),
            correlation_id=envelope.correlationid,
            traceparent=envelope.traceparent,
        )
    except msgspec.MsgspecError as error:
        raise Poison(f"not an event: {error}") from error


class _Correlated(msgspec.Struct):
    correlationid: str = ""


def event_message(event_id: UUID, event_type: str, body: bytes) -> Message:
    return Message(
        id=str(event_id),
        body=body,
        routing_key=event_type,
        content_type="application/cloudevents+json",
        correlation_id=msgspec.json.decode(body, type=_Correlated).correlationid,
    )
