"""One's own second factor."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Response

from kilowatch.auth.api.context import Auth, Body, Code
from kilowatch.auth.api.proof import prove_code, prove_password
from kilowatch.auth.domain.totp import otpauth_uri, secret_text
from kilowatch.auth.handlers import second_factor
from kilowatch.auth.handlers.passwords import uphold_proof
from kilowatch.auth.store import factors
from kilowatch.kit.fields import TypedSecret
from kilowatch.kit.http import SignedIn, SignedInOrigin

router = APIRouter(tags=["second factor"])


class ProofBody(Body):
    password: TypedSecret


class FactorProofBody(ProofBody):
    code: Code  #: of the authenticator app, or a recovery code


class ConfirmBody(Body):
    code: Code


@dataclass(frozen=True, slots=True)
class FactorAnswer:
    enabled: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class EnrolmentAnswer:
    secret: str  #: base 32, to be typed into the app
    uri: str  #: the same, for a QR code


@dataclass(frozen=True, slots=True)
class RecoveryAnswer:
    """Shown once; each code stands for the app once."""

    recovery_codes: list[str]


@router.get("/api/auth/second-factor")
async def show(auth: Auth, me: SignedIn) -> FactorAnswer:
    async with auth.database.transaction() as connection:
        enrolment = await factors.lock(connection, me.user_id)
        left = await factors.count_recovery_codes(connection, me.user_id)
    return FactorAnswer(enrolment is not None and enrolment.confirmed_at is not None, left)


@router.post("/api/auth/second-factor")
async def enrol(
    auth: Auth, me: SignedIn, origin: SignedInOrigin, response: Response, body: ProofBody
) -> EnrolmentAnswer:
    claim = await prove_password(auth, origin, me.user_id, body.password)
    async with auth.working(origin) as work:
        await uphold_proof(work, claim)
        secret = await second_factor.enrol(work, me.user_id)
    response.headers["Cache-Control"] = "no-store"
    return EnrolmentAnswer(secret_text(secret), otpauth_uri(secret, claim.user.email))


@router.post("/api/auth/second-factor/confirm")
async def confirm(
    auth: Auth, me: SignedIn, origin: SignedInOrigin, response: Response, body: ConfirmBody
) -> RecoveryAnswer:
    async with auth.working(origin) as work:
        codes = await second_factor.confirm(work, me.user_id, body.code)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryAnswer(codes)


@router.post("/api/auth/second-factor/recovery-codes")
async def renew_recovery_codes(
    auth: Auth, me: SignedIn, origin: SignedInOrigin, response: Response, body: FactorProofBody
) -> RecoveryAnswer:
    claim = await prove_password(auth, origin, me.user_id, body.password)
    await prove_code(auth, origin, claim, body.code)
    async with auth.working(origin) as work:
        await uphold_proof(work, claim)
        codes = await second_factor.renew_recovery_codes(work, me.user_id)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryAnswer(codes)


@router.post("/api/auth/second-factor/remove", status_code=HTTPStatus.NO_CONTENT)
async def remove(auth: Auth, me: SignedIn, origin: SignedInOrigin, body: FactorProofBody) -> None:
    claim = await prove_password(auth, origin, me.user_id, body.password)
    await prove_code(auth, origin, claim, body.code)
    async with auth.working(origin) as work:
        await uphold_proof(work, claim)
        await second_factor.remove(work, me.user_id)
