"""`If-Match`: the version that somebody looked at before they changed it."""

import pytest


@pytest.mark.parametrize("version", ["9" * 19, "9" * 5000, '"', "-1", "²"])
async def test_what_cannot_be_a_version_is_not_valid(running, version: str) -> None:
    path = f"/api/devices/{(await running.register())['id']}"
    headers = {"If-Match": f'"{version}"'.encode("latin-1")}
    answer = await running.admin.patch(path, json={"name": "B"}, headers=headers)
    assert answer.status_code == 422, answer.text
