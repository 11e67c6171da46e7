"""What an administrator does to what belongs to others is in the log, by whom and from where."""

from typing import Any, Final

from tests.house import House, eventually
from tests.rights.conftest import Town, objects_of
from tests.rights.table import Who, routes_for

#: In an order in which each still finds its object. Support has a test of its own.
DEEDS: Final[dict[str, dict[str, Any]]] = {
    "POST /api/auth/accounts/{user_id}/link": {},
    "PATCH /api/users/{user_id}": {"name": "Dora the Second"},
    "PATCH /api/devices/{device_id}": {"name": "Another name"},
    "PATCH /api/gateways/{gateway_id}": {"name": "Another name"},
    "PATCH /api/sites/{site_id}": {"name": "Another name"},
    "DELETE /api/devices/{device_id}/assignments/{user_id}": {},
    "POST /api/devices/{device_id}/assignments": {"user_id": "{user_id}"},
    "DELETE /api/sites/{site_id}/assignments/{user_id}": {},
    "POST /api/sites/{site_id}/assignments": {"user_id": "{user_id}"},
    "DELETE /api/devices/{device_id}/credentials/{credential_id}": {},
    "POST /api/devices/{device_id}/credentials": {},
    "POST /api/devices/{device_id}/credentials/rotate": {},
    "POST /api/gateways/{gateway_id}/credentials": {},
    "POST /api/gateways/{gateway_id}/credentials/rotate": {},
    "DELETE /api/tariff-assignments/{assignment_id}": {},
    "DELETE /api/tariffs/{tariff_id}": {},
    "DELETE /api/auth/accounts/{user_id}/api-keys/{key_id}": {},
    "DELETE /api/auth/accounts/{user_id}/sessions/{session_id}": {},
    "POST /api/users/{user_id}/deactivate": {},
    "POST /api/users/{user_id}/reactivate": {},
    "DELETE /api/gateways/{gateway_id}": {},
    "DELETE /api/devices/{device_id}": {},
    "DELETE /api/sites/{site_id}": {},
    "DELETE /api/users/{user_id}": {},
}


async def test_what_an_administrator_does_to_what_is_others_is_audited(town: Town) -> None:
    dora = await town.house.person("dora@example.org")
    owned = await objects_of(town.house, town.administrator, dora)
    assert set(DEEDS) <= set(routes_for(Who.ADMINISTRATOR))
    untold = {}
    for route, body in DEEDS.items():
        method, path = town.path(route, **owned)
        before = await _told(town)
        sent = {name: text.format(**owned) for name, text in body.items()}
        answer = await town.administrator.ask(method, path, json=sent)
        if not answer.is_success or await _told(town) == before:
            untold[route] = answer.text
        await town.house.settle()
    assert untold == {}
    await eventually(
        lambda: _is_cleared(town, owned["alert_id"])
    )  # others of these tests look whether anything changes


async def _is_cleared(town: Town, alert_id: str) -> bool:
    return await town.house.query("monitoring", f"SELECT state FROM alert WHERE id = '{alert_id}'") == ["cleared"]


async def _told(town: Town) -> list[int]:
    mine = f"actor = 'user/{town.administrator.id}' AND address = '192.0.2.1'"
    return [await _count(town.house, each, mine) for each in ("auth", "users", "devices", "monitoring")]


async def _count(house: House, service: str, which: str) -> int:
    return int((await house.query(service, f"SELECT count(*) FROM audit WHERE {which}"))[0])
