"""Writes down every frame of the realtime socket, as AsyncAPI 3: `docs/asyncapi.json`, made from the code.

python -m scripts.asyncapi            write it
python -m scripts.asyncapi --check    fail when the file tells of another protocol than the code
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from kilowatch.contracts.chat import Conversation, ConversationChanged, Message, MessagePosted, PassingFrame
from kilowatch.contracts.events import Alert, AlertChanged
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.topics import matches
from kilowatch.kit.events import PAYLOADS
from kilowatch.realtime.consumers import PATTERNS
from kilowatch.realtime.domain.channels import Channel
from kilowatch.realtime.domain.frames import ClientFrame, ServerFrame
from kilowatch.realtime.feeds import PATTERNS as PATTERNS_OF_RIGHTS
from kilowatch.realtime.socket import CloseCode

FILE: Final = Path("docs/asyncapi.json")
SCHEMAS: Final = "#/components/schemas/"
MESSAGES: Final = "#/components/messages/"

#: What the durable frame of an event shows, by what the event is about.
SHOWN: Final[Mapping[type, type]] = {AlertChanged: Alert, ConversationChanged: Conversation, MessagePosted: Message}

Json = dict[str, Any]


def main(arguments: list[str]) -> int:
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in arguments:
        FILE.write_text(text)
        return 0
    if FILE.exists() and FILE.read_text() == text:
        return 0
    print(f"{FILE} tells of another protocol: python -m scripts.asyncapi")
    return 1


def document() -> Json:
    heard = _heard()
    structs = [
        *get_args(ClientFrame),
        *get_args(ServerFrame),
        *get_args(PassingFrame),
        *SHOWN.values(),
        *heard.values(),
    ]
    _, schemas = msgspec.json.schema_components(structs, ref_template=f"{SCHEMAS}{{name}}")
    del schemas["Alert"]["properties"]["user_ids"]  # nobody is told who else sees the device
    schemas["Alert"]["required"].remove("user_ids")
    from_client = _messages(get_args(ClientFrame))
    from_server = _messages(get_args(ServerFrame)) | _messages(get_args(PassingFrame)) | _durable()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kilowatch realtime",
            "version": "1",
            "description": "One WebSocket a tab. docs/realtime.md says how frames follow each other.",
        },
        "servers": {
            "installation": {"host": "localhost:8080", "protocol": "ws", "description": "wss behind TLS"},
            "broker": {
                "host": "localhost:5672",
                "protocol": "amqp",
                "description": "RabbitMQ, inside the installation",
            },
        },
        "channels": {
            "socket": {
                "address": "/api/realtime",
                "servers": [{"$ref": "#/servers/installation"}],
                "description": f"Channels to subscribe to: {', '.join(Channel)}, live/<device id>. Close codes: "
                + ", ".join(f"{code.value} {code.name.lower()}" for code in CloseCode),
                "messages": {name: {"$ref": MESSAGES + name} for name in (*from_client, *from_server)},
                "bindings": {"ws": {"method": "GET", "query": _TICKET}},
            },
            "events": {
                "address": EVENTS,
                "servers": [{"$ref": "#/servers/broker"}],
                "description": "A topic exchange; the routing key is the type. CloudEvents 1.0 that say who may be "
                "here and who sees which device. Those that become durable frames are described as such.",
                "messages": {name: {"$ref": MESSAGES + name} for name in heard},
            },
        },
        "operations": {
            "say": _operation("receive", from_client),
            "hear": _operation("send", from_server),
            "learn": _operation("receive", heard, "events"),
        },
        "components": {"messages": from_client | from_server | _events(heard), "schemas": schemas},
    }


_TICKET: Final[Json] = {
    "type": "object",
    "required": ["ticket"],
    "properties": {"ticket": {"type": "string", "description": "from POST /api/realtime/tickets; good once, for 30 s"}},
}


def _operation(action: str, messages: Iterable[str], channel: str = "socket") -> Json:
    """As the server does it: what clients say it receives."""
    listed = [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "messages": listed}


def _messages(structs: Iterable[type[msgspec.Struct]]) -> dict[str, Json]:
    return {
        _name(struct.__name__, struct): {
            "name": str(struct.__struct_config__.tag),
            "summary": _summary(struct),
            "contentType": "application/json",
            "payload": {"$ref": SCHEMAS + struct.__name__},
        }
        for struct in structs
    }


def _summary(described: type) -> str:
    written = described.__doc__ or ""
    return (
        "" if written.startswith(f"{described.__name__}(") else " ".join(written.split())
    )  # not what dataclass writes


def _name(name: str, struct: type[msgspec.Struct]) -> str:
    return f"passing{name}" if struct in get_args(PassingFrame) else name[0].lower() + name[1:]


def _durable() -> dict[str, Json]:
    return {
        type_: {
            "name": type_,
            "summary": "Durable: comes once, in order, also after a broken link.",
            "contentType": "application/json",
            "payload": {
                "type": "object",
                "required": ["sequence", "type", "id", "time", "correlation_id", "data"],
                "properties": {
                    "sequence": {"type": "integer", "minimum": 1, "description": "in the person's own stream"},
                    "type": {"const": type_},
                    "id": {"type": "string", "format": "uuid", "description": "of the event"},
                    "time": {"type": "string", "format": "date-time"},
                    "correlation_id": {"type": "string", "description": "of the request that it began with"},
                    "data": {"$ref": SCHEMAS + shown.__name__},
                },
            },
        }
        for type_, payload in PAYLOADS.items()
        if (shown := _shown_of(payload))
    }


def _heard() -> dict[str, type]:
    """Events that realtime consumes and shows to nobody as they are."""
    return {
        type_: payload
        for type_, payload in PAYLOADS.items()
        if any(matches(pattern, type_) for pattern in (*PATTERNS, *PATTERNS_OF_RIGHTS)) and not _shown_of(payload)
    }


def _events(heard: Mapping[str, type]) -> dict[str, Json]:
    return {
        type_: {
            "name": type_,
            "summary": _summary(payload),
            "contentType": "application/cloudevents+json",
            "payload": {
                "type": "object",
                "required": ["specversion", "id", "type", "source", "subject", "time", "data"],
                "properties": {
                    "specversion": {"const": "1.0"},
                    "id": {"type": "string", "format": "uuid"},
                    "type": {"const": type_},
                    "source": {"type": "string"},
                    "subject": {"type": "string"},
                    "time": {"type": "string", "format": "date-time"},
                    "data": {"$ref": SCHEMAS + payload.__name__},
                },
            },
        }
        for type_, payload in heard.items()
    }


def _shown_of(payload: type) -> type | None:
    return next((shown for kind, shown in SHOWN.items() if issubclass(payload, kind)), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
