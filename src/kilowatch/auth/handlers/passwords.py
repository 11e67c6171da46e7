"""Proving oneself again while signed in, and changing the password."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kilowatch.auth.handlers import second_factor, sessions, throttling
from kilowatch.auth.handlers.throttling import TooOften, Tries
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, factors, links
from kilowatch.auth.store.accounts import StoredPassword
from kilowatch.contracts.accounts import User
from kilowatch.kit.errors import Forbidden, Unauthenticated

NOT_RIGHT: Final = "The password is not right."
CODE_NOT_RIGHT: Final = "The code is not right."


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody signed in who says they know this password."""

    user: User
    tries: Tries
    password: StoredPassword | None


async def begin_proof(work: Work, user_id: UUID) -> Claim | TooOften:
    """The same counts as for signing in: a stolen session is not a way to guess faster."""
    user = await accounts.get(work.connection, user_id)
    if user is None or not user.active:
        raise Unauthenticated("You are not signed in any more.")
    tries = throttling.tries_of(user.email, work.origin.address)
    if too_often := await throttling.charge(work, tries):
        return too_often
    return Claim(user, tries, await accounts.password_of(work.connection, user_id))


async def note_proof(work: Work, claim: Claim, right: bool) -> None:
    if right:
        await throttling.give_back(work, claim.tries)
    else:
        await work.audit.record("password.refused", f"user/{claim.user.id}")


async def judge_code(work: Work, claim: Claim, code: str) -> bool:
    """Of the authenticator app, or a recovery code; it is used up. What was charged for a wrong one stays charged."""
    match await second_factor.judge(work, claim.user.id, code):
        case second_factor.Judgement.RIGHT | second_factor.Judgement.NOT_NEEDED:
            await throttling.give_back(work, claim.tries)
            return True
        case second_factor.Judgement.WRONG | second_factor.Judgement.MISSING:
            await work.audit.record("second_factor.refused", f"user/{claim.user.id}")
            return False


async def uphold_proof(work: Work, claim: Claim) -> None:
    """In the transaction that acts on the proof: it may be old by now. Raises `Forbidden`."""
    if await accounts.lock_proven(work.connection, claim.user.id, claim.password) is None:
        raise Forbidden(NOT_RIGHT)


async def change_password(work: Work, claim: Claim, encoded: str, keep: UUID) -> None:
    """Every other session ends; links that would set yet another password are void. Raises `Forbidden`."""
    await uphold_proof(work, claim)
    user = claim.user
    await accounts.set_password(work.connection, user.id, encoded, work.now)
    await links.remove_all(work.connection, user.id)
    await sessions.end_other_sessions(work, user.id, keep)
    await work.audit.record("password.changed", f"user/{user.id}")


async def rescue(work: Work, user_id: UUID, encoded: str) -> None:
    """Give an account a way in again, whether or not the news of it has arrived yet."""
    await accounts.lock(work.connection, user_id)
    await accounts.set_password(work.connection, user_id, encoded, work.now)
    await factors.remove(work.connection, user_id)
    await links.remove_all(work.connection, user_id)
    await sessions.end_all_sessions(work, user_id)
    await work.audit.record("password.given", f"user/{user_id}")
