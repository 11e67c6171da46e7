"""Conversations to keep: a transcript of one, a table of all."""

import base64
import csv
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from io import StringIO
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from kilowatch.kit.fields import ZoneName
from kilowatch.kit.http import SignedIn, Staff
from kilowatch.kit.spreadsheets import shown_as_text
from kilowatch.support.api.answers import message_answers
from kilowatch.support.api.context import Support, SupportContext
from kilowatch.support.api.conversations import WantedQuery
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.domain.transcript import STYLE, as_page, as_text
from kilowatch.support.handlers import conversations
from kilowatch.support.handlers.figures import COLUMNS, table_rows
from kilowatch.support.handlers.work import names_of
from kilowatch.support.store.conversations import Wanted
from kilowatch.support.store.messages import MOST_MESSAGES

router = APIRouter(tags=["support"])

PART: Final = 200
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_PAGE_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; sandbox allow-modals"
KINDS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {}, "application/json": {}, "text/html": {}}, "description": "What was said"}
}
CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {}}, "description": "A conversation a line"}
}


class TranscriptFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    HTML = "html"  #: to print


@router.get("/api/support/conversations/{conversation_id}/transcript", response_class=Response, responses=KINDS)
async def transcript(
    support: Support,
    who: SignedIn,
    conversation_id: UUID,
    wanted: Annotated[TranscriptFormat, Query(alias="format")] = TranscriptFormat.TEXT,
    zone: ZoneName = "UTC",
) -> Response:
    """Without notes, whoever asks: it is made to be given away."""
    async with support.working() as work:
        conversation = await conversations.find(work, who, conversation_id)
        messages = await work.messages.after(conversation_id, 0, MOST_MESSAGES)
        names = await names_of(work, {each.author_id for each in messages if each.author_id})
        answers = await message_answers(work, conversation, messages)
    where = ZoneInfo(zone)
    match wanted:
        case TranscriptFormat.JSON:
            return Response(msgspec.json.encode(answers), media_type="application/json")
        case TranscriptFormat.HTML:
            page = as_page(conversation, messages, names, where)
            return Response(
                page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _PAGE_POLICY}
            )
        case TranscriptFormat.TEXT:
            return Response(as_text(conversation, messages, names, where), media_type="text/plain; charset=utf-8")


@router.get("/api/support/conversations.csv", response_class=StreamingResponse, responses=CSV)
async def export_conversations(
    support: Support, who: Staff, query: Annotated[WantedQuery, Query()]
) -> StreamingResponse:
    """All that pass the filter, the newest first, each once; with their times in business hours."""
    wanted = replace(query.by(who), limit=PART)
    headers = {"Content-Disposition": 'attachment; filename="kilowatch-conversations.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(support, wanted), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(support: SupportContext, wanted: Wanted) -> AsyncIterator[str]:
    yield _csv([COLUMNS])
    last: Conversation | None = None
    while True:
        async with support.working() as work:
            found = await work.conversations.older(wanted, last)
            rows = await table_rows(work, found)
        yield _csv(rows)
        if len(found) < wanted.limit:
            return
        last = found[-1]


def _csv(rows: Iterable[Sequence[object]]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows([[shown_as_text(str(cell)) for cell in row] for row in rows])
    return lines.getvalue()
