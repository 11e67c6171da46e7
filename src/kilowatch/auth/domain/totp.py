"""Time-based one-time passwords, RFC 6238, as authenticator apps expect them: SHA-1, six digits, 30 s."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def code_at(secret: bytes, step: int) -> str:
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, code: str, now: datetime, last_step: int) -> int | None:
    """The time step whose code this is: this one or a neighbour, as clocks differ, and later than `last_step`.

    Store the step and pass it as `last_step` the next time: a code counts once.
    """
    present = step_at(now)
    matches = [step for step in (present - 1, present, present + 1) if _same(code_at(secret, step), code)]
    return next((step for step in matches if step > last_step), None)


def otpauth_uri(secret: bytes, email: str) -> str:
    """What the QR code for an authenticator app says."""
    parameters = urlencode({"secret": secret_text(secret), "issuer": "Kilowatch"})
    return f"otpauth://totp/Kilowatch:{quote(email, safe='')}?{parameters}"


def secret_text(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
