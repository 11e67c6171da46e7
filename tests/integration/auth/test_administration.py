"""What an administrator ends of somebody else's."""

from datetime import timedelta

from tests.eventually import eventually
from tests.house import House, Person


async def test_an_administrator_ends_one_session_of_another(house: House):
    here, there = await house.person("ana@example.org"), await house.sign_in("ana@example.org")
    administrator = await house.administrator()
    sessions = f"/api/auth/accounts/{here.id}/sessions"
    ended = await _session_of(there)
    assert (await administrator.ask("DELETE", f"{sessions}/{ended}")).status_code == 204
    assert ended not in {each["id"] for each in (await administrator.ask("GET", sessions)).json()}
    assert (await there.refresh()).status_code == 401
    await eventually(lambda: _is_refused(house, there))
    assert (await here.ask("GET", "/api/users/me")).status_code == 200
    assert await _told(administrator, "session.ended", here) == [{"session": ended}]


async def test_an_administrator_revokes_an_api_key_of_another(house: House):
    ana, administrator = await house.person("ana@example.org"), await house.administrator()
    expires_at = (house.clock() + timedelta(days=9)).isoformat()
    body = {"name": "Script", "scopes": ["read"], "expires_at": expires_at}
    made = (await ana.ask("POST", "/api/auth/api-keys", json=body)).json()
    exchange = {"api_key": made["api_key"]}
    script = Person(await house.browser(), (await ana.http.post("/api/auth/token", json=exchange)).json())
    assert (await script.ask("GET", "/api/users/me")).status_code == 200
    key = made["key"]["id"]
    assert (await administrator.ask("DELETE", f"/api/auth/accounts/{ana.id}/api-keys/{key}")).status_code == 204
    assert (await ana.ask("GET", "/api/auth/api-keys")).json() == []
    assert (await script.http.post("/api/auth/token", json=exchange)).status_code == 401
    await eventually(lambda: _is_refused(house, script))
    assert await _told(administrator, "api_key.revoked", ana) == [{"key": key}]


async def _session_of(person: Person) -> str:
    listed = (await person.ask("GET", "/api/auth/sessions")).json()
    return next(str(session["id"]) for session in listed if session["current"])


async def _is_refused(house: House, person: Person) -> bool:
    await house.verifier.fetch_now()  # every process does so every few seconds
    return (await person.ask("GET", "/api/users/me")).status_code == 401


async def _told(administrator: Person, action: str, about: Person) -> list[dict[str, str]]:
    """The details of what the log says this administrator has done to somebody."""
    entries = (await administrator.ask("GET", f"/api/audit?action={action}")).json()["items"]
    return [
        entry["detail"]
        for entry in entries
        if (entry["actor"], entry["object"]) == (f"user/{administrator.id}", f"user/{about.id}")
    ]
