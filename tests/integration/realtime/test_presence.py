"""Who is here, wherever their socket is."""

from tests.house import Person
from tests.integration.realtime.conftest import Town


async def test_staff_sees_who_comes_and_goes_at_every_replica(town: Town, ana: Person, bob: Person) -> None:
    operator = await town.person("operator")
    async with town.tab(ana, town.replicas[1]), town.tab(operator) as tab:
        await tab.start("staff/presence")
        await tab.until(lambda frame: frame["type"] == "presence" and ana.id in frame["online"])
        async with town.tab(bob):
            await tab.until(lambda frame: frame["type"] == "presence" and bob.id in frame["online"])
        await tab.until(lambda frame: frame["type"] == "presence" and bob.id in frame["offline"])
