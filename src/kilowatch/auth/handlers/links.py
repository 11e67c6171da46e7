"""One-time links by which people set a password: the first one, or a new one when it is forgotten."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from kilowatch.auth.domain.links import Link, LinkPurpose
from kilowatch.auth.handlers import sessions, throttling
from kilowatch.auth.handlers.throttling import TooOften
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, links, throttles
from kilowatch.auth.store.links import MailRequest
from kilowatch.contracts.accounts import User
from kilowatch.kit.errors import Conflict, NotFound

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NewLink:
    link: Link
    token: str


async def make_link(work: Work, user: User) -> NewLink:
    """An invitation for who has no password yet, else a reset. Raises `Conflict` for a deactivated account."""
    _ensure_active(user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    purpose = await purpose_for(work, user.id)
    link = Link(
        digest=link_digest(token),
        user_id=user.id,
        purpose=purpose,
        created_at=work.now,
        expires_at=work.now + work.settings.link_lifetime(purpose),
    )
    await links.replace_all(work.connection, link)
    await work.audit.record("link.made", f"user/{user.id}", purpose=purpose)
    return NewLink(link, token)


async def purpose_for(work: Work, user_id: UUID) -> LinkPurpose:
    has_password = await accounts.password_of(work.connection, user_id)
    return LinkPurpose.RESET if has_password else LinkPurpose.INVITATION


async def request_link(work: Work, user: User) -> None:
    """The link is made when it is sent, which is this service's deed: who asked for it is told here.

    Raises `Conflict` for a deactivated account.
    """
    _ensure_active(user)
    purpose = await purpose_for(work, user.id)
    await request_mail(work, user.email, purpose)
    await work.audit.record("link.requested", f"user/{user.id}", purpose=purpose)


async def request_mail(work: Work, email: str, purpose: LinkPurpose) -> None:
    """Whether somebody has this e-mail is found out later, when it makes no difference to who asked."""
    request = MailRequest(id=uuid4(), email=email, purpose=purpose, created_at=work.now, due_at=work.now)
    await links.request_mail(work.connection, request)


async def request_reset(work: Work, email: str) -> TooOften | None:
    tries = throttling.resets_of(email, work.origin.address)
    if too_often := await throttling.charge(work, tries):
        return too_often
    if work.settings.smtp_url:
        await request_mail(work, email, LinkPurpose.RESET)
    return None


async def inspect_link(work: Work, token: str) -> tuple[Link, User]:
    """Raises `NotFound` when it is no link, has been used or has expired."""
    link = await links.get(work.connection, link_digest(token), work.now)
    user = await accounts.get(work.connection, link.user_id) if link else None
    if link is None or user is None or not user.active:
        raise NotFound("This link has been used or has expired; ask for another one.")
    return link, user


async def redeem_link(work: Work, token: str, encoded: str) -> None:
    """Set the password; whoever was signed in with the old one is not any more. Raises `NotFound`."""
    link, _ = await inspect_link(work, token)
    user = await accounts.lock(work.connection, link.user_id)
    if not (user and user.active and await links.take(work.connection, link.digest, work.now)):
        raise NotFound("This link has been used or has expired; ask for another one.")
    await replace_password(work, user, encoded)
    await work.audit_as(f"user/{user.id}").record("link.redeemed", f"user/{user.id}")


async def replace_password(work: Work, user: User, encoded: str) -> None:
    await accounts.set_password(work.connection, user.id, encoded, work.now)
    await links.remove_all(work.connection, user.id)
    await sessions.end_all_sessions(work, user.id)
    await throttles.clear(work.connection, throttling.tries_of(user.email, "").account)


def _ensure_active(user: User) -> None:
    if not user.active:
        raise Conflict("The account is deactivated; reactivate it first.")


def link_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
