"""The description of the protocol is that of the code."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

import jsonschema
import msgspec
import pytest

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.chat import PassingFrame
from kilowatch.contracts.events import Event, Payload, SessionEnded, UserUpdated
from kilowatch.kit.broker.topics import matches
from kilowatch.kit.errors import Invalid
from kilowatch.kit.events import PAYLOADS, encode_event
from kilowatch.realtime.consumers import PATTERNS
from kilowatch.realtime.domain.frames import ClientFrame, ServerFrame, read_frame
from kilowatch.realtime.feeds import PATTERNS as PATTERNS_OF_RIGHTS
from scripts.asyncapi import FILE, document

USER = User(id=uuid4(), version=1, email="ana@example.org", name="Ana", role=Role.CLIENT)


def described() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))


def test_the_file_is_what_the_code_says() -> None:
    assert described() == json.loads(json.dumps(document())), "python -m scripts.asyncapi"


def test_every_frame_and_every_event_that_realtime_consumes_is_described() -> None:
    names = {message["name"] for message in described()["components"]["messages"].values()}
    tags = {
        struct.__struct_config__.tag for union in (ClientFrame, ServerFrame, PassingFrame) for struct in get_args(union)
    }
    heard = (*PATTERNS, *PATTERNS_OF_RIGHTS)
    events = {type_ for type_ in PAYLOADS if any(matches(pattern, type_) for pattern in heard)}
    assert {"alert.raised", "user.deactivated", "device.assigned", "session.ended"} < events
    assert names == tags | events


def test_every_reference_leads_somewhere() -> None:
    whole = described()
    for reference in _references(whole):
        found: Any = whole
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


@pytest.mark.parametrize("payload", [UserUpdated(USER), SessionEnded(uuid4(), uuid4())])
def test_events_are_as_described(payload: Payload) -> None:
    event = json.loads(encode_event(Event(id=uuid4(), source="test", time=datetime.now(UTC), payload=payload)))
    whole = described()
    schema = {"$ref": f"#/components/messages/{payload.type}/payload", "components": whole["components"]}
    assert jsonschema.Draft202012Validator(schema).is_valid(event)
    assert not jsonschema.Draft202012Validator(schema).is_valid(event | {"data": {}})


@pytest.mark.parametrize(
    ("frame", "fits"),
    [
        ({"type": "start", "id": "1"}, True),
        ({"type": "start", "id": "1", "channels": ["alerts"], "after": {"stream": str(uuid4()), "sequence": 3}}, True),
        ({"type": "start"}, False),
        ({"type": "start", "id": "1", "user_id": str(uuid4())}, False),
        ({"type": "subscribe", "id": "1", "channel": "live/7"}, True),
        ({"type": "subscribe", "id": "1"}, False),
        ({"type": "chat", "id": str(uuid4()), "command": {"type": "message.send", "text": "Hello"}}, True),
        ({"type": "chat", "id": str(uuid4()), "command": {"type": "message.send", "text": ""}}, False),
        ({"type": "chat", "id": str(uuid4()), "command": {"type": "conversation.claim"}}, False),
    ],
)
def test_description_and_code_agree_on_what_a_client_may_say(frame: dict[str, Any], *, fits: bool) -> None:
    assert _is_read(frame) == fits
    whole = described()
    schema = {"$ref": f"#/components/schemas/{frame['type'].title()}", "components": whole["components"]}
    assert jsonschema.Draft202012Validator(schema).is_valid(frame) == fits


def _is_read(frame: dict[str, Any]) -> bool:
    try:
        read_frame(msgspec.json.encode(frame).decode())
    except Invalid:
        return False
    return True
