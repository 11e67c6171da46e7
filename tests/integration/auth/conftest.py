"""A house with `auth` and `users` in it, for each test its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.house import PASSWORD, House, open_house


@pytest.fixture
async def house(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path) as opened:
        yield opened
