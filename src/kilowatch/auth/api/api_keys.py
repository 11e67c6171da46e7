"""API keys for scripts."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from kilowatch.auth.api.context import Auth, Body
from kilowatch.auth.domain.api_keys import ApiKey
from kilowatch.auth.handlers import api_keys
from kilowatch.auth.store import api_keys as store
from kilowatch.kit.fields import Moment, Name, TypedSecret
from kilowatch.kit.http import AnonymousOrigin, SignedIn, SignedInOrigin
from kilowatch.kit.security import SCOPE_PATTERN

router = APIRouter(tags=["API keys"])

Scope = Annotated[str, StringConstraints(pattern=SCOPE_PATTERN)]


class NewKeyBody(Body):
    """`scopes`: `read` and `write` for all that the role may, or `devices:read`, `monitoring:write` … for a part."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: Moment


class TokenBody(Body):
    api_key: TypedSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeyAnswer:
    key: KeyAnswer
    api_key: str  #: shown this once


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    access_token: str
    expires_in: int  #: seconds
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105


@router.get("/api/auth/api-keys")
async def list_api_keys(auth: Auth, me: SignedIn) -> list[KeyAnswer]:
    async with auth.database.transaction() as connection:
        return [key_answer(key) for key in await store.of_user(connection, me.user_id)]


@router.post("/api/auth/api-keys", status_code=HTTPStatus.CREATED)
async def make_api_key(
    auth: Auth, me: SignedIn, origin: SignedInOrigin, response: Response, body: NewKeyBody
) -> NewKeyAnswer:
    async with auth.working(origin) as work:
        key, text = await api_keys.make_api_key(work, me.user_id, body.name, body.scopes, body.expires_at)
    response.headers["Cache-Control"] = "no-store"
    return NewKeyAnswer(key=key_answer(key), api_key=text)


@router.delete("/api/auth/api-keys/{key_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_api_key(auth: Auth, me: SignedIn, origin: SignedInOrigin, key_id: UUID) -> None:
    async with auth.working(origin) as work:
        await api_keys.revoke_api_key(work, me.user_id, key_id)


@router.post("/api/auth/token")
async def exchange_api_key(auth: Auth, origin: AnonymousOrigin, response: Response, body: TokenBody) -> TokenAnswer:
    """An access token for an API key, as `Authorization: Bearer …` of every other request."""
    async with auth.working(origin) as work:
        token, lifetime = await api_keys.exchange_api_key(work, body.api_key.get_secret_value())
    response.headers["Cache-Control"] = "no-store"
    return TokenAnswer(access_token=token, expires_in=int(lifetime.total_seconds()))


def key_answer(key: ApiKey) -> KeyAnswer:
    return KeyAnswer(**{name: getattr(key, name) for name in KeyAnswer.__slots__})
