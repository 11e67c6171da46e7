"""API keys: made, listed, revoked, exchanged for access tokens."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from kilowatch.auth.domain.api_keys import LONGEST_LIFETIME, MOST_PER_USER, ApiKey, key_digest, key_id_of, key_text
from kilowatch.auth.handlers.sessions import end_access
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, api_keys
from kilowatch.kit.errors import Conflict, Invalid, NotFound, Unauthenticated


async def make_api_key(
    work: Work, user_id: UUID, name: str, scopes: Sequence[str], expires_at: datetime
) -> tuple[ApiKey, str]:
    """The key, and its text, which is not kept. Raises `Invalid`, `Conflict`."""
    if not work.now < expires_at <= work.now + LONGEST_LIFETIME:
        raise Invalid(f"A key ends in the future, at most {LONGEST_LIFETIME.days} days from now.")
    if await api_keys.count(work.connection, user_id) >= MOST_PER_USER:
        raise Conflict(f"You have {MOST_PER_USER} keys; revoke one that is not needed.")
    key_id = uuid4()
    text = key_text(key_id, secrets.token_urlsafe(32))
    key = ApiKey(
        id=key_id,
        user_id=user_id,
        name=name,
        digest=key_digest(text),
        scopes=tuple(sorted(set(scopes))),
        created_at=work.now,
        expires_at=expires_at,
    )
    await api_keys.add(work.connection, key)
    await work.audit.record("api_key.made", f"user/{user_id}", key=str(key.id), scopes=key.scopes)
    return key, text


async def revoke_api_key(work: Work, user_id: UUID, key_id: UUID) -> None:
    """Raises `NotFound`. Access tokens got with it hold no longer either, and sockets opened with them are closed."""
    if not await api_keys.remove(work.connection, user_id, key_id):
        raise NotFound("There is no such key.")
    await end_access(work, user_id, [key_id])
    await work.audit.record("api_key.revoked", f"user/{user_id}", key=str(key_id))


async def exchange_api_key(work: Work, text: str) -> tuple[str, timedelta]:
    """An access token that may do what the key's scopes say, and how long. Raises `Unauthenticated`."""
    key_id = key_id_of(text)
    key = await api_keys.get(work.connection, key_id) if key_id else None
    if key is None or not hmac.compare_digest(key.digest, key_digest(text)) or key.expires_at <= work.now:
        raise Unauthenticated("This API key is not valid.")
    user = await accounts.get(work.connection, key.user_id)
    if user is None or not user.active:
        raise Unauthenticated("This API key is not valid.")
    await api_keys.note_use(work.connection, key.id, work.now)
    return (await work.signer()).for_api_key(key, user.role)
