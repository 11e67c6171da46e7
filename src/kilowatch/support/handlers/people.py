"""Accounts that come, change and go, as `users` tells of them."""

from kilowatch.contracts.accounts import Role, User
from kilowatch.support.handlers.queue import queue_all_of
from kilowatch.support.handlers.work import Work


async def take_over_user(work: Work, user: User) -> None:
    """A client who is deleted takes everything along; an administrator who goes leaves the conversations to others."""
    if not await work.people.put(user):
        return
    if user.deleted or not user.active or user.role is not Role.ADMINISTRATOR:
        await queue_all_of(work, user.id)
    if user.deleted:
        await work.conversations.delete_all_of(user.id)
        await work.spending.forget(user.id)
        await work.audit.erase(f"user/{user.id}")
