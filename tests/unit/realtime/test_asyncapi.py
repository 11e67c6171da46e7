"""The description of the protocol is that of the code."""

import json
from collections.abc import Iterator
from typing import Any, get_args
from uuid import uuid4

import jsonschema
import msgspec
import pytest

from kilowatch.contracts.chat import PassingFrame
from kilowatch.kit.broker.topics import matches
from kilowatch.kit.errors import Invalid
from kilowatch.kit.events import PAYLOADS
from kilowatch.realtime.consumers import PATTERNS
from kilowatch.realtime.domain.frames import ClientFrame, ServerFrame, read_frame
from scripts.asyncapi import FILE, document


def described() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))


def test_the_file_is_what_the_code_says() -> None:
    assert described() == json.loads(json.dumps(document())), "python -m scripts.asyncapi"


def test_every_frame_is_described() -> None:
    names = {message["name"] for message in described()["components"]["messages"].values()}
    tags = {
        struct.__struct_config__.tag for union in (ClientFrame, ServerFrame, PassingFrame) for struct in get_args(union)
    }
    told = ("alert.*", "conversation.*", "message.posted")
    events = {type_ for type_ in PAYLOADS if any(matches(pattern, type_) for pattern in told)}
    assert set(told) < set(PATTERNS)
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
