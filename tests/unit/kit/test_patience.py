import pytest

from kilowatch.kit.errors import Invalid, Unavailable
from kilowatch.kit.patience import patiently


class Server:
    """Refuses a number of times."""

    def __init__(self, refusals: int, error: Exception) -> None:
        self.asked = 0
        self._refusals = refusals
        self._error = error

    async def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self._refusals:
            raise self._error
        return "open"


async def test_what_is_away_for_a_moment_is_waited_for():
    assert await patiently(Server(3, Unavailable("It starts.")), pause_s=0) == "open"


async def test_the_wait_has_an_end_and_the_reason_is_told():
    with pytest.raises(Unavailable, match="is gone"):
        await patiently(Server(1_000_000, Unavailable("It is gone.")), patience_s=0.01, pause_s=0)


async def test_what_does_not_pass_is_not_waited_for():
    server = Server(1, Invalid("There is no such service."))
    with pytest.raises(Invalid):
        await patiently(server, pause_s=0)
    assert server.asked == 1
