"""What happens to an account while a password of it is being hashed, which waits its turn and may take seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from argon2 import PasswordHasher, extract_parameters
from pydantic import SecretStr

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.api.proof import prove_password
from kilowatch.auth.domain.sessions import Browser
from kilowatch.auth.handlers import passwords, sessions
from kilowatch.auth.handlers.projection import project_user
from kilowatch.auth.handlers.sessions import Candidate, Refused, SignedIn
from kilowatch.auth.handlers.throttling import TooOften
from kilowatch.auth.hashing import Verdict
from kilowatch.auth.store import accounts
from kilowatch.kit.audit import Origin
from kilowatch.kit.errors import Forbidden
from tests.conftest import CHEAP_HASHES
from tests.eventually import eventually
from tests.house import PASSWORD, House, Person, open_house

ANA = "ana@example.org"
NEW_PASSWORD = "seven loud lamps waltz"
ELSEWHERE = Origin("anonymous", "192.0.2.9")
OLDER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Attempt:
    """A sign-in whose password has been looked at and found right, and which is not finished yet."""

    auth: AuthContext
    candidate: Candidate
    verdict: Verdict

    async def finish(self) -> object:
        async with self.auth.working(ELSEWHERE) as work:
            return await sessions.finish_sign_in(work, self.candidate, self.verdict, None, _browser())


async def _deactivate(house: House, ana: Person) -> None:
    administrator = await house.administrator()
    await administrator.ask("POST", f"/api/users/{ana.id}/deactivate")
    await house.settle()


async def _change_password(house: House, ana: Person) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await ana.ask("POST", "/api/auth/password", json=body)).status_code == 204


async def _reset_password(house: House, ana: Person) -> None:
    administrator = await house.administrator()
    link = (await administrator.ask("POST", f"/api/auth/accounts/{ana.id}/link")).json()
    body = {"token": link["url"].partition("#token=")[2], "password": NEW_PASSWORD}
    assert (await ana.http.post("/api/auth/links/redeem", json=body)).status_code == 204


Meanwhile = Callable[[House, Person], Awaitable[None]]
EVERYTHING = pytest.mark.parametrize("meanwhile", [_deactivate, _change_password, _reset_password])


@EVERYTHING
async def test_a_sign_in_is_refused_when_what_it_was_judged_by_has_changed(house: House, meanwhile: Meanwhile):
    ana = await house.person(ANA)
    attempt = await _begun(house)
    await meanwhile(house, ana)
    assert isinstance(await attempt.finish(), Refused)


@EVERYTHING
async def test_a_proof_is_worth_nothing_when_what_it_was_judged_by_has_changed(house: House, meanwhile: Meanwhile):
    ana = await house.person(ANA)
    auth = house.context("auth")
    claim = await prove_password(auth, ELSEWHERE, UUID(ana.id), SecretStr(PASSWORD))
    await meanwhile(house, ana)
    before = await _stored_hash(house)
    with pytest.raises(Forbidden):
        async with auth.working(ELSEWHERE) as work:
            await passwords.change_password(work, claim, "a thief's", UUID(int=0))
    assert await _stored_hash(house) == before


async def test_a_deactivation_waits_for_the_session_that_is_being_made_and_ends_it(house: House):
    await house.person(ANA)
    attempt = await _begun(house)
    auth, user = attempt.auth, attempt.candidate.user
    assert user is not None

    async def deactivate() -> None:
        async with auth.working(Origin("service/users", "")) as work:
            await project_user(work, replace(user, version=user.version + 1, active=False))

    async with asyncio.TaskGroup() as group, auth.working(ELSEWHERE) as work:
        outcome = await sessions.finish_sign_in(work, attempt.candidate, attempt.verdict, None, _browser())
        assert isinstance(outcome, SignedIn)
        deactivation = group.create_task(deactivate())
        await eventually(lambda: _is_done_or_waits(house, deactivation))
    assert await house.query("auth", f"SELECT id FROM sessions WHERE user_id = '{user.id}'") == []


async def test_signing_in_renews_a_hash_that_was_made_with_older_parameters(house: House):
    ana = await house.person(ANA)
    await _store_hash(house, OLDER.hash(PASSWORD))
    changed_at = await house.query("auth", f"SELECT changed_at FROM passwords WHERE user_id = '{ana.id}'")
    assert (await house.sign_in(ANA)).id == ana.id
    settings = house.context("auth").settings
    renewed = extract_parameters(await _stored_hash(house))
    assert (renewed.time_cost, renewed.memory_cost) == (settings.argon2_passes, settings.argon2_memory_kib)
    assert await house.query("auth", f"SELECT changed_at FROM passwords WHERE user_id = '{ana.id}'") == changed_at
    assert (await house.sign_in(ANA)).id == ana.id


async def test_two_who_sign_in_at_once_while_the_hash_is_renewed_both_get_in(house: House):
    await house.person(ANA)
    await _store_hash(house, OLDER.hash(PASSWORD))
    first, second = await _begun(house), await _begun(house)
    assert first.verdict.upgraded
    assert second.verdict.upgraded
    for attempt in (first, second):
        assert isinstance(await attempt.finish(), SignedIn)
    assert (await house.sign_in(ANA)).answer["outcome"] == "signed_in"


async def test_the_hash_of_an_installation_that_nobody_has_set_anything_of_is_what_owasp_advises(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Argon2id with 19 MiB of memory, two passes and one lane (Password Storage Cheat Sheet)."""
    for name in CHEAP_HASHES:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with open_house(fresh_url, tmp_path) as house:
        assert (await house.administrator()).answer["role"] == "administrator"
        (stored,) = await house.query("auth", "SELECT hash FROM passwords")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_renewing_a_hash_does_not_bring_back_the_password_from_before_a_change(house: House):
    ana = await house.person(ANA)
    await _store_hash(house, OLDER.hash(PASSWORD))
    attempt = await _begun(house)
    assert attempt.verdict.upgraded
    await _change_password(house, ana)
    await attempt.finish()
    http = await house.browser()
    answer = await http.post("/api/auth/sign-in", json={"email": ANA, "password": PASSWORD})
    assert answer.status_code == 401
    assert (await house.sign_in(ANA, NEW_PASSWORD)).id == ana.id


async def _begun(house: House) -> Attempt:
    auth = house.context("auth")
    async with auth.working(ELSEWHERE) as work:
        candidate = await sessions.begin_sign_in(work, ANA)
    assert not isinstance(candidate, TooOften)
    verdict = await auth.hasher.check(candidate.password, PASSWORD)
    assert verdict.right
    return Attempt(auth, candidate, verdict)


def _browser() -> Browser:
    return Browser(address=ELSEWHERE.address, user_agent="")


async def _is_done_or_waits(house: House, task: asyncio.Task[None]) -> bool:
    return task.done() or bool(await house.query("auth", WAITING))


async def _stored_hash(house: House) -> str:
    of_ana = f"SELECT hash FROM passwords JOIN accounts ON id = user_id WHERE email = '{ANA}'"
    return str((await house.query("auth", of_ana))[0])


async def _store_hash(house: House, encoded: str) -> None:
    async with house.context("auth").database.transaction() as connection:
        user = await accounts.by_email(connection, ANA)
        assert user is not None
        await accounts.set_password(connection, user.id, encoded, house.clock())
