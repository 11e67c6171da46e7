"""`POST /api/ingest`: readings over HTTP."""

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from kilowatch.balancer.api.context import Balancer
from kilowatch.balancer.body import read_body
from kilowatch.balancer.domain.checks import Checked
from kilowatch.balancer.domain.decoding import Decoded, Format, NotReadings, TooMany, decode
from kilowatch.balancer.domain.directory import Sender
from kilowatch.balancer.intake import Via
from kilowatch.contracts.batch import RejectionReason, Source
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import Invalid, Unauthenticated

router = APIRouter()

#: Rejections that an answer names; all of them are kept and can be seen by an administrator.
NAMED_REJECTIONS: Final = 100
#: Larger bodies are decoded in a thread, so that others need not wait for them.
SMALL_BODY_BYTES: Final = 1 << 18
#: What no setting can exceed.
BODY_CEILING: Final = 1 << 28

_NDJSON_TYPES: Final = {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}


class NamedRejection(BaseModel):
    index: int
    """Place among the readings of the request, from 0."""
    reason: RejectionReason
    detail: str


class IngestAnswer(BaseModel):
    """`received` = `accepted` + `rejected`. Accepted readings are safe; one that is sent again counts nothing."""

    received: int
    accepted: int
    rejected: int
    reasons: dict[RejectionReason, int]
    rejections: list[NamedRejection]
    """The first 100."""


_READING: Final = {
    "type": "object",
    "required": ["device_id", "timestamp", "value"],
    "properties": {
        "device_id": {"type": "integer", "description": "`deviceId` will do too"},
        "timestamp": {
            "description": "ISO 8601, or seconds or milliseconds since 1970. Without a zone: the device's own.",
            "anyOf": [{"type": "string"}, {"type": "number"}],
        },
        "value": {"type": "number", "description": "kWh or W, as the device's kind says; `measurementValue` too"},
    },
    "example": {"device_id": 7, "timestamp": "2026-11-23T10:00:00Z", "value": 0.42},
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One reading, an array of them, or one a line (NDJSON). `Content-Encoding: gzip` is welcome.",
        "content": {
            "application/json": {"schema": {"oneOf": [_READING, {"type": "array", "items": _READING}]}},
            "application/x-ndjson": {"schema": _READING},
        },
    }
}

_bearer = HTTPBearer(
    auto_error=False, scheme_name="Meter credential", description="Credential of a device (kwd_…) or gateway (kwg_…)"
)


async def _sender(
    request: Request, balancer: Balancer, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Sender:
    intake = balancer.intake
    try:
        credential = (bearer.credentials if bearer else "").encode()
        return await intake.projection.known_sender(credential, intake.clock, balancer.database)
    except Unauthenticated:
        balancer.strangers.note(Via.HTTP, request.client.host if request.client else "")
        raise


KnownSender: TypeAlias = Annotated[Sender, Depends(_sender)]


@router.post("/api/ingest", status_code=HTTPStatus.ACCEPTED, response_model=IngestAnswer, openapi_extra=_BODY)
@accepts_body(up_to=BODY_CEILING)
async def ingest(request: Request, balancer: Balancer, sender: KnownSender, source: Source = Source.LIVE) -> Response:
    """Take readings in. 503 with `Retry-After`: send the same again later; what was safe already is recognised."""
    with balancer.places.take(sender.holder):
        decoded = await _decoded(request, balancer)
        checked = balancer.intake.check(decoded, sender.may_send_for(decoded.readings["device"]))
        await balancer.intake.hand_over(checked, source)
    return Response(msgspec.json.encode(_answer(checked)), HTTPStatus.ACCEPTED, media_type="application/json")


async def _decoded(request: Request, balancer: Balancer) -> Decoded:
    settings = balancer.intake.settings
    body = await read_body(request, settings.ingest_body_bytes, settings.ingest_decompressed_bytes)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    arguments = (body, Format.NDJSON if media_type in _NDJSON_TYPES else Format.ANY, settings.ingest_max_readings)
    try:
        return decode(*arguments) if len(body) <= SMALL_BODY_BYTES else await asyncio.to_thread(decode, *arguments)
    except NotReadings as error:
        raise Invalid(str(error)) from error
    except TooMany as error:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from error


def _answer(checked: Checked) -> dict[str, Any]:
    return {
        "received": checked.received,
        "accepted": len(checked.accepted),
        "rejected": len(checked.refused),
        "reasons": Counter(item.rejection.reason for item in checked.refused),
        "rejections": [
            {"index": item.index, "reason": item.rejection.reason, "detail": item.detail}
            for item in checked.refused[:NAMED_REJECTIONS]
        ],
    }
