"""Changing a password, and setting one by a one-time link."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import APIRouter
from pydantic import StringConstraints

from kilowatch.auth.api.context import Auth, Body, Email, refuse_throttled
from kilowatch.auth.api.proof import hash_new_password, prove_password
from kilowatch.auth.domain.links import LinkPurpose
from kilowatch.auth.handlers import links, passwords
from kilowatch.kit.fields import Text, TypedSecret
from kilowatch.kit.http import AnonymousOrigin, SignedIn, SignedInOrigin

router = APIRouter(tags=["passwords"])

LinkToken: TypeAlias = Annotated[Text, StringConstraints(max_length=200)]


class ChangeBody(Body):
    current_password: TypedSecret
    new_password: TypedSecret


class ResetBody(Body):
    email: Email


class InspectBody(Body):
    token: LinkToken


class RedeemBody(Body):
    token: LinkToken
    password: TypedSecret


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """For whom a link is, so that the page can greet them."""

    purpose: LinkPurpose
    email: str
    name: str
    expires_at: datetime


@router.post("/api/auth/password", status_code=HTTPStatus.NO_CONTENT)
async def change_password(auth: Auth, me: SignedIn, origin: SignedInOrigin, body: ChangeBody) -> None:
    """Every other session ends."""
    claim = await prove_password(auth, origin, me.user_id, body.current_password)
    encoded = await hash_new_password(auth, body.new_password, claim.user.email)
    async with auth.working(origin) as work:
        await passwords.change_password(work, claim, encoded, keep=me.session_id)


@router.post("/api/auth/password-reset", status_code=HTTPStatus.ACCEPTED)
async def request_reset(auth: Auth, origin: AnonymousOrigin, body: ResetBody) -> None:
    """The same answer whether or not there is such an account; if there is, a link is on its way to it."""
    async with auth.working(origin) as work:
        too_often = await links.request_reset(work, body.email)
    if too_often:
        refuse_throttled(too_often, work.now)


@router.post("/api/auth/links/inspect")
async def inspect_link(auth: Auth, origin: AnonymousOrigin, body: InspectBody) -> LinkAnswer:
    async with auth.working(origin) as work:
        link, user = await links.inspect_link(work, body.token)
    return LinkAnswer(link.purpose, user.email, user.name, link.expires_at)


@router.post("/api/auth/links/redeem", status_code=HTTPStatus.NO_CONTENT)
async def redeem_link(auth: Auth, origin: AnonymousOrigin, body: RedeemBody) -> None:
    """Set the password, once; every session ends."""
    async with auth.working(origin) as work:
        _, user = await links.inspect_link(work, body.token)
    encoded = await hash_new_password(auth, body.password, user.email)
    async with auth.working(origin) as work:
        await links.redeem_link(work, body.token, encoded)
