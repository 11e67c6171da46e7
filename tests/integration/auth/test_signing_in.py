"""Signing in, staying signed in, signing out."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.house import ADMIN_EMAIL, PASSWORD, House, open_house


@pytest.fixture
async def house(fresh_url, tmp_path, monkeypatch):
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path) as opened:
        yield opened


async def test_the_first_administrator_signs_in_and_sees_themselves(house: House):
    person = await house.administrator()
    me = await person.ask("GET", "/api/users/me")
    assert me.status_code == 200
    assert me.json()["email"] == ADMIN_EMAIL
    assert me.json()["role"] == "administrator"


async def test_a_reload_stays_signed_in(house: House):
    person = await house.administrator()
    again = await person.refresh()
    assert again.status_code == 200
    assert again.json()["user_id"] == person.id
