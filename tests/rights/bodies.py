"""What a route wants to hear from somebody who may use it: what is refused then is refused for who asks."""

from datetime import timedelta
from typing import Any, Final

from kilowatch.kit.clock import system_clock

_SOON: Final = (system_clock() + timedelta(minutes=40)).isoformat()

_JSON: Final[dict[str, dict[str, Any]]] = {
    "POST /api/alerts/{alert_id}/acknowledge": {"note": "I know."},
    "POST /api/alerts/{alert_id}/snooze": {"until": _SOON},
    "PUT /api/alert-rules/devices/{device_id}": {"kind": "offline", "missed": 5},
    "POST /api/alert-rules/devices/{device_id}/preview": {"rule": {"kind": "offline"}},
    "POST /api/support/conversations/{conversation_id}/marks": {"read": 1},
    "POST /api/support/conversations/{conversation_id}/rating": {"score": 3},
    "POST /api/support/conversations/{conversation_id}/messages": {"text": "Hello?"},
    "POST /api/support/conversations/{conversation_id}/messages/{sequence}/vote": {"helpful": True},
}
_FILES: Final = {"POST /api/support/conversations/{conversation_id}/attachments": b"GIF89a" + bytes(20)}


def body_for(route: str) -> dict[str, Any]:
    """As options of a request."""
    return {"content": _FILES[route]} if route in _FILES else {"json": _JSON.get(route, {})}
