"""`kilowatch watch`, up to the glass."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kilowatch.kit.account import open_account
from kilowatch.kit.errors import Unauthenticated
from kilowatch.realtime.socket import CloseCode
from kilowatch.realtime.terminal.client import Frame, device_names, frames
from kilowatch.realtime.terminal.picture import Picture
from kilowatch.realtime.terminal.watch import lines
from tests.house import PASSWORD, Person
from tests.integration.realtime.conftest import Town, raised


async def until(coming: AsyncIterator[Frame], picture: Picture, type_: str) -> str | None:
    async with asyncio.timeout(30):
        async for frame in coming:
            line = picture.take(frame)
            if frame["type"] == type_:
                return line
    pytest.fail(f"no {type_}")


async def test_who_watches_sees_alerts_once_also_over_a_lost_socket(town: Town, ana: Person) -> None:
    email = (await ana.ask("GET", "/api/users/me")).json()["email"]
    async with open_account(town.url, email, PASSWORD) as account:
        picture = Picture(await device_names(account))
        coming = frames(account, ["alerts", "live"])
        await until(coming, picture, "started")
        await town.publish(raised(ana, device_name="Boiler"))
        assert "Boiler: hourly limit raised: 2.00 kWh of 1.00 kWh" in str(await until(coming, picture, "alert.raised"))
        _send_back(town, ana)
        await town.publish(raised(ana, device_name="Oven"))
        assert "Oven" in str(await until(coming, picture, "alert.raised"))
        assert [alert["device_name"] for alert in picture.alerts] == ["Oven", "Boiler"]
        await account.sign_out()
        with pytest.raises(Unauthenticated):
            await until(coming, picture, "nothing")


async def test_who_cannot_resume_is_told_and_shown_the_alerts_that_there_are(town: Town, ana: Person) -> None:
    email = (await ana.ask("GET", "/api/users/me")).json()["email"]
    async with open_account(town.url, email, PASSWORD) as account:
        picture = Picture(await device_names(account))
        told = lines(account, picture)
        async with asyncio.timeout(30):
            while not picture.connected:
                await anext(told)
            assert not picture.incomplete  # who has just come has missed nothing
            await town.publish(raised(ana, device_name="Oven"))
            while not picture.alerts:
                await anext(told)
            await _lose_what_there_is_to_resume(town, ana)
            while "missed" not in (await anext(told) or ""):
                pass
        assert not picture.alerts  # monitoring knows nothing of the one that the test has made up
        await account.sign_out()


async def _lose_what_there_is_to_resume(town: Town, ana: Person) -> None:
    """As after a week away: the stream that the client knows is not there any more."""
    await town.house.query("realtime", f"DELETE FROM stream WHERE user_id = '{ana.id}' RETURNING user_id")
    _send_back(town, ana)


def _send_back(town: Town, person: Person) -> None:
    for socket in town.replicas[0].context.hub:
        if str(socket.user_id) == person.id:
            socket.close(CloseCode.RESUME, "Test")


async def test_a_wrong_password_is_told(town: Town) -> None:
    async with open_account(town.url, "nobody@example.org", "wrong") as account:
        with pytest.raises(Unauthenticated):
            await account.sign_in()
