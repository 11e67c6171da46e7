"""The published key set, and tokens for services."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from kilowatch.auth.api.context import Auth, Body
from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, LEEWAY, SERVICE_LIFETIME
from kilowatch.auth.domain.signing import SigningKey, still_needed
from kilowatch.auth.handlers.signing import rotate_keys
from kilowatch.auth.store import keys, sessions
from kilowatch.auth.tokens import key_set
from kilowatch.kit.errors import Unauthenticated
from kilowatch.kit.fields import Text, TypedSecret
from kilowatch.kit.http import Administrator, AnonymousOrigin, SignedInOrigin, Staff
from kilowatch.kit.peers import KEY_SET_PATH, TOKEN_PATH

router = APIRouter(tags=["keys"])


class ServiceTokenBody(Body):
    service: Annotated[Text, StringConstraints(max_length=64)]
    secret: TypedSecret


@dataclass(frozen=True, slots=True)
class ServiceTokenAnswer:
    access_token: str
    expires_in: int


@router.get(KEY_SET_PATH)
async def show_key_set(auth: Auth, response: Response) -> dict[str, Any]:
    """Public keys, and the ids of sessions whose access tokens hold no longer."""
    now = auth.clock()
    async with auth.database.transaction() as connection:
        needed = still_needed(await keys.list_keys(connection), now)
        ended = await sessions.ended_since(connection, now - ACCESS_LIFETIME - LEEWAY)
    response.headers["Cache-Control"] = "no-store"
    return key_set(needed, ended)


@router.post(TOKEN_PATH, include_in_schema=False)
async def make_service_token(auth: Auth, origin: AnonymousOrigin, body: ServiceTokenBody) -> ServiceTokenAnswer:
    expected = auth.service_digests.get(body.service, b"")
    given = hashlib.sha256(body.secret.get_secret_value().encode()).digest()
    if not hmac.compare_digest(expected, given):
        raise Unauthenticated("That is not the secret of this service.")
    async with auth.working(origin) as work:
        token = (await work.signer()).for_service(body.service)
    return ServiceTokenAnswer(token, int(SERVICE_LIFETIME.total_seconds()))


@dataclass(frozen=True, slots=True)
class SigningKeyAnswer:
    id: str
    created_at: datetime
    signs_from: datetime


@router.get("/api/auth/signing-keys")
async def list_signing_keys(auth: Auth, _: Staff) -> list[SigningKeyAnswer]:
    async with auth.database.transaction() as connection:
        return [_signing_key(key) for key in await keys.list_keys(connection)]


@router.post("/api/auth/signing-keys", status_code=HTTPStatus.CREATED)
async def rotate_signing_keys(auth: Auth, _: Administrator, origin: SignedInOrigin) -> SigningKeyAnswer:
    """Nobody is signed out: the present key verifies until its last token has expired."""
    async with auth.working(origin) as work:
        return _signing_key(await rotate_keys(work))


def _signing_key(key: SigningKey) -> SigningKeyAnswer:
    return SigningKeyAnswer(key.id, key.created_at, key.signs_from)
