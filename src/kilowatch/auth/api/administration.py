"""What administrators see of others' credentials, and may end or start anew; never the credentials themselves."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from kilowatch.auth.api.api_keys import KeyAnswer, key_answer
from kilowatch.auth.api.context import Auth, AuthContext
from kilowatch.auth.api.sessions import SessionAnswer, list_sessions
from kilowatch.auth.handlers import api_keys, links, second_factor, sessions
from kilowatch.auth.handlers.projection import project_user
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, factors
from kilowatch.auth.store import api_keys as key_store
from kilowatch.contracts.accounts import User
from kilowatch.kit.audit import Origin
from kilowatch.kit.errors import NotFound
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff

router = APIRouter(tags=["accounts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswer:
    user_id: UUID
    has_password: bool
    password_changed_at: datetime | None
    second_factor: bool
    api_keys: list[KeyAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLink:
    """Where mail can be sent, the link is on its way to `sent_to`; elsewhere pass `url` on to the person."""

    sent_to: str | None = None
    url: str | None = None
    expires_at: datetime | None = None


@router.get("/api/auth/accounts/{user_id}")
async def show_account(auth: Auth, _: Staff, origin: SignedInOrigin, user_id: UUID) -> AccountAnswer:
    await _ensure_known(auth, user_id)
    async with auth.working(origin) as work:
        await _account(work, user_id)
        password = await accounts.password_of(work.connection, user_id)
        enrolment = await factors.lock(work.connection, user_id)
        keys = await key_store.of_user(work.connection, user_id)
    return AccountAnswer(
        user_id=user_id,
        has_password=password is not None,
        password_changed_at=password.changed_at if password else None,
        second_factor=enrolment is not None and enrolment.confirmed_at is not None,
        api_keys=[key_answer(key) for key in keys],
    )


@router.post("/api/auth/accounts/{user_id}/link")
async def make_link(
    auth: Auth, _: Administrator, origin: SignedInOrigin, response: Response, user_id: UUID
) -> SentLink:
    """An invitation for somebody who has no password yet, else a reset; the one before is void."""
    await _ensure_known(auth, user_id)
    response.headers["Cache-Control"] = "no-store"
    async with auth.working(origin) as work:
        user = await _account(work, user_id)
        if auth.settings.smtp_url:
            await links.request_link(work, user)
            return SentLink(sent_to=user.email)
        made = await links.make_link(work, user)
    return SentLink(url=auth.link_url(made.token), expires_at=made.link.expires_at)


@router.get("/api/auth/accounts/{user_id}/sessions")
async def list_their_sessions(auth: Auth, me: Staff, user_id: UUID) -> list[SessionAnswer]:
    await _ensure_known(auth, user_id)
    return await list_sessions(auth, user_id, me.session_id)


@router.delete("/api/auth/accounts/{user_id}/sessions", status_code=HTTPStatus.NO_CONTENT)
async def end_their_sessions(auth: Auth, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> None:
    async with auth.working(origin) as work:
        await _account(work, user_id)
        await sessions.end_all_sessions(work, user_id)


@router.delete("/api/auth/accounts/{user_id}/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
async def end_their_session(
    auth: Auth, _: Administrator, origin: SignedInOrigin, user_id: UUID, session_id: UUID
) -> None:
    async with auth.working(origin) as work:
        await sessions.end_session(work, user_id, session_id)


@router.delete("/api/auth/accounts/{user_id}/second-factor", status_code=HTTPStatus.NO_CONTENT)
async def remove_their_second_factor(auth: Auth, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> None:
    """For somebody who has lost the phone and the recovery codes; make sure that it is them who ask."""
    async with auth.working(origin) as work:
        await second_factor.remove(work, user_id)


@router.delete("/api/auth/accounts/{user_id}/api-keys/{key_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_their_api_key(
    auth: Auth, _: Administrator, origin: SignedInOrigin, user_id: UUID, key_id: UUID
) -> None:
    async with auth.working(origin) as work:
        await api_keys.revoke_api_key(work, user_id, key_id)


async def _ensure_known(auth: AuthContext, user_id: UUID) -> None:
    """The news of an account that was made a moment ago may still be on its way: then ask `users`."""
    async with auth.database.transaction() as connection:
        if await accounts.get(connection, user_id):
            return
    user = msgspec.convert(await auth.peers.get_json("users", f"/internal/users/{user_id}"), User)
    async with auth.working(Origin("service/users", "")) as work:
        await project_user(work, user)


async def _account(work: Work, user_id: UUID) -> User:
    user = await accounts.get(work.connection, user_id)
    if user is None or user.deleted:
        raise NotFound("There is no such account.")
    return user
