"""The published key set, and tokens for services."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import SecretStr, StringConstraints

from kilowatch.auth.api.context import Auth, Body
from kilowatch.auth.domain.sessions import ACCESS_LIFETIME, LEEWAY, SERVICE_LIFETIME
from kilowatch.auth.domain.signing import still_needed
from kilowatch.auth.store import keys, sessions
from kilowatch.auth.tokens import key_set
from kilowatch.kit.errors import Unauthenticated
from kilowatch.kit.fields import Text
from kilowatch.kit.http import AnonymousOrigin
from kilowatch.kit.peers import KEY_SET_PATH, TOKEN_PATH

router = APIRouter(tags=["keys"])


class ServiceTokenBody(Body):
    service: Annotated[Text, StringConstraints(max_length=64)]
    secret: Annotated[SecretStr, StringConstraints(max_length=256)]


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
