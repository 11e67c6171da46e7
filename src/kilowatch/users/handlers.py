"""What can be done with accounts, one use case each, each in the transaction that it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID, Role
from kilowatch.contracts.events import UserCreated, UserDeactivated, UserDeleted, UserUpdated
from kilowatch.kit.audit import Audit
from kilowatch.kit.errors import Conflict
from kilowatch.kit.outbox import Outbox
from kilowatch.users.domain import Account, changed, erased, normal_email, published, rules_the_house
from kilowatch.users.store import UserStore


@dataclass(frozen=True, slots=True)
class Work:
    """The effects that a use case may have, all in one transaction, and the moment it happens at."""

    store: UserStore
    outbox: Outbox
    audit: Audit
    now: datetime


async def create_user(work: Work, account: Account) -> Account:
    account = replace(account, email=normal_email(account.email))
    await work.store.add(account)
    await work.outbox.add(UserCreated(published(account)))
    await work.audit.record("user.created", _subject(account), role=account.role)
    return account


async def edit_user(work: Work, user_id: UUID, changes: Mapping[str, Any], seen_version: int | None) -> Account:
    """Raises `Conflict` when the account is no longer at `seen_version`, or would leave nobody to administer."""
    before = await work.store.get_for_change(user_id)
    if seen_version not in {None, before.version}:
        raise Conflict("Somebody has changed this account meanwhile; look again.")
    if "email" in changes:
        changes = {**changes, "email": normal_email(changes["email"])}
    return await _change(work, before, changed(before, changes, work.now))


async def deactivate_user(work: Work, user_id: UUID) -> Account:
    before = await work.store.get_for_change(user_id)
    return await _change(work, before, changed(before, {"active": False}, work.now))


async def reactivate_user(work: Work, user_id: UUID) -> Account:
    before = await work.store.get_for_change(user_id)
    return await _change(work, before, changed(before, {"active": True}, work.now))


async def delete_user(work: Work, user_id: UUID) -> None:
    """Leaves a tombstone with nothing personal in it; every other service erases its part when it hears of it."""
    before = await work.store.get_for_change(user_id)
    after = erased(before, work.now)
    await _keep_an_administrator(work, before, after)
    await work.store.save(after)
    await work.outbox.add(UserDeleted(published(after)))
    await work.audit.record("user.deleted", _subject(before))
    await work.audit.erase(_subject(before))


async def ensure_first_administrator(work: Work, email: str, name: str) -> None:
    """At the first start, with nobody there yet. `auth` gives the same id a password."""
    await work.store.lock_administrators()
    if not await work.store.is_empty():
        return
    await create_user(work, new_administrator(FIRST_ADMINISTRATOR_ID, email, name, work.now))


async def appoint_administrator(work: Work, user_id: UUID, email: str, name: str) -> Account:
    """For the command line: the account with this e-mail, new or old, is an active administrator afterwards."""
    existing = await work.store.by_email(normal_email(email))
    if existing is None:
        return await create_user(work, new_administrator(user_id, email, name, work.now))
    before = await work.store.get_for_change(existing.id)
    return await _change(work, before, changed(before, {"role": Role.ADMINISTRATOR, "active": True}, work.now))


def new_administrator(user_id: UUID, email: str, name: str, now: datetime) -> Account:
    return Account(
        id=user_id, version=1, email=email, name=name, role=Role.ADMINISTRATOR, created_at=now, updated_at=now
    )


async def _change(work: Work, before: Account, after: Account) -> Account:
    if after == before:
        return before
    await _keep_an_administrator(work, before, after)
    await work.store.save(after)
    await work.outbox.add(_told(before, after))
    await work.audit.record(_deed(before, after), _subject(after), fields=_different(before, after))
    return after


async def _keep_an_administrator(work: Work, before: Account, after: Account) -> None:
    if not rules_the_house(before) or rules_the_house(after):
        return
    await work.store.lock_administrators()
    if not await work.store.has_other_administrator(before.id):
        raise Conflict("This is the last active administrator; appoint another one first.")


def _told(before: Account, after: Account) -> UserUpdated | UserDeactivated:
    if before.active and not after.active:
        return UserDeactivated(published(after))
    return UserUpdated(published(after))


def _deed(before: Account, after: Account) -> str:
    match before.active, after.active:
        case True, False:
            return "user.deactivated"
        case False, True:
            return "user.reactivated"
        case _:
            return "user.edited"


def _different(before: Account, after: Account) -> list[str]:
    """Names of the fields only: what was in them is personal."""
    ours = {"version", "updated_at"}
    return [name for name in Account.__slots__ if name not in ours and getattr(before, name) != getattr(after, name)]


def _subject(account: Account) -> str:
    return f"user/{account.id}"
