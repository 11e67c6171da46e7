"""Files of a conversation: images and PDF."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from kilowatch.contracts.chat import Attachment
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.fields import Text
from kilowatch.kit.http import SignedIn, SignedInOrigin
from kilowatch.support.api.context import Support
from kilowatch.support.domain.attachments import MAX_BYTES, MEDIA_TYPES, media_type_of, safe_name
from kilowatch.support.handlers import conversations
from kilowatch.support.handlers.attachments import keep_file
from kilowatch.support.store.attachments import File

router = APIRouter(tags=["support"])

#: Whatever a file holds, a browser that opens it lets nothing of it run or load.
HARMLESS: Final = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {media_type: {} for media_type in MEDIA_TYPES}, "description": "The file, as it was uploaded"}
}
RAW_BODY: Final = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


@router.post(
    "/api/support/conversations/{conversation_id}/attachments",
    status_code=HTTPStatus.CREATED,
    openapi_extra=RAW_BODY,
)
@accepts_body(up_to=MAX_BYTES)
async def upload(
    support: Support,
    who: SignedIn,
    origin: SignedInOrigin,
    conversation_id: UUID,
    request: Request,
    name: Annotated[Text, StringConstraints(max_length=300)] = "file",
) -> Attachment:
    """The file is the body; its kind is told by its content. Name its id in a message within a day, or it goes."""
    async with support.working() as work:
        await conversations.find(work, who, conversation_id)
    content = await request.body()
    media_type = media_type_of(content)
    async with support.working(origin) as work:
        file = File(
            id=work.new_id(),
            conversation_id=conversation_id,
            uploaded_by=who.user_id,
            uploaded_at=work.now,
            name=safe_name(name, media_type),
            media_type=media_type,
            content=content,
        )
        await keep_file(work, who, file)
    return Attachment(id=file.id, name=file.name, content_type=media_type, size=len(content))


@router.get(
    "/api/support/conversations/{conversation_id}/attachments/{attachment_id}",
    response_class=Response,
    responses=CONTENT,
)
async def download(support: Support, who: SignedIn, conversation_id: UUID, attachment_id: UUID) -> Response:
    async with support.working() as work:
        await conversations.find(work, who, conversation_id)
        file = await work.attachments.get(conversation_id, attachment_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": HARMLESS,
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
