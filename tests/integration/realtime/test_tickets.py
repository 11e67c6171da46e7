"""Getting in."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from kilowatch.realtime.api import TICKET_LIFETIME
from kilowatch.realtime.store.tickets import redeem
from tests.house import Person
from tests.integration.realtime.conftest import Replica, Town
from tests.realtime_client import open_tab


async def refusal(town: Town, ticket: str, replica: Replica | None = None, **options: object) -> int:
    with pytest.raises(InvalidStatus) as refused:
        async with open_tab((replica or town.replicas[0]).url, ticket, **options):
            pass
    response = refused.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    return int(response.status_code)


async def test_a_ticket_opens_one_socket(town: Town, ana: Person) -> None:
    ticket = await town.ticket(ana)
    async with open_tab(town.url, ticket) as tab:
        assert (await tab.next())["user_id"] == ana.id
        assert await refusal(town, ticket) == 401


async def test_an_address_gets_so_many_sockets_of_each_replica(
    town: Town, ana: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KILOWATCH_REALTIME_SOCKETS_OF_ADDRESS", "2")
    strict = await town.start_replica()
    async with town.tab(ana, strict), town.tab(bob, strict):
        assert await refusal(town, await town.ticket(ana), strict) == 429
        async with town.tab(ana) as elsewhere:
            assert (await elsewhere.next())["type"] == "welcome"


async def test_of_many_who_show_one_ticket_at_once_one_gets_in(town: Town, ana: Person) -> None:
    ticket = await town.ticket(ana)
    opened = await asyncio.gather(*(_gets_in(town, ticket) for _ in range(10)))
    assert sum(opened) == 1
    ticket, realtime = await town.ticket(ana), town.replicas[0].context
    async with realtime.database.transaction() as connection:  # also when they go to the database together
        first, second = await redeem(connection, [ticket, ticket], realtime.clock())
    assert first is not None
    assert (str(first.user_id), second) == (ana.id, None)


async def _gets_in(town: Town, ticket: str) -> bool:
    try:
        async with open_tab(town.url, ticket) as tab:
            return (await tab.next())["type"] == "welcome"
    except InvalidStatus:
        return False


async def test_what_is_no_ticket_opens_nothing(town: Town) -> None:
    for ticket in ("", "guess", "A" * 43, "\0", "' OR true --", "x" * 5_000):
        assert await refusal(town, ticket) == 401, ticket


async def test_an_access_token_is_no_ticket(town: Town, ana: Person) -> None:
    token = ana.answer["access_token"]
    assert await refusal(town, token, additional_headers={"Authorization": f"Bearer {token}"}) == 401


async def test_a_ticket_is_good_for_half_a_minute(town: Town, ana: Person) -> None:
    ticket = await town.ticket(ana)
    town.house.clock.advance(seconds=TICKET_LIFETIME.total_seconds() + 1)
    assert await refusal(town, ticket) == 401


async def test_a_ticket_is_worth_nothing_once_the_session_has_ended(town: Town, ana: Person) -> None:
    ticket = await town.ticket(ana)
    await ana.http.post("/api/auth/sign-out")
    await town.house.settle()
    assert await refusal(town, ticket) == 401


async def test_the_table_does_not_say_the_ticket(town: Town, ana: Person) -> None:
    ticket = await town.ticket(ana)
    assert ticket not in str(await town.house.dump())


async def test_pages_of_other_origins_open_nothing(town: Town, ana: Person) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://localhost:8080.evil.example",
    ):
        assert await refusal(town, await town.ticket(ana), origin=origin) == 403, origin


async def test_pages_of_ours_open_sockets(town: Town, ana: Person) -> None:
    for origin in (town.url, "http://localhost:8080"):  # the host that is asked, and the public URL
        async with town.tab(ana, origin=origin) as tab:
            assert (await tab.next())["type"] == "welcome"


async def test_a_person_has_so_many_sockets_and_no_more(town: Town, ana: Person, bob: Person) -> None:
    hub = town.replicas[0].context.hub
    allowed = town.replicas[0].context.settings.realtime_sockets_of_user
    tabs = [await town.stack.enter_async_context(town.tab(ana)) for _ in range(allowed)]
    assert await refusal(town, await town.ticket(ana)) == 429
    async with town.tab(bob) as tab:
        assert (await tab.next())["type"] == "welcome"
    for tab in tabs:
        await tab.socket.close()
    assert len(hub) < allowed
    async with town.tab(ana) as tab:
        assert (await tab.next())["type"] == "welcome"
