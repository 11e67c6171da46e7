import asyncio
import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import KilowatchError, Unauthenticated, Unavailable
from kilowatch.kit.security import ALGORITHM, AUDIENCE, ISSUER, TOKEN_TYPE, ServicePrincipal, UserPrincipal, Verifier

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
USER, SESSION = uuid4(), uuid4()
CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "iat": NOW,
    "exp": NOW + timedelta(minutes=10),
    "sub": f"user/{USER}",
    "role": "client",
    "sid": str(SESSION),
}


class Published:
    """The key set of `auth`, and how often it was asked for."""

    def __init__(self) -> None:
        self.keys = {"one": Ed25519PrivateKey.generate()}
        self.ended: list[str] = []
        self.asked = 0
        self.away = False

    async def fetch(self) -> Mapping[str, object]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("auth does not answer.")
        return {"keys": [self._public(key_id) for key_id in self.keys], "ended_sessions": self.ended}

    def sign(self, claims: Mapping[str, object] | None = None, *, key_id: str = "one", **headers: str) -> str:
        key = self.keys.get(key_id) or Ed25519PrivateKey.generate()
        return jwt.encode(dict(claims or CLAIMS), key, ALGORITHM, headers={"kid": key_id, "typ": TOKEN_TYPE} | headers)

    def _public(self, key_id: str) -> dict[str, str]:
        public = json.loads(jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self.keys[key_id].public_key()))
        return public | {"kid": key_id, "alg": ALGORITHM, "use": "sig"}


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def verifier(published: Published) -> Verifier:
    return Verifier(published.fetch, clock=lambda: NOW)


async def test_a_good_token_says_who_it_is(published: Published, verifier: Verifier):
    principal = await verifier.verify(published.sign())
    assert principal == UserPrincipal(user_id=USER, role=Role.CLIENT, session_id=SESSION)


async def test_a_service_is_not_a_person(published: Published, verifier: Verifier):
    token = published.sign({**CLAIMS, "sub": "service/devices"})
    assert await verifier.verify(token) == ServicePrincipal("devices")


def _unsigned() -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content, default=str).encode()).decode().rstrip("=")

    claims = {**CLAIMS, "iat": NOW.timestamp(), "exp": NOW.timestamp() + 600, "role": "administrator"}
    return f"{part({'alg': 'none', 'typ': TOKEN_TYPE, 'kid': 'one'})}.{part(claims)}."


def _with_role(token: str, role: str) -> str:
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"role": role}).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


def _signed_with_the_public_key(published: Published) -> str:
    """The classic: the public key, which everybody has, used as the secret of a symmetric signature."""
    public = published.keys["one"].public_key().public_bytes_raw()
    return jwt.encode(dict(CLAIMS), public, "HS256", headers={"kid": "one", "typ": TOKEN_TYPE})


FORGED = {
    "no token at all": lambda _: "nonsense",
    "empty": lambda _: "",
    "not signed": lambda _: _unsigned(),
    "a role written over": lambda p: _with_role(p.sign(), "administrator"),
    "the public key as a secret": _signed_with_the_public_key,
    "somebody else's key under our id": lambda _: Published().sign(),
    "expired": lambda p: p.sign({**CLAIMS, "exp": NOW - timedelta(seconds=6)}),
    "not valid yet": lambda p: p.sign({**CLAIMS, "iat": NOW + timedelta(minutes=1)}),
    "another audience": lambda p: p.sign({**CLAIMS, "aud": "another"}),
    "another issuer": lambda p: p.sign({**CLAIMS, "iss": "another"}),
    "another kind of token": lambda p: p.sign(typ="JWT"),
    "no expiry": lambda p: p.sign({name: value for name, value in CLAIMS.items() if name != "exp"}),
    "an unknown role": lambda p: p.sign({**CLAIMS, "role": "emperor"}),
    "an unknown subject": lambda p: p.sign({**CLAIMS, "sub": "robot/1"}),
    "no session": lambda p: p.sign({name: value for name, value in CLAIMS.items() if name != "sid"}),
}


@pytest.mark.parametrize("how", FORGED)
async def test_a_token_that_is_not_ours_is_refused(published: Published, verifier: Verifier, how: str):
    with pytest.raises(Unauthenticated):
        await verifier.verify(FORGED[how](published))


async def test_a_new_key_is_known_without_a_restart(published: Published, verifier: Verifier):
    await verifier.verify(published.sign())
    verifier._tried_at = float("-inf")
    published.keys["two"] = Ed25519PrivateKey.generate()
    assert isinstance(await verifier.verify(published.sign(key_id="two")), UserPrincipal)


async def test_a_flood_of_unknown_keys_asks_auth_once(published: Published, verifier: Verifier):
    tokens = [published.sign(key_id=f"forged-{number}") for number in range(200)]
    outcomes = await asyncio.gather(*(verifier.verify(token) for token in tokens), return_exceptions=True)
    assert all(isinstance(outcome, Unauthenticated) for outcome in outcomes)
    assert published.asked == 1


async def test_a_flood_does_not_wait_in_line_for_an_auth_that_is_away(published: Published, verifier: Verifier):
    published.away = True
    tokens = [published.sign(key_id=f"forged-{number}") for number in range(200)]
    outcomes = await asyncio.gather(*(verifier.verify(token) for token in tokens), return_exceptions=True)
    assert all(isinstance(outcome, KilowatchError) for outcome in outcomes)
    assert published.asked == 1


async def test_known_keys_verify_while_auth_is_away(published: Published, verifier: Verifier):
    await verifier.verify(published.sign())
    published.away = True
    await verifier.verify(published.sign())


async def test_a_session_that_ended_loses_its_access_at_the_next_look(published: Published, verifier: Verifier):
    await verifier.verify(published.sign())
    published.ended.append(str(SESSION))
    await verifier.fetch_now()
    with pytest.raises(Unauthenticated, match="ended"):
        await verifier.verify(published.sign())
