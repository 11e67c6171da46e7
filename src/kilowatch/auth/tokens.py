"""Makes the tokens: access tokens that `kit.security` verifies anywhere, refresh tokens that only we can read."""

import base64
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kilowatch.auth.domain.api_keys import ApiKey
from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, SERVICE_LIFETIME, Session
from kilowatch.auth.domain.signing import SigningKey
from kilowatch.contracts.accounts import Role
from kilowatch.kit.security import ALGORITHM, AUDIENCE, ISSUER, TOKEN_TYPE
from kilowatch.kit.vault import Vault

_KEY_PURPOSE: Final = "signing-key"
_REFRESH_PURPOSE: Final = "refresh-token"
_REFRESH_TOKEN: Final = re.compile(r"([0-9a-f]{32})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})")


def new_signing_key(key_id: str, vault: Vault, now: datetime, signs_from: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    return SigningKey(
        id=key_id,
        public_key=private.public_key().public_bytes_raw(),
        sealed_key=vault.seal(_KEY_PURPOSE, private.private_bytes_raw()),
        created_at=now,
        signs_from=signs_from,
    )


def key_set(keys: Iterable[SigningKey], ended_sessions: Iterable[UUID]) -> dict[str, object]:
    """A JSON Web Key Set (RFC 7517, RFC 8037), with a member of our own: sessions whose tokens hold no longer."""
    return {"keys": [_jwk(key) for key in keys], "ended_sessions": [str(session) for session in ended_sessions]}


def _jwk(key: SigningKey) -> dict[str, str]:
    x = base64.urlsafe_b64encode(key.public_key).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key.id, "x": x}


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key at one moment."""

    key: SigningKey
    vault: Vault
    now: datetime

    def for_user(self, user_id: UUID, role: Role, session_id: UUID) -> str:
        return self._sign(_of_user(user_id, role, session_id), ACCESS_LIFETIME)

    def for_api_key(self, key: ApiKey, role: Role) -> tuple[str, timedelta]:
        """A token that may do what the key's scopes say, and how long: it does not outlive its key."""
        lifetime = min(ACCESS_LIFETIME, key.expires_at - self.now)
        narrowed = {"scope": " ".join(key.scopes)} if key.scopes else {}
        return self._sign(_of_user(key.user_id, role, key.id) | narrowed, lifetime), lifetime

    def for_service(self, service: str) -> str:
        return self._sign({"sub": f"service/{service}"}, SERVICE_LIFETIME)

    def _sign(self, claims: dict[str, Any], lifetime: timedelta) -> str:
        issued = {"iss": ISSUER, "aud": AUDIENCE, "iat": self.now, "exp": self.now + lifetime}
        private = Ed25519PrivateKey.from_private_bytes(self.vault.open(_KEY_PURPOSE, self.key.sealed_key))
        return jwt.encode(claims | issued, private, ALGORITHM, headers={"kid": self.key.id, "typ": TOKEN_TYPE})


def _of_user(user_id: UUID, role: Role, session_id: UUID) -> dict[str, Any]:
    return {"sub": f"user/{user_id}", "role": role.value, "sid": str(session_id)}


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """`SESSION.GENERATION.MAC`.

    The last part is derived from the others with a key outside of the database and the session's salt. So nothing that
    signs anyone in is stored, an old token is told from a forged one without keeping old ones, and two tabs that
    refresh at once can be given the same successor.
    """

    session_id: UUID
    generation: int
    mac: str

    @property
    def text(self) -> str:
        return f"{self.session_id.hex}.{self.generation}.{self.mac}"

    def is_genuine(self, session: Session, vault: Vault) -> bool:
        expected = _mac(vault, self.session_id, self.generation, session.salt)
        return hmac.compare_digest(expected.encode(), self.mac.encode())


def current_refresh_token(session: Session, vault: Vault) -> RefreshToken:
    mac = _mac(vault, session.id, session.generation, session.salt)
    return RefreshToken(session.id, session.generation, mac)


def parse_refresh_token(text: str) -> RefreshToken | None:
    match = _REFRESH_TOKEN.fullmatch(text)
    return RefreshToken(UUID(hex=match[1]), int(match[2]), match[3]) if match else None


def _mac(vault: Vault, session_id: UUID, generation: int, salt: bytes) -> str:
    signed = vault.sign(_REFRESH_PURPOSE, session_id.bytes + generation.to_bytes(8, "big") + salt)
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
