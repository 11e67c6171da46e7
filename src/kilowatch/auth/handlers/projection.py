"""Accounts as `users` tells of them."""

from kilowatch.auth.domain.links import LinkPurpose
from kilowatch.auth.domain.sessions import must_sign_in_again
from kilowatch.auth.handlers import links as links_of
from kilowatch.auth.handlers import throttling
from kilowatch.auth.handlers.sessions import end_access, end_all_sessions
from kilowatch.auth.handlers.work import Work
from kilowatch.auth.store import accounts, api_keys, factors, links
from kilowatch.contracts.accounts import User


async def project_user(work: Work, user: User) -> None:
    """Take over the account's state, whichever way it comes and in whichever order."""
    before = await accounts.lock(work.connection, user.id)
    if not await accounts.put(work.connection, user):
        return
    if must_sign_in_again(before, user):
        await end_all_sessions(work, user.id)
        await _end_access_by_keys(work, user)
    if user.deleted:
        await _erase(work, before.email if before else "", user)


async def invite(work: Work, user: User) -> None:
    """Where mail can be sent, who is new is invited by itself; else an administrator passes the link on."""
    if work.settings.smtp_url and await links_of.purpose_for(work, user.id) is LinkPurpose.INVITATION:
        await links_of.request_mail(work, user.email, LinkPurpose.INVITATION)


async def _end_access_by_keys(work: Work, user: User) -> None:
    """What was got with API keys ends like sessions do; the keys themselves give nothing until these are forgotten."""
    keys = await api_keys.of_user(work.connection, user.id)
    await end_access(work, user.id, [key.id for key in keys])


async def _erase(work: Work, email: str, user: User) -> None:
    await accounts.delete_password(work.connection, user.id)
    await factors.remove(work.connection, user.id)
    await links.remove_all(work.connection, user.id)
    await links.forget_mail_to(work.connection, email)
    await throttling.forget(work, email)
    await end_access(work, user.id, await api_keys.remove_all(work.connection, user.id))
    await work.audit.erase(f"user/{user.id}")
