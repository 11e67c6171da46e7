"""Accounts as `users` tells of them."""

from kilowatch.auth.domain.sessions import must_sign_in_again
from kilowatch.auth.handlers.sessions import end_all_sessions
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, factors
from kilowatch.contracts.accounts import User


async def project_user(work: Work, user: User) -> None:
    """Take over the account's state, whichever way it comes and in whichever order."""
    before = await accounts.get(work.connection, user.id)
    if not await accounts.put(work.connection, user):
        return
    if must_sign_in_again(before, user):
        await end_all_sessions(work, user.id)
    if user.deleted:
        await _erase(work, user)


async def _erase(work: Work, user: User) -> None:
    await accounts.delete_password(work.connection, user.id)
    await factors.remove(work.connection, user.id)
    await work.audit.erase(f"user/{user.id}")
