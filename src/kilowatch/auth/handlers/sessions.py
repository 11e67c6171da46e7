"""Sessions: signing in, staying signed in, signing out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from kilowatch.auth.domain.sessions import Browser, Refresh, Session, begun, judge_refresh, rotated
from kilowatch.auth.handlers import second_factor, throttling
from kilowatch.auth.handlers.throttling import TooOften, Tries
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.hashing import Verdict
from kilowatch.auth.store import accounts, sessions
from kilowatch.auth.store.accounts import StoredPassword
from kilowatch.auth.tokens import RefreshToken, current_refresh_token, parse_refresh_token
from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import SessionEnded
from kilowatch.kit.errors import NotFound

SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who says they are this account, if there is one."""

    tries: Tries
    user: User | None
    password: StoredPassword | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    session: Session
    access_token: str
    refresh_token: RefreshToken


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password is right; the code of the authenticator app, or a recovery code, is needed as well."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not saying why is the point."""


async def begin_sign_in(work: Work, email: str) -> Candidate | TooOften:
    """Before the password is looked at. The same queries for every e-mail."""
    tries = throttling.tries_of(email, work.origin.address)
    # Who comes back too early is not even logged: else a stranger could fill the disk with it.
    if too_often := await throttling.charge(work, tries):
        return too_often
    user = await accounts.by_email(work.connection, email)
    password = await accounts.password_of(work.connection, user.id if user else uuid4())
    return Candidate(tries, user, password)


async def finish_sign_in(
    work: Work, candidate: Candidate, verdict: Verdict, code: str | None, browser: Browser
) -> SignedIn | SecondFactorNeeded | Refused:
    """After the password has been looked at, outside of any transaction."""
    claimed = candidate.user if verdict.right else None
    # Read again: hashing waits its turn, and in the meantime the account or the password may have changed.
    user = await accounts.lock_proven(work.connection, claimed.id, candidate.password) if claimed else None
    if user is None:
        return await _refuse(work, candidate, "password")
    match await second_factor.judge(work, user.id, code):
        case second_factor.Judgement.WRONG:
            return await _refuse(work, candidate, "second factor")
        case second_factor.Judgement.MISSING:
            await throttling.give_back(work, candidate.tries)
            return SecondFactorNeeded()
    await throttling.forgive(work, candidate.tries)
    if candidate.password and verdict.upgraded:
        await accounts.rehash_password(work.connection, user.id, candidate.password.hash, verdict.upgraded)
    return await _open_session(work, user, browser)


async def refresh(work: Work, text: str) -> SignedIn | Refused:
    """A new access token, and the refresh token that is to be used next."""
    found = await _session_of(work, text)
    if found is None:
        return Refused()
    session, generation = found
    user = await accounts.get(work.connection, session.user_id)
    if user is None or not user.active:
        return Refused()
    match judge_refresh(session, generation, work.now):
        case Refresh.ROTATE:
            session = rotated(session, work.now, work.lifetimes)
            await sessions.save(work.connection, session)
            return await _signed_in(work, user, session)
        case Refresh.REPEAT:
            return await _signed_in(work, user, session)
        case Refresh.REUSED:
            await _end(work, user.id, [session.id], "session.reused")
            return Refused()
        case Refresh.EXPIRED:
            await _end(work, user.id, [session.id], "session.expired")
            return Refused()


async def sign_out(work: Work, text: str) -> None:
    """End the session that the refresh token belongs to; a token that says nothing ends nothing."""
    found = await _session_of(work, text)
    if found is not None:
        session, _ = found
        await _end(work, session.user_id, [session.id], "session.signed_out")


async def _session_of(work: Work, text: str) -> tuple[Session, int] | None:
    """The session of a genuine refresh token, locked, and the token's generation."""
    token = parse_refresh_token(text)
    session = await sessions.lock(work.connection, token.session_id) if token else None
    if token is None or session is None or not token.is_genuine(session, work.vault):
        return None
    return session, token.generation


async def end_session(work: Work, user_id: UUID, session_id: UUID) -> None:
    """Raises `NotFound` when it is not a session of this user."""
    session = await sessions.lock(work.connection, session_id)
    if session is None or session.user_id != user_id:
        raise NotFound("There is no such session.")
    await _end(work, user_id, [session_id], "session.ended")


async def end_all_sessions(work: Work, user_id: UUID, action: str = "session.ended") -> None:
    """Everywhere, this place included."""
    mine = await sessions.of_user(work.connection, user_id, work.now)
    await _end(work, user_id, [session.id for session in mine], action)


async def end_other_sessions(work: Work, user_id: UUID, keep: UUID) -> None:
    others = [mine.id for mine in await sessions.of_user(work.connection, user_id, work.now) if mine.id != keep]
    await _end(work, user_id, others, "session.ended")


async def end_access(work: Work, user_id: UUID, ids: Sequence[UUID]) -> None:
    """What was got in the name of these sessions or API keys holds no longer; what is open in it is closed."""
    await sessions.note_ended(work.connection, ids, work.now)
    await work.outbox.add(*(SessionEnded(each, user_id) for each in ids))


async def _open_session(work: Work, user: User, browser: Browser) -> SignedIn:
    salt = secrets.token_bytes(SALT_BYTES)
    session = begun(uuid4(), user, browser, salt, work.now, work.lifetimes)
    await sessions.add(work.connection, session)
    await work.audit_as(f"user/{user.id}").record("session.started", f"user/{user.id}", session=str(session.id))
    return await _signed_in(work, user, session)


async def _signed_in(work: Work, user: User, session: Session) -> SignedIn:
    signer = await work.signer()
    access_token = signer.for_user(user.id, user.role, session.id)
    return SignedIn(user, session, access_token, current_refresh_token(session, work.vault))


async def _refuse(work: Work, candidate: Candidate, because: str) -> Refused:
    # What was typed is not kept: people type passwords into the wrong field.
    about = f"user/{candidate.user.id}" if candidate.user else "user"
    await work.audit.record("sign_in.refused", about, because=because)
    return Refused()


async def _end(work: Work, user_id: UUID, session_ids: Sequence[UUID], action: str) -> None:
    await sessions.remove(work.connection, session_ids)
    await end_access(work, user_id, session_ids)
    for session_id in session_ids:
        await work.audit.record(action, f"user/{user_id}", session=str(session_id))
