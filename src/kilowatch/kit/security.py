"""Who is asking: access tokens (Ed25519-signed JWT), verified anywhere through the key set that `auth` publishes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import jwt

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Unauthenticated

ALGORITHM: Final = "EdDSA"
ISSUER: Final = "kilowatch"
AUDIENCE: Final = "kilowatch"
#: A key set is asked for again at most this often, so that forged key ids cannot make us flood `auth`.
REFRESH_INTERVAL_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPrincipal:
    """A person, signed in."""

    user_id: UUID
    role: Role
    session_id: UUID
    scopes: frozenset[str] = frozenset()  #: empty: everything the role may; an API key narrows it

    @property
    def actor(self) -> str:
        return f"user/{self.user_id}"


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """Another service of this installation."""

    service: str

    @property
    def actor(self) -> str:
        return f"service/{self.service}"


Principal = UserPrincipal | ServicePrincipal

#: Gives the JSON Web Key Set of `auth`. Raises `Unavailable`.
FetchKeySet = Callable[[], Awaitable[Mapping[str, object]]]


class Verifier:
    """Checks access tokens. Knows public keys only, and fetches them again when it meets a new key id."""

    def __init__(self, fetch: FetchKeySet) -> None:
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Principal:
        """Say whose token it is. Raises `Unauthenticated`."""
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=5,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            return principal_of(claims)
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise Unauthenticated("The access token is not valid; sign in again.") from error

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys:
            await self._refresh(key_id)
        if key_id not in self._keys:
            raise Unauthenticated("The access token was signed with an unknown key; sign in again.")
        return self._keys[key_id]

    async def _refresh(self, key_id: str) -> None:
        async with self._lock:
            if key_id in self._keys or time.monotonic() - self._fetched_at < REFRESH_INTERVAL_S:
                return
            key_set = jwt.PyJWKSet.from_dict(dict(await self._fetch()))
            self._keys = {str(key.key_id): key for key in key_set.keys}
            self._fetched_at = time.monotonic()


def principal_of(claims: Mapping[str, object]) -> Principal:
    """Read the claims of a verified token. Raises `KeyError` or `ValueError` when they are not ours."""
    kind, _, name = str(claims["sub"]).partition("/")
    match kind:
        case "user":
            return UserPrincipal(
                user_id=UUID(name),
                role=Role(str(claims["role"])),
                session_id=UUID(str(claims["sid"])),
                scopes=frozenset(str(claims.get("scope", "")).split()),
            )
        case "service":
            return ServicePrincipal(name)
        case _:
            raise ValueError(f"unknown subject {kind!r}")
