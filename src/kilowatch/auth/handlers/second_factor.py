"""The second factor: an authenticator app, and recovery codes for when it is lost."""

import base64
import hashlib
import secrets
from dataclasses import replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from kilowatch.auth.domain.totp import SECRET_BYTES, matching_step
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import factors
from kilowatch.auth.store.factors import Enrolment
from kilowatch.kit.errors import Conflict, Invalid, NotFound

SECRET_PURPOSE: Final = "totp"  # noqa: S105  (names what the vault's key is for)
RECOVERY_CODES: Final = 10


class Judgement(StrEnum):
    NOT_NEEDED = "not_needed"
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


async def judge(work: Work, user_id: UUID, code: str | None) -> Judgement:
    """Look at the code that came with a password. A code that is right is used up."""
    enrolment = await factors.lock(work.connection, user_id)
    if enrolment is None or enrolment.confirmed_at is None:
        return Judgement.NOT_NEEDED
    if not code:
        return Judgement.MISSING
    secret = work.vault.open(SECRET_PURPOSE, enrolment.sealed_secret)
    step = matching_step(secret, code.replace(" ", ""), work.now, enrolment.last_step)
    if step is not None:
        await factors.note_step(work.connection, user_id, step)
        return Judgement.RIGHT
    used = await factors.use_recovery_code(work.connection, user_id, recovery_digest(code))
    if not used:
        return Judgement.WRONG
    await work.audit_as(f"user/{user_id}").record("recovery_code.used", f"user/{user_id}")
    return Judgement.RIGHT


async def enrol(work: Work, user_id: UUID) -> bytes:
    """A new secret for an authenticator app; it counts once a code of it has been seen. Raises `Conflict`."""
    enrolment = await factors.lock(work.connection, user_id)
    if enrolment and enrolment.confirmed_at:
        raise Conflict("A second factor is in use already; remove it first.")
    secret = secrets.token_bytes(SECRET_BYTES)
    sealed = work.vault.seal(SECRET_PURPOSE, secret)
    await factors.put(
        work.connection,
        Enrolment(user_id=user_id, sealed_secret=sealed, created_at=work.now, confirmed_at=None, last_step=0),
    )
    return secret


async def confirm(work: Work, user_id: UUID, code: str) -> list[str]:
    """From now on signing in needs a code. Gives the recovery codes, this once. Raises `Conflict`, `Invalid`."""
    enrolment = await factors.lock(work.connection, user_id)
    if enrolment is None or enrolment.confirmed_at:
        raise Conflict("There is no second factor that waits to be confirmed.")
    secret = work.vault.open(SECRET_PURPOSE, enrolment.sealed_secret)
    step = matching_step(secret, code.replace(" ", ""), work.now, enrolment.last_step)
    if step is None:
        raise Invalid("That is not the code that the app shows now; is the clock of the phone right?")
    await factors.put(work.connection, replace(enrolment, confirmed_at=work.now, last_step=step))
    await work.audit.record("second_factor.confirmed", f"user/{user_id}")
    return await renew_recovery_codes(work, user_id)


async def renew_recovery_codes(work: Work, user_id: UUID) -> list[str]:
    """New codes; the old ones are worth nothing any more. Raises `Conflict`."""
    enrolment = await factors.lock(work.connection, user_id)
    if enrolment is None or enrolment.confirmed_at is None:
        raise Conflict("There is no second factor.")
    codes = [_readable(secrets.token_bytes(10)) for _ in range(RECOVERY_CODES)]
    await factors.replace_recovery_codes(work.connection, user_id, [recovery_digest(code) for code in codes])
    await work.audit.record("recovery_codes.made", f"user/{user_id}")
    return codes


async def remove(work: Work, user_id: UUID) -> None:
    """Raises `NotFound`."""
    if not await factors.remove(work.connection, user_id):
        raise NotFound("There is no second factor.")
    await work.audit.record("second_factor.removed", f"user/{user_id}")


def _readable(code: bytes) -> str:
    """`abcd-efgh-…`: base 32 has no letter that looks like a digit it also has."""
    text = base64.b32encode(code).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def recovery_digest(code: str) -> bytes:
    """Codes carry 80 random bits, so a fast hash is enough; dashes and case are for the eye."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).digest()
