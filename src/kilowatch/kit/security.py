"""Who is asking: access tokens (Ed25519-signed JWT), verified anywhere through the key set that `auth` publishes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import jwt
from jwt.types import Options

from kilowatch.contracts.accounts import Role
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.errors import KilowatchError, Unauthenticated, Unavailable
from kilowatch.kit.tasks import wait_for_any

ALGORITHM: Final = "EdDSA"
ISSUER: Final = "kilowatch"
AUDIENCE: Final = "kilowatch"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105  (RFC 9068: nothing else that we sign passes for an access token)
#: What clocks of two machines may differ by.
LEEWAY_S: Final = 5.0
_OPTIONS: Final[Options] = {
    "require": ["exp", "iat", "sub", "aud", "iss"],
    "strict_aud": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
#: What a verifier knows is never older than this while `auth` answers; so fast does an ended session lose its access.
REFRESH_INTERVAL_S: Final = 4.0
#: A key id that nobody has heard of makes us ask at most this often, so that forged ones cannot flood `auth`.
UNKNOWN_KEY_INTERVAL_S: Final = 1.0
#: Tokens whose signature is remembered; about 1 kB each.
TOKENS_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPrincipal:
    """A person, signed in."""

    user_id: UUID
    role: Role
    session_id: UUID
    scopes: frozenset[str] = frozenset()  #: empty: everything the role may; an API key narrows it
    until: datetime | None = field(default=None, compare=False)  #: when the token ends that says so

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

#: `read`, `write`, or either for one area of the API only: `devices:read`.
SCOPE_PATTERN: Final = r"^([a-z][a-z-]{0,31}:)?(read|write)$"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def permits(scopes: frozenset[str], method: str, path: str) -> bool:
    """Whether a token with these scopes may be used for a request; none at all narrow nothing.

    Who may write may read. Credentials are for people only: no API key makes another or changes a password.
    """
    if not scopes:
        return True
    # `/api/audit.csv` is of the same area as `/api/audit`.
    area = path.removeprefix("/api/").partition("/")[0].partition(".")[0]
    rights = {"read", "write"} if method in _READING else {"write"}
    return area != "auth" and any(right in scopes or f"{area}:{right}" in scopes for right in rights)


#: Gives the JSON Web Key Set of `auth`. Raises `Unavailable`.
FetchKeySet = Callable[[], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a token says whose signature is right."""

    principal: Principal
    begins: int
    ends: int

    def check(self, now: float) -> None:
        """Against our clock: the library would ask the operating system."""
        if now >= self.ends + LEEWAY_S:
            raise Unauthenticated("The access token has expired; refresh it.")
        if now < self.begins - LEEWAY_S:
            raise Unauthenticated("The access token is not valid yet.")


class Verifier:
    """Checks access tokens. Knows public keys and the sessions that ended before their tokens did."""

    def __init__(self, fetch: FetchKeySet, clock: Clock = system_clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._ended: frozenset[UUID] = frozenset()
        self._known: dict[str, _Signed] = {}
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Principal:
        """Say whose token it is. Raises `Unauthenticated`."""
        try:
            signed = self._known.get(token) or self._remember(token, await self._read(token))
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise Unauthenticated("The access token is not valid; sign in again.") from error
        signed.check(self._clock().timestamp())
        return self._unless_ended(signed.principal)

    def has_ended(self, session_id: UUID) -> bool:
        """Whether the session is known to have ended before its tokens."""
        return session_id in self._ended

    async def _read(self, token: str) -> _Signed:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TOKEN_TYPE:
            raise Unauthenticated("This is not an access token.")
        key = await self._key(str(header.get("kid")))
        return _signed(
            jwt.decode(token, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_OPTIONS)
        )

    def _remember(self, token: str, signed: _Signed) -> _Signed:
        """A token comes with every request for ten minutes, and its signature never gets worse."""
        if len(self._known) >= TOKENS_KNOWN:
            self._known.clear()
        self._known[token] = signed
        return signed

    async def keep_fresh(self, stopping: asyncio.Event) -> None:
        """The job of the process that verifies: hear of new keys before they sign, and of ended sessions."""
        while not stopping.is_set():
            with suppress(KilowatchError):
                await self.fetch_now()
            await wait_for_any(stopping, timeout_s=REFRESH_INTERVAL_S)

    def _unless_ended(self, principal: Principal) -> Principal:
        if isinstance(principal, UserPrincipal) and self.has_ended(principal.session_id):
            raise Unauthenticated("This session has ended; sign in again.")
        return principal

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys:
            await self._refresh(key_id)
        if not self._keys:
            raise Unavailable("The keys that tokens are signed with are not known yet.")
        if key_id not in self._keys:
            raise Unauthenticated("The access token was signed with an unknown key; sign in again.")
        return self._keys[key_id]

    async def _refresh(self, key_id: str) -> None:
        async with self._lock:
            if key_id in self._keys or time.monotonic() - self._tried_at < UNKNOWN_KEY_INTERVAL_S:
                return
            await self.fetch_now()

    async def fetch_now(self) -> None:
        """Hear what is new. Raises `Unavailable`."""
        # Noted before the answer: while `auth` is away, unknown keys must not queue up to wait for it one by one.
        self._tried_at = time.monotonic()
        key_set = dict(await self._fetch())
        keys = {str(key.key_id): key for key in jwt.PyJWKSet.from_dict(key_set).keys}
        if self._keys.keys() - keys.keys():
            self._known.clear()  # perhaps signed with a key that was withdrawn
        self._keys = keys
        self._ended = frozenset(UUID(str(session)) for session in _listed(key_set.get("ended_sessions")))


def _signed(claims: Mapping[str, Any]) -> _Signed:
    begins, ends = max(_seconds(claims["iat"]), _seconds(claims.get("nbf", 0))), _seconds(claims["exp"])
    return _Signed(principal_of(claims), begins, ends)


def _seconds(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number of seconds")
    return value


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


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
                until=datetime.fromtimestamp(_seconds(claims["exp"]), UTC) if "exp" in claims else None,
            )
        case "service":
            return ServicePrincipal(name)
        case _:
            raise ValueError(f"unknown subject {kind!r}")
