"""One tab: getting in, hearing what is one's own, being closed."""

from tests.integration.realtime.conftest import Town, raised


async def test_who_opens_a_socket_hears_of_their_alerts(town: Town) -> None:
    ana = await town.house.person("ana@example.org")
    async with town.tab(ana) as tab:
        welcome = await tab.next()
        assert (welcome["type"], welcome["user_id"], welcome["role"]) == ("welcome", ana.id, "client")
        started = await tab.start("alerts")
        assert (started["recovered"], started["channels"]) == (False, ["alerts"])
        await town.publish(raised(ana, device_name="Heat pump"))
        frame = await tab.until("alert.raised")
        assert frame["sequence"] == started["position"]["sequence"] + 1
        assert frame["data"]["device_name"] == "Heat pump"
        assert "user_ids" not in frame["data"]
