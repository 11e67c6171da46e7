"""The second factor: an authenticator app, and recovery codes for when it is lost."""

import hashlib
from enum import StrEnum
from typing import Final
from uuid import UUID

from kilowatch.auth.domain.totp import matching_step
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import factors

SECRET_PURPOSE: Final = "totp"  # noqa: S105  (names what the vault's key is for)


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


def recovery_digest(code: str) -> bytes:
    """Codes carry 80 random bits, so a fast hash is enough; dashes and case are for the eye."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).digest()
