"""No request makes the server fail, and every answer is as described. Some hundreds; `make fuzz` asks 10,000."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.rights.conftest import open_town
from tests.rights.fuzzing import campaigns, listening, run


@pytest.mark.slow  # two minutes
@pytest.mark.timeout(600)
async def test_no_request_makes_the_server_fail_and_every_answer_is_as_described(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    # A town of its own: in this one an administrator deletes whatever there is.
    async with open_town(fresh_url, tmp_path / "data") as town, listening(town) as door:
        administrator, *_ = await campaigns(town, examples=1, phases="fuzzing,stateful", seed=7)
        outcome = await run(administrator, door, town, tmp_path)
    assert not outcome.failed, outcome.report
    assert outcome.requests, outcome.report
