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
from kilowatch.kit.events import PAYLOADS
from kilowatch.realtime.domain.channels import Channel
from kilowatch.realtime.domain.frames import ClientFrame, ServerFrame
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
    structs = [*get_args(ClientFrame), *get_args(ServerFrame), *get_args(PassingFrame), *SHOWN.values()]
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
        "servers": {"installation": {"host": "localhost:8080", "protocol": "ws", "description": "wss behind TLS"}},
        "channels": {
            "socket": {
                "address": "/api/realtime",
                "description": f"Channels to subscribe to: {', '.join(Channel)}, live/<device id>. Close codes: "
                + ", ".join(f"{code.value} {code.name.lower()}" for code in CloseCode),
                "messages": {name: {"$ref": MESSAGES + name} for name in (*from_client, *from_server)},
                "bindings": {"ws": {"method": "GET", "query": _TICKET}},
            }
        },
        "operations": {
            "say": _operation("receive", from_client),
            "hear": _operation("send", from_server),
        },
        "components": {"messages": from_client | from_server, "schemas": schemas},
    }


_TICKET: Final[Json] = {
    "type": "object",
    "required": ["ticket"],
    "properties": {"ticket": {"type": "string", "description": "from POST /api/realtime/tickets; good once, for 30 s"}},
}


def _operation(action: str, messages: Iterable[str]) -> Json:
    """As the server does it: what clients say it receives."""
    listed = [{"$ref": f"#/channels/socket/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": "#/channels/socket"}, "messages": listed}


def _messages(structs: Iterable[type[msgspec.Struct]]) -> dict[str, Json]:
    return {
        _name(struct.__name__, struct): {
            "name": str(struct.__struct_config__.tag),
            "summary": " ".join((struct.__doc__ or "").split()),
            "contentType": "application/json",
            "payload": {"$ref": SCHEMAS + struct.__name__},
        }
        for struct in structs
    }


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


def _shown_of(payload: type) -> type | None:
    return next((shown for kind, shown in SHOWN.items() if issubclass(payload, kind)), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
