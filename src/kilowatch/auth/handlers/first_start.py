"""The first administrator's password."""

from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, keys
from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID


async def needs_first_password(work: Work) -> bool:
    """Whether the first administrator could never sign in yet; one who was deleted has no need to."""
    known = await accounts.get(work.connection, FIRST_ADMINISTRATOR_ID)
    if known and known.deleted:
        return False
    return await accounts.password_of(work.connection, FIRST_ADMINISTRATOR_ID) is None


async def set_first_password(work: Work, encoded: str) -> bool:
    """False when another replica was faster."""
    await keys.lock(work.connection)
    if not await needs_first_password(work):
        return False
    await accounts.set_password(work.connection, FIRST_ADMINISTRATOR_ID, encoded, work.now)
    return True
