"""Signing in and out, and the list of one's sessions."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from kilowatch.auth.api.context import Auth, AuthContext, Body, Code, Email, browser_of, refuse_throttled
from kilowatch.auth.api.cookie import CookieJar, Cookies, RefreshCookie, parts_of
from kilowatch.auth.domain.passwords import normal_password
from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, Session
from kilowatch.auth.handlers import sessions
from kilowatch.auth.handlers.sessions import Refused, SecondFactorNeeded, SignedIn
from kilowatch.auth.handlers.throttling import TooOften
from kilowatch.auth.store import sessions as session_store
from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Forbidden, Unauthenticated
from kilowatch.kit.fields import TypedSecret
from kilowatch.kit.http import AnonymousOrigin, SignedInOrigin
from kilowatch.kit.http import SignedIn as Asking

router = APIRouter(tags=["sign-in"])


class SignInBody(Body):
    email: Email
    password: TypedSecret
    code: Code | None = None  #: of the authenticator app, or a recovery code


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInAnswer:
    access_token: str
    expires_in: int  #: seconds
    user_id: UUID
    role: Role
    outcome: Literal["signed_in"] = "signed_in"
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105


@dataclass(frozen=True, slots=True)
class SecondFactorAnswer:
    """The password is right; ask for the code and sign in again with both."""

    outcome: Literal["second_factor_needed"] = "second_factor_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAnswer:
    id: UUID
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    current: bool  #: the one that asks


async def _from_our_pages(
    auth: Auth,
    host: Annotated[str, Header(include_in_schema=False)] = "",
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
    sec_fetch_site: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> None:
    """SameSite=Strict still lets a sister site (another port, another subdomain) send the cookie; this does not.

    Browsers from before 2023 say only from which origin a POST comes.
    """
    if sec_fetch_site is None and origin is not None:
        ours = parts_of(origin).netloc in {host, parts_of(auth.public_url).netloc}
    else:
        ours = sec_fetch_site in {None, "same-origin", "none"}
    if not ours:
        raise Forbidden("This is for Kilowatch's own pages.")


OWN_PAGES: Final = [Depends(_from_our_pages)]


@router.post("/api/auth/sign-in", dependencies=OWN_PAGES)
async def sign_in(
    auth: Auth,
    origin: AnonymousOrigin,
    request: Request,
    response: Response,
    cookies: Cookies,
    body: SignInBody,
    cookie: RefreshCookie = None,
) -> SignedInAnswer | SecondFactorAnswer:
    async with auth.working(origin) as work:
        candidate = await sessions.begin_sign_in(work, body.email)
    if isinstance(candidate, TooOften):
        refuse_throttled(candidate, work.now)
    # Between two transactions: no connection is held while the processor is busy with the hash.
    verdict = await auth.hasher.check(candidate.password, normal_password(body.password.get_secret_value()))
    async with auth.working(origin) as work:
        outcome = await sessions.finish_sign_in(work, candidate, verdict, body.code, browser_of(request, origin))
        if isinstance(outcome, SignedIn) and cookie:
            await sessions.sign_out(work, cookie)
    match outcome:
        case SignedIn():
            return _answer(response, cookies, outcome)
        case SecondFactorNeeded():
            return SecondFactorAnswer()
        case Refused():
            raise Unauthenticated("The e-mail, the password or the code is not right.")


@router.post("/api/auth/refresh", dependencies=OWN_PAGES)
async def refresh(
    auth: Auth, origin: AnonymousOrigin, response: Response, cookies: Cookies, cookie: RefreshCookie = None
) -> SignedInAnswer:
    async with auth.working(origin) as work:
        outcome = await sessions.refresh(work, cookie or "")
    match outcome:
        case SignedIn():
            return _answer(response, cookies, outcome)
        case Refused():
            raise Unauthenticated("You are not signed in any more.")


@router.post("/api/auth/sign-out", status_code=HTTPStatus.NO_CONTENT, dependencies=OWN_PAGES)
async def sign_out(auth: Auth, origin: AnonymousOrigin, cookies: Cookies, cookie: RefreshCookie = None) -> None:
    async with auth.working(origin) as work:
        await sessions.sign_out(work, cookie or "")
    cookies.forget()


@router.post("/api/auth/sign-out-everywhere", status_code=HTTPStatus.NO_CONTENT)
async def sign_out_everywhere(auth: Auth, me: Asking, origin: SignedInOrigin, cookies: Cookies) -> None:
    async with auth.working(origin) as work:
        await sessions.end_all_sessions(work, me.user_id)
    cookies.forget()


@router.get("/api/auth/sessions")
async def list_my_sessions(auth: Auth, me: Asking) -> list[SessionAnswer]:
    return await list_sessions(auth, me.user_id, me.session_id)


@router.delete("/api/auth/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
async def end_my_session(auth: Auth, me: Asking, origin: SignedInOrigin, session_id: UUID) -> None:
    async with auth.working(origin) as work:
        await sessions.end_session(work, me.user_id, session_id)


async def list_sessions(auth: AuthContext, user_id: UUID, asking: UUID) -> list[SessionAnswer]:
    async with auth.database.transaction() as connection:
        found = await session_store.of_user(connection, user_id, auth.clock())
    return [session_answer(session, asking) for session in found]


def session_answer(session: Session, asking: UUID | None = None) -> SessionAnswer:
    return SessionAnswer(
        id=session.id,
        created_at=session.created_at,
        used_at=session.rotated_at,
        expires_at=session.expires_at,
        address=session.address,
        user_agent=session.user_agent,
        current=session.id == asking,
    )


def _answer(response: Response, cookies: CookieJar, signed_in: SignedIn) -> SignedInAnswer:
    cookies.keep(signed_in.refresh_token.text, signed_in.session.expires_at)
    response.headers["Cache-Control"] = "no-store"
    return SignedInAnswer(
        access_token=signed_in.access_token,
        expires_in=int(ACCESS_LIFETIME.total_seconds()),
        user_id=signed_in.user.id,
        role=signed_in.user.role,
    )
