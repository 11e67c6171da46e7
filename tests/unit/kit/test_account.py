"""Who asks the public API for a command, against a server that answers from memory."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

import httpx2
import pytest

from kilowatch.kit.account import Account, SecondFactorNeeded
from kilowatch.kit.errors import Invalid

Server = Callable[[httpx2.Request], httpx2.Response]


@asynccontextmanager
async def account_at(server: Server) -> AsyncIterator[Account]:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(server), base_url="http://kilowatch") as http:
        yield Account(http, "ana@example.org", "secret")


async def test_a_token_that_has_ended_is_replaced_by_signing_in_again() -> None:
    tokens, paths = count(1), []

    def server(request: httpx2.Request) -> httpx2.Response:
        paths.append(request.url.path)
        if request.url.path == "/api/auth/sign-in":
            return httpx2.Response(200, json={"access_token": f"token-{next(tokens)}", "role": "client"})
        if request.headers["Authorization"] == "Bearer token-1":
            return httpx2.Response(401, json={"detail": "It has ended."})
        return httpx2.Response(200, json=["Boiler"])

    async with account_at(server) as account:
        assert await account.get("/api/devices") == ["Boiler"]
    assert paths == ["/api/auth/sign-in", "/api/devices"] * 2


async def test_what_fails_for_a_passing_reason_is_asked_again_and_what_is_wrong_is_told() -> None:
    answers = iter([(503, "Starting."), (429, "Too often."), (422, "No name.")])

    def server(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/auth/sign-in":
            return httpx2.Response(200, json={"access_token": "token", "role": "client"})
        status, detail = next(answers)
        return httpx2.Response(status, json={"detail": detail, "errors": ["name"]})

    async with account_at(server) as account:
        with pytest.raises(Invalid, match="name"):
            await account.post("/api/devices", {})


async def test_who_has_a_second_factor_needs_its_code() -> None:
    def server(request: httpx2.Request) -> httpx2.Response:
        if b"123456" in request.content:
            return httpx2.Response(200, json={"access_token": "token", "role": "client"})
        return httpx2.Response(200, json={"outcome": "second_factor"})

    async with account_at(server) as account:
        with pytest.raises(SecondFactorNeeded, match="second factor"):
            await account.get("/api/devices")
        await account.sign_in("123456")
        assert account.role == "client"
