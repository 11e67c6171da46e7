"""The HTTP edge of accounts."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.fields import Name, Text, ZoneName
from kilowatch.kit.http import Administrator, PeerService, SignedIn, SignedInOrigin, Staff, provided
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.paging import Page
from kilowatch.kit.service import Peers
from kilowatch.users import handlers
from kilowatch.users.domain import Account, published
from kilowatch.users.handlers import Work
from kilowatch.users.store import Order, Sort, UserStore, Wanted

router = APIRouter(tags=["users"])

MAX_PREFERENCES_BYTES = 16_384
MAX_PREFERENCES_DEPTH = 10


@dataclass(frozen=True, slots=True)
class UsersContext:
    database: Database
    clock: Clock
    peers: Peers
    broker: Broker
    somebody_left: asyncio.Event  #: an account has been deleted

    def working(self, origin: Origin) -> AbstractAsyncContextManager[Work]:
        return working(self.database, self.clock, origin)


Users: TypeAlias = Annotated[UsersContext, Depends(provided(UsersContext))]


@asynccontextmanager
async def working(database: Database, clock: Clock, origin: Origin) -> AsyncIterator[Work]:
    """One transaction of one caller."""
    now = clock()
    async with database.transaction() as connection:
        outbox = Outbox(connection, source="users", clock=clock)
        yield Work(UserStore(connection), outbox, Audit(connection, origin, now), now)


def _storable(preferences: dict[str, Any]) -> dict[str, Any]:
    """JSON as PostgreSQL takes it: no NaN, no NUL, no half of a surrogate pair."""
    if _is_deeper(preferences, MAX_PREFERENCES_DEPTH):  # first: what follows would go as deep as it is
        raise ValueError(f"at most {MAX_PREFERENCES_DEPTH} levels of lists and objects")
    text = json.dumps(preferences, allow_nan=False, ensure_ascii=False).encode()
    if len(text) > MAX_PREFERENCES_BYTES or b"\\u0000" in text:
        raise ValueError(f"at most {MAX_PREFERENCES_BYTES} bytes of JSON, without NUL characters")
    return preferences


def _is_deeper(value: object, levels: int) -> bool:
    match value:
        case dict():
            return levels == 0 or any(_is_deeper(each, levels - 1) for each in value.values())
        case list():
            return levels == 0 or any(_is_deeper(each, levels - 1) for each in value)
        case _:
            return False


Email: TypeAlias = Annotated[Text, StringConstraints(max_length=254)]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Phone: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[+0-9 ()./-]{0,32}$")]
PostalAddress: TypeAlias = Annotated[Text, StringConstraints(max_length=1000)]
Notes: TypeAlias = Annotated[Text, StringConstraints(max_length=10_000)]
Preferences: TypeAlias = Annotated[dict[str, Any], AfterValidator(_storable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUserBody(_Body):
    email: Email
    name: Name
    role: Role = Role.CLIENT
    time_zone: ZoneName = "UTC"
    language: Language = "en"
    phone: Phone = ""
    address: PostalAddress = ""
    notes: Notes = ""


class ProfileBody(_Body):
    """What people may change of their own account. A field that is absent or null stays as it is."""

    name: Name | None = None
    time_zone: ZoneName | None = None
    language: Language | None = None
    phone: Phone | None = None
    address: PostalAddress | None = None
    preferences: Preferences | None = None


class AccountBody(ProfileBody):
    """What an administrator may change. `version` is the one that was looked at; a newer one is a conflict."""

    version: int | None = None
    email: Email | None = None
    role: Role | None = None
    notes: Notes | None = None


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """A person's own account: everything but the administrators' notes."""

    id: UUID
    version: int
    email: str
    name: str
    role: Role
    time_zone: str
    language: str
    phone: str
    address: str
    preferences: dict[str, Any]
    created_at: datetime
    updated_at: datetime


#: More would make an address that some proxies refuse.
MOST_IDS: Final = 100


class WantedQuery(_Body):
    search: Annotated[Text, StringConstraints(max_length=200)] = ""
    ids: Annotated[list[UUID], Query(max_length=MOST_IDS, description="These only, as far as there are such.")] = []
    role: Role | None = None
    active: bool | None = None
    sort: Sort = Sort.NAME
    order: Order = Order.ASCENDING
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Query(ge=1, le=200)] = 50


@router.get("/api/users/me")
async def show_me(users: Users, me: SignedIn) -> ProfileAnswer:
    async with users.database.transaction() as connection:
        return _profile(await UserStore(connection).get(me.user_id))


@router.patch("/api/users/me")
async def edit_me(users: Users, me: SignedIn, origin: SignedInOrigin, body: ProfileBody) -> ProfileAnswer:
    async with users.working(origin) as work:
        return _profile(await handlers.edit_user(work, me.user_id, body.model_dump(exclude_none=True), None))


@router.get("/api/users")
async def list_users(users: Users, _: Staff, query: Annotated[WantedQuery, Query()]) -> Page[Account]:
    """What a search finds is counted up to 10,000; a total of 10,001 stands for more."""
    async with users.database.transaction() as connection:
        accounts, total = await UserStore(connection).page(Wanted(**query.model_dump()))
    return Page(list(accounts), total)


@router.post("/api/users", status_code=HTTPStatus.CREATED)
async def create_user(users: Users, _: Administrator, origin: SignedInOrigin, body: NewUserBody) -> Account:
    async with users.working(origin) as work:
        account = Account(id=uuid4(), version=1, created_at=work.now, updated_at=work.now, **body.model_dump())
        return await handlers.create_user(work, account)


@router.get("/api/users/{user_id}")
async def show_user(users: Users, _: Staff, user_id: UUID) -> Account:
    async with users.database.transaction() as connection:
        return await UserStore(connection).get(user_id)


@router.patch("/api/users/{user_id}")
async def edit_user(
    users: Users, _: Administrator, origin: SignedInOrigin, user_id: UUID, body: AccountBody
) -> Account:
    async with users.working(origin) as work:
        changes = body.model_dump(exclude_none=True, exclude={"version"})
        return await handlers.edit_user(work, user_id, changes, body.version)


@router.delete("/api/users/{user_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_user(users: Users, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> None:
    async with users.working(origin) as work:
        await handlers.delete_user(work, user_id)
    users.somebody_left.set()


@router.post("/api/users/{user_id}/deactivate")
async def deactivate_user(users: Users, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> Account:
    async with users.working(origin) as work:
        return await handlers.deactivate_user(work, user_id)


@router.post("/api/users/{user_id}/reactivate")
async def reactivate_user(users: Users, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> Account:
    async with users.working(origin) as work:
        return await handlers.reactivate_user(work, user_id)


@router.get("/internal/users", include_in_schema=False)
async def snapshot(
    users: Users, _: PeerService, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 1000
) -> Snapshot[User]:
    async with users.database.transaction() as connection:
        accounts = await UserStore(connection).after(after, limit)
    last = str(accounts[-1].id) if len(accounts) == limit else None
    return Snapshot(tuple(published(account) for account in accounts), last)


@router.get("/internal/users/{user_id}", include_in_schema=False)
async def show_published(users: Users, _: PeerService, user_id: UUID) -> User:
    async with users.database.transaction() as connection:
        return published(await UserStore(connection).get(user_id))


def _profile(account: Account) -> ProfileAnswer:
    return ProfileAnswer(**{name: getattr(account, name) for name in ProfileAnswer.__slots__})
