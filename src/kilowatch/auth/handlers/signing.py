"""Signing keys: new ones before they are needed, old ones until their last token has expired."""

from uuid import uuid4

from kilowatch.auth.domain.signing import PUBLISHED_AHEAD, SigningKey, is_due, still_needed
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import keys
from kilowatch.auth.tokens import new_signing_key
from kilowatch.kit.errors import Conflict


async def ensure_signing_key(work: Work) -> None:
    await keys.lock(work.connection)
    if not await keys.list_keys(work.connection):
        await keys.add(work.connection, new_signing_key(uuid4().hex, work.vault, work.now, signs_from=work.now))


async def rotate_keys(work: Work) -> SigningKey:
    """Publish a new key now that signs in half a minute. Raises `Conflict` while one already waits."""
    await keys.lock(work.connection)
    if any(key.signs_from > work.now for key in await keys.list_keys(work.connection)):
        raise Conflict("A new key is published already and is about to sign.")
    key = new_signing_key(uuid4().hex, work.vault, work.now, signs_from=work.now + PUBLISHED_AHEAD)
    await keys.add(work.connection, key)
    await work.audit.record("signing_key.made", f"signing-key/{key.id}")
    return key


async def tend_keys(work: Work) -> None:
    """Rotate when the time has come, and drop what signed nothing that is still valid."""
    await keys.lock(work.connection)
    present = await keys.list_keys(work.connection)
    if is_due(present, work.now, work.settings.key_lifetime):
        await rotate_keys(work)
    await keys.keep_only(work.connection, still_needed(await keys.list_keys(work.connection), work.now))
