"""What an administrator does to what belongs to others is in the log, by whom and from where."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from kilowatch.process import available_services
from tests.eventually import eventually
from tests.house import House, enrol
from tests.rights.conftest import Town, objects_of
from tests.rights.table import Who, routes_for

NEW: Final = {"name": "Dora's other", "time_zone": "Etc/UTC"}
TERMS: Final = [{"valid_from": "2026-01-01", "rates": [{"name": "All day", "price": "0.25"}]}]
#: Hours from now.
TIMES: Final = {"before": -1, "now": 0, "after": 1}
WEEK: Final = [[{"start": "09:00", "end": "17:00"}]] * 5 + [[], []]


@dataclass(frozen=True)
class Deed:
    route: str
    body: dict[str, Any] = field(default_factory=dict)  #: `{name}` stands for an object
    query: str = ""
    options: dict[str, Any] = field(default_factory=dict)  #: of the request, in the place of a body
    gives: str = ""  #: under this name the object that it makes is known from here on


#: In an order in which each still finds its object.
DEEDS: Final = (
    Deed("POST /api/auth/accounts/{user_id}/link"),
    Deed("PATCH /api/users/{user_id}", {"name": "Dora the Second"}),
    Deed("POST /api/devices/users/rebuild"),
    Deed("POST /api/balancer/devices/rebuild"),
    Deed("POST /api/monitoring/devices/rebuild"),
    Deed("PATCH /api/devices/{device_id}", {"name": "Another name"}),
    Deed("PATCH /api/gateways/{gateway_id}", {"name": "Another name"}),
    Deed("PATCH /api/sites/{site_id}", {"name": "Another name"}),
    Deed("POST /api/alerts/{alert_id}/snooze", {"until": "{after}"}),
    Deed("POST /api/alerts/{alert_id}/acknowledge", {"note": "I see."}),
    Deed("POST /api/alerts/{alert_id}/clear"),
    Deed("POST /api/rejected-readings/{rejected_id}/replay"),
    Deed(
        "POST /api/corrections",
        {
            "device_id": "{device_id}",
            "kind": "exclude",
            "from": "{before}",
            "to": "{now}",
            "reason": "It was broken.",
        },
        gives="correction_id",
    ),
    Deed("POST /api/corrections/{correction_id}/undo"),
    Deed("PUT /api/alert-rules/devices/{device_id}", {"kind": "offline", "missed": 50}),
    Deed("DELETE /api/alert-rules/devices/{device_id}/{kind}"),
    Deed("PUT /api/alert-rules", {"kind": "offline", "missed": 50}),
    Deed("DELETE /api/alert-rules/{kind}"),
    Deed("DELETE /api/devices/{device_id}/assignments/{user_id}"),
    Deed("POST /api/devices/{device_id}/assignments", {"user_id": "{user_id}"}),
    Deed("DELETE /api/sites/{site_id}/assignments/{user_id}"),
    Deed("POST /api/sites/{site_id}/assignments", {"user_id": "{user_id}"}),
    Deed("DELETE /api/devices/{device_id}/credentials/{credential_id}"),
    Deed("POST /api/devices/{device_id}/credentials"),
    Deed("POST /api/devices/{device_id}/credentials/rotate"),
    Deed("POST /api/gateways/{gateway_id}/credentials", gives="credential_id"),
    Deed("DELETE /api/gateways/{gateway_id}/credentials/{credential_id}"),
    Deed("POST /api/gateways/{gateway_id}/credentials/rotate"),
    Deed("DELETE /api/tariff-assignments/{assignment_id}"),
    Deed("DELETE /api/tariffs/{tariff_id}"),
    Deed("POST /api/tariffs", {"name": "Other", "currency": "EUR", "versions": TERMS}, gives="tariff_id"),
    Deed("PUT /api/tariffs/{tariff_id}", {"name": "Yet other", "currency": "EUR", "versions": TERMS}, "?version=1"),
    Deed("POST /api/tariff-assignments", {"tariff_id": "{tariff_id}", "site_id": "{site_id}", "since": "2026-01-01"}),
    Deed("POST /api/support/conversations/{conversation_id}/claim"),
    Deed("POST /api/support/conversations/{conversation_id}/notes", {"text": "She is right."}),
    Deed("PUT /api/support/conversations/{conversation_id}/labels", {"labels": ["meter"]}),
    Deed("POST /api/support/conversations/{conversation_id}/transfer", {"to": "{other_administrator}"}),
    Deed("POST /api/support/conversations/{conversation_id}/release"),
    Deed("POST /api/support/conversations/{conversation_id}/resolve"),
    Deed("PUT /api/support/canned-replies/{reply_id}", {"shortcut": "hello-again", "text": "Hello."}),
    Deed("DELETE /api/support/canned-replies/{reply_id}"),
    Deed("POST /api/support/canned-replies", {"shortcut": "bye", "text": "Bye."}, gives="reply_id"),
    Deed("PUT /api/support/business-hours", {"time_zone": "Etc/UTC", "week": WEEK}),
    Deed("PUT /api/support/model", {"on": False}),
    Deed("PUT /api/support/knowledge", {"yaml": "{knowledge}"}),
    Deed("POST /api/support/knowledge/versions/{number}/restore"),
    Deed("DELETE /api/auth/accounts/{user_id}/api-keys/{key_id}"),
    Deed("DELETE /api/auth/accounts/{user_id}/second-factor"),
    Deed("DELETE /api/auth/accounts/{user_id}/sessions/{session_id}"),
    Deed("DELETE /api/auth/accounts/{user_id}/sessions"),
    Deed("POST /api/users/{user_id}/deactivate"),
    Deed("POST /api/users/{user_id}/reactivate"),
    Deed("DELETE /api/gateways/{gateway_id}"),
    Deed("DELETE /api/devices/{device_id}"),
    Deed("DELETE /api/sites/{site_id}"),
    Deed("DELETE /api/users/{user_id}"),
    Deed("POST /api/users", {"name": "Dan", "email": "dan@example.org", "role": "client"}),
    Deed("POST /api/sites", NEW),
    Deed("POST /api/devices", NEW | {"kind": "interval", "interval_s": 60}),
    Deed("POST /api/gateways", {"name": "Another"}),
    Deed(
        "POST /api/devices/import", options={"content": b"name,kind,time_zone,interval_s\nTyped,interval,Etc/UTC,60\n"}
    ),
    Deed("POST /api/imports", options={"files": {"file": ("history.csv", b"nothing to see")}}),
)
ONES_OWN: Final = "nobody but its owner reaches it, an administrator neither"
CHANGES_NOTHING: Final = "asks, and changes nothing"
OF_THE_CLIENT: Final = "the client's part of the conversation; an administrator's words stand in it under their name"
#: Those that are not in the log, or that another test tries.
EXCEPTIONS: Final = {
    "DELETE /api/auth/sessions/{session_id}": ONES_OWN,
    "DELETE /api/auth/api-keys/{key_id}": ONES_OWN,
    "POST /api/notifications/{notification_id}/read": ONES_OWN,
    "POST /api/alert-rules/devices/{device_id}/preview": CHANGES_NOTHING,
    "POST /api/support/knowledge/check": CHANGES_NOTHING,
    "POST /api/support/knowledge/try": CHANGES_NOTHING,
    "POST /api/support/canned-replies/{reply_id}/fill": CHANGES_NOTHING,
    "POST /api/notifications/deliveries/{delivery_id}/retry": "sends what was to be sent anyway",
    **dict.fromkeys(
        (
            f"POST /api/support/conversations/{{conversation_id}}/{part}"
            for part in (
                *("hand-over", "leave-queue", "marks", "rating", "messages", "messages/{sequence}/vote", "stop"),
                "attachments",
            )
        ),
        OF_THE_CLIENT,
    ),
    "POST /api/auth/signing-keys": "once in a while only: tests/integration/auth/test_keys.py",
    "POST /api/system/dead-letters/{queue}/{letter_id}/replay": "needs one: tests/integration/users/test_system.py",
    "DELETE /api/system/dead-letters/{queue}/{letter_id}": "needs one: tests/integration/users/test_system.py",
    "POST /api/imports/{import_id}/cancel": "needs one that goes on: tests/integration/balancer/test_imports.py",
}
#: What realtime has is each person's own.
LOGS: Final = [service for service in available_services() if service != "realtime"]


def test_every_way_to_change_what_is_others_is_tried_or_said_why_not():
    writes = {route for route in routes_for(Who.ADMINISTRATOR, Who.OWNER) if not route.startswith("GET")}
    tried = {deed.route for deed in DEEDS}
    assert tried | set(EXCEPTIONS) == writes
    assert tried & set(EXCEPTIONS) == set()


async def test_what_an_administrator_does_to_what_is_others_is_audited(town: Town) -> None:
    dora = await town.house.person("dora@example.org")
    now = town.house.clock()
    owned = await objects_of(town.house, town.administrator, dora)
    await town.house.sign_in("dora@example.org")  # one session to be ended by itself, one with all
    await enrol(town.house, dora)
    owned["other_administrator"] = (await town.house.person("eve@example.org", "administrator")).id
    owned["knowledge"] = (await town.administrator.ask("GET", "/api/support/knowledge")).json()["yaml"]
    owned |= {name: (now + timedelta(hours=hours)).isoformat() for name, hours in TIMES.items()}
    owned["rejected_id"] = await _rejected(town, owned)
    untold = {}
    for deed in DEEDS:
        method, path = town.path(deed.route, **owned)
        before = await _told(town)
        sent = {name: _filled(value, owned) for name, value in deed.body.items()}
        answer = await town.administrator.ask(method, path + deed.query, **(deed.options or {"json": sent}))
        if not answer.is_success or await _told(town) == before:
            untold[deed.route] = answer.text
        elif deed.gives:
            owned[deed.gives] = answer.json()["id"]
        await town.house.settle()
    assert not untold, json.dumps(untold, indent=1)
    # Others of these tests look whether anything changes.
    await eventually(lambda: _is_cleared(town, owned["alert_id"]))


def _filled(value: Any, owned: dict[str, Any]) -> Any:
    return value.format(**owned) if isinstance(value, str) else value


async def _rejected(town: Town, owned: dict[str, Any]) -> int:
    """A reading of the meter's that is from too far ahead."""
    meter = await town.house.nobody()
    headers = {"Authorization": f"Bearer {owned['credential']}"}
    at = (town.house.clock() + timedelta(days=400)).isoformat()
    reading = {"device_id": owned["device_id"], "timestamp": at, "value": 1.0}
    await meter.ask("POST", "/api/ingest", json=reading, headers=headers)
    found: list[dict[str, Any]] = []

    async def is_kept() -> bool:
        page = await town.administrator.ask("GET", f"/api/rejected-readings?device_id={owned['device_id']}")
        found[:] = page.json()["items"]
        return bool(found)

    await eventually(is_kept)
    return int(found[0]["id"])


async def _is_cleared(town: Town, alert_id: str) -> bool:
    return await town.house.query("monitoring", f"SELECT state FROM alert WHERE id = '{alert_id}'") == ["cleared"]


async def _told(town: Town) -> list[int]:
    mine = f"actor = 'user/{town.administrator.id}' AND address = '192.0.2.1'"
    return [await _count(town.house, each, mine) for each in LOGS]


async def _count(house: House, service: str, which: str) -> int:
    return int((await house.query(service, f"SELECT count(*) FROM audit WHERE {which}"))[0])
