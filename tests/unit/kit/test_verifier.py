"""What a process that checks tokens does when keys, sessions and clocks move."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kilowatch.auth.domain.signing import SigningKey
from kilowatch.auth.tokens import Signer, key_set, new_signing_key
from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Unauthenticated, Unavailable
from kilowatch.kit.security import Verifier
from kilowatch.kit.vault import Vault

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
VAULT = Vault("secret", "auth")
USER, SESSION = uuid4(), uuid4()


class Publisher:
    """Stands for `auth`."""

    def __init__(self) -> None:
        self.now = NOW
        self.keys: list[SigningKey] = [new_signing_key("first", VAULT, NOW, NOW)]
        self.ended: list[UUID] = []
        self.is_away = False
        self.asked = 0

    async def fetch(self) -> Mapping[str, object]:
        self.asked += 1
        if self.is_away:
            raise Unavailable("auth does not answer")
        return key_set(self.keys, self.ended)

    def token(self, key: int = -1) -> str:
        return Signer(self.keys[key], VAULT, NOW).for_user(USER, Role.CLIENT, SESSION)


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def verifier(publisher: Publisher) -> Verifier:
    return Verifier(publisher.fetch, lambda: publisher.now)


async def test_a_remembered_token_still_expires(publisher: Publisher, verifier: Verifier):
    token = publisher.token()
    await verifier.verify(token)
    publisher.now += timedelta(minutes=10, seconds=6)
    with pytest.raises(Unauthenticated, match="expired"):
        await verifier.verify(token)


async def test_a_remembered_token_ends_with_its_session(publisher: Publisher, verifier: Verifier):
    token = publisher.token()
    await verifier.verify(token)
    publisher.ended = [SESSION]
    await verifier.fetch_now()
    with pytest.raises(Unauthenticated, match="ended"):
        await verifier.verify(token)


async def test_a_remembered_token_ends_with_its_key(publisher: Publisher, verifier: Verifier):
    token = publisher.token()
    await verifier.verify(token)
    publisher.keys = [new_signing_key("second", VAULT, NOW, NOW)]
    await verifier.fetch_now()
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_forged_key_ids_do_not_make_it_ask_again_and_again(publisher: Publisher, verifier: Verifier):
    await verifier.fetch_now()
    for number in range(50):
        forged = jwt.encode(
            {"sub": "user/1"}, Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": str(number), "typ": "at+jwt"}
        )
        with pytest.raises(Unauthenticated):
            await verifier.verify(forged)
    assert publisher.asked <= 2


async def test_before_the_keys_are_known_nobody_is_told_to_sign_in_again(publisher: Publisher, verifier: Verifier):
    publisher.is_away = True
    for _ in range(3):
        with pytest.raises(Unavailable):
            await verifier.verify(publisher.token())


async def test_while_auth_is_away_what_is_known_goes_on(publisher: Publisher, verifier: Verifier):
    token = publisher.token()
    await verifier.verify(token)
    publisher.is_away = True
    with pytest.raises(Unavailable):
        await verifier.fetch_now()
    assert await verifier.verify(token)
