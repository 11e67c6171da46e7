"""What must be readable again, and not by whoever has only the database: sealed with a key from outside of it."""

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kilowatch.kit.errors import Unavailable

NONCE_BYTES: Final = 12


class Vault:
    """Keys for several purposes, all derived from one secret; a value sealed for one purpose opens for no other."""

    def __init__(self, secret: str, service: str) -> None:
        self._secret = secret.encode()
        self._service = service

    def seal(self, purpose: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key(purpose)).encrypt(nonce, plain, None)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Raises `Unavailable` when the secret is another than at the time of sealing."""
        try:
            return AESGCM(self._key(purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except InvalidTag as error:
            name = f"KILOWATCH_{self._service.upper()}_SECRET"
            raise Unavailable(f"{name} is not the one that this database was written with.") from error

    def sign(self, purpose: str, message: bytes) -> bytes:
        return hmac.digest(self._key(purpose), message, hashlib.sha256)

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, f"kilowatch/{self._service}/{purpose}".encode(), hashlib.sha256)
