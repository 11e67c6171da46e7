"""No request makes the server fail, and every answer is as described. Some hundreds; `make fuzz` asks 10,000."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.rights.conftest import Town, open_town
from tests.rights.fuzzing import SHARES, campaigns, describe_internal, listening, run
from tests.rights.table import Who, routes_for

#: Of whom some hundreds of requests tell enough.
CALLERS = ("administrator", "service", "broker", "nobody")


@pytest.mark.slow  # three minutes
@pytest.mark.timeout(600)
async def test_no_request_makes_the_server_fail_and_every_answer_is_as_described(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    # A town of its own: in this one an administrator deletes whatever there is.
    async with open_town(fresh_url, tmp_path / "data") as town, listening(town) as door:
        every = await campaigns(town, examples=1, phases="fuzzing,stateful", seed=7)
        assert [campaign.caller for campaign in every] == [*SHARES]
        asked = {
            campaign.caller: await run(campaign, door, tmp_path) for campaign in every if campaign.caller in CALLERS
        }
    for caller in CALLERS:
        assert not asked[caller].failed, asked[caller].report
        assert asked[caller].requests, asked[caller].report


async def test_every_route_inside_is_described_for_it(town: Town) -> None:
    described = describe_internal(town.house.app)["paths"]
    routes = routes_for(Who.SERVICE, Who.BROKER)
    assert {f"{method.upper()} {path}" for path, ways in described.items() for method in ways} == {
        *routes,
        "POST /internal/auth/service-token",
    }
