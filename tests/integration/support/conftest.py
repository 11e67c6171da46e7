"""A house with support in it, for each test its own; and one with the meters that the assistant may read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from kilowatch.kit.database import Database
from tests.house import PASSWORD, House, open_house


@pytest.fixture
async def house(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path, ("auth", "users", "support")) as opened:
        yield opened


@pytest.fixture
async def support(database: Callable[[str], Awaitable[Database]]) -> Database:
    """The database of support alone, without the service."""
    return await database("support")
