"""Passwords at the edge: hashed or checked between two transactions, never inside one."""

from uuid import UUID

from pydantic import SecretStr

from kilowatch.auth.api.context import AuthContext, refuse_throttled
from kilowatch.auth.domain.passwords import normal_password, password_problem
from kilowatch.auth.handlers import passwords, throttling
from kilowatch.auth.handlers.passwords import Claim
from kilowatch.auth.handlers.throttling import TooOften
from kilowatch.auth.hashing import common_passwords
from kilowatch.kit.audit import Origin
from kilowatch.kit.errors import Forbidden, Invalid


async def prove_password(auth: AuthContext, origin: Origin, user_id: UUID, typed: SecretStr) -> Claim:
    """Before anything that an open, unwatched browser must not be enough for. Raises `Forbidden`, `Throttled`.

    Whoever acts on it does so after `uphold_proof`, in one transaction.
    """
    async with auth.working(origin) as work:
        claim = await passwords.begin_proof(work, user_id)
    if isinstance(claim, TooOften):
        refuse_throttled(claim, work.now)
    verdict = await auth.hasher.check(claim.password, normal_password(typed.get_secret_value()))
    async with auth.working(origin) as work:
        await passwords.note_proof(work, claim, verdict.right)
    if not verdict.right:
        raise Forbidden(passwords.NOT_RIGHT)
    return claim


async def prove_code(auth: AuthContext, origin: Origin, claim: Claim, code: str) -> None:
    """After the password, before the second factor itself changes: else a stolen password were enough to be rid of it.

    Charged by itself, so that who knows the password cannot guess. Raises `Forbidden`, `Throttled`.
    """
    async with auth.working(origin) as work:
        too_often = await throttling.charge(work, claim.tries)
    if too_often:
        refuse_throttled(too_often, work.now)
    async with auth.working(origin) as work:
        right = await passwords.judge_code(work, claim, code)
    if not right:
        raise Forbidden(passwords.CODE_NOT_RIGHT)


async def hash_new_password(auth: AuthContext, typed: SecretStr, email: str) -> str:
    """Raises `Invalid` with what is wrong with it."""
    password = normal_password(typed.get_secret_value())
    if problem := password_problem(password, email, common_passwords()):
        raise Invalid(problem)
    return await auth.hasher.hash(password)
