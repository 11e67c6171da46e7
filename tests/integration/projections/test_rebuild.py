"""One command builds every projection again."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from kilowatch.administration import rebuild_projections
from kilowatch.kit.errors import Invalid
from kilowatch.process import available_services
from kilowatch.users.app import appoint_administrator
from tests.house import PASSWORD

EMAIL = "unheard@example.org"


async def test_one_command_tells_every_service_what_it_has_missed(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {service: await fresh_url(service) for service in available_services()}
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    for service, url in urls.items():
        monkeypatch.setenv(f"KILOWATCH_{service.upper()}_DATABASE_URL", url.replace("+asyncpg", ""))
    await appoint_administrator(urls["users"], EMAIL, "Unheard")
    said: list[str] = []
    await rebuild_projections(tmp_path, [], said.append)
    assert {line.partition(":")[0] for line in said} >= {
        "auth",
        "devices",
        "balancer",
        "monitoring",
        "realtime",
        "support",
    }
    held = {"auth": "accounts", "devices": "users", "realtime": "recipient", "support": "people"}
    for service, table in held.items():
        assert await _count(urls[service], table) == 1, service


async def test_who_keeps_nothing_of_others_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="users keeps nothing of others"):
        await rebuild_projections(tmp_path, ["users"], print)


async def _count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=10)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table} WHERE email = $1", EMAIL))
    finally:
        await connection.close()
