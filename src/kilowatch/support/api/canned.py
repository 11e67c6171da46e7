"""Canned replies of the administrators."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, StringConstraints

from kilowatch.contracts.chat import MAX_TEXT
from kilowatch.kit.errors import Conflict, Invalid
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.support.api.context import Body, Support
from kilowatch.support.domain.canned import CannedReply, filled_in, require_known_variables
from kilowatch.support.handlers.work import names_of

router = APIRouter(tags=["support"])


def _with_known_variables(text: str) -> str:
    try:
        require_known_variables(text)
    except Invalid as error:
        raise ValueError(str(error)) from error
    return text


Shortcut: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
ReplyText: TypeAlias = Annotated[
    Text,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_with_known_variables),
]


class ReplyBody(Body):
    """`{client}`, `{administrator}`, `{subject}` and `{date}` in the text are filled in when it is used."""

    shortcut: Shortcut
    text: ReplyText
    version: int | None = None  #: the one that was looked at; a newer one is a conflict


class FillBody(Body):
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class FilledReply:
    text: str


@router.get("/api/support/canned-replies")
async def list_replies(support: Support, _: Staff) -> list[CannedReply]:
    async with support.working() as work:
        return list(await work.canned.all())


@router.post("/api/support/canned-replies", status_code=HTTPStatus.CREATED)
async def add_reply(support: Support, _: Administrator, origin: SignedInOrigin, body: ReplyBody) -> CannedReply:
    async with support.working(origin) as work:
        reply = CannedReply(id=work.new_id(), version=1, shortcut=body.shortcut, text=body.text, updated_at=work.now)
        await work.canned.add(reply)
        await work.audit.record("canned_reply.added", f"canned-reply/{reply.id}")
    return reply


@router.put("/api/support/canned-replies/{reply_id}")
async def edit_reply(
    support: Support, _: Administrator, origin: SignedInOrigin, reply_id: UUID, body: ReplyBody
) -> CannedReply:
    async with support.working(origin) as work:
        before = await work.canned.get(reply_id)
        if body.version not in {None, before.version}:
            raise Conflict("Somebody has changed this reply meanwhile; look again.")
        changes = {"shortcut": body.shortcut, "text": body.text, "version": before.version + 1, "updated_at": work.now}
        reply = replace(before, **changes)  # type: ignore[arg-type]
        await work.canned.save(reply)
        await work.audit.record("canned_reply.edited", f"canned-reply/{reply.id}")
    return reply


@router.delete("/api/support/canned-replies/{reply_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_reply(support: Support, _: Administrator, origin: SignedInOrigin, reply_id: UUID) -> None:
    async with support.working(origin) as work:
        await work.canned.delete(reply_id)
        await work.audit.record("canned_reply.deleted", f"canned-reply/{reply_id}")


@router.post("/api/support/canned-replies/{reply_id}/fill")
async def fill_reply(support: Support, who: Administrator, reply_id: UUID, body: FillBody) -> FilledReply:
    """The text for a conversation, to be looked over and sent."""
    async with support.working() as work:
        reply = await work.canned.get(reply_id)
        conversation = await work.conversations.get(body.conversation_id)
        names = await names_of(work, [who.user_id, conversation.client_id])
        values = {
            "client": names.get(conversation.client_id, ""),
            "administrator": names.get(who.user_id, ""),
            "subject": conversation.subject,
            "date": work.now.date().isoformat(),
        }
    return FilledReply(filled_in(reply.text, values))
