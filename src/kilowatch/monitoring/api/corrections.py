"""Corrections of readings: made, listed, undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from http import HTTPStatus
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kilowatch.kit.audit import Audit
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import NotFound
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.monitoring.api.context import MAX_ID, Monitoring, PathId, QueryId
from kilowatch.monitoring.domain.asking import EARLIEST
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.corrections import Correction, Estimate, Exclude, MeterSwap, Method, Point, Replace
from kilowatch.monitoring.handlers.corrections import correct, undo
from kilowatch.monitoring.store.corrections import CorrectionRecord, CorrectionStore
from kilowatch.monitoring.store.meters import MeterStore, with_id

router = APIRouter(prefix="/api/corrections", tags=["corrections"])

MAX_BODY = 8 << 20
Value: TypeAlias = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Moment: TypeAlias = Annotated[AwareDatetime, Field(ge=EARLIEST)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    device_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    reason: Annotated[Text, Field(min_length=3, max_length=1_000)]


class _RangeBody(_Body):
    start: Annotated[Moment, Field(alias="from")]
    end: Annotated[Moment, Field(alias="to", description="Up to, not including")]

    @property
    def span(self) -> Span:
        return Span(self.start.astimezone(UTC), self.end.astimezone(UTC))


class ExcludeBody(_RangeBody):
    """The readings do not count."""

    kind: Literal["exclude"]

    def correction(self) -> Correction:
        return Exclude(self.span)


class ReadingBody(BaseModel):
    time: Moment
    value: Value


class ReplaceBody(_RangeBody):
    """These readings take the place of those that came."""

    kind: Literal["replace"]
    readings: list[ReadingBody]

    def correction(self) -> Correction:
        points = [Point(reading.time.astimezone(UTC), reading.value) for reading in self.readings]
        return Replace(self.span, points)


class EstimateBody(_RangeBody):
    """What is likely takes the place of what came, or did not."""

    kind: Literal["estimate"]
    method: Method = Method.LINEAR

    def correction(self) -> Correction:
        return Estimate(self.span, self.method)


class MeterSwapBody(_Body):
    """Another counter has taken the place of this one."""

    kind: Literal["meter_swap"]
    at: Moment
    last_value: Value
    first_value: Value

    def correction(self) -> Correction:
        return MeterSwap(self.at.astimezone(UTC), self.last_value, self.first_value)


CorrectionBody: TypeAlias = Annotated[
    ExcludeBody | ReplaceBody | EstimateBody | MeterSwapBody, Field(discriminator="kind")
]


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    items: Sequence[CorrectionRecord]
    next: int | None  #: `before` of the following page


@router.post("", status_code=HTTPStatus.CREATED)
@accepts_body(up_to=MAX_BODY)
async def make_correction(
    monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, body: CorrectionBody
) -> CorrectionRecord:
    """Usage follows within seconds. The readings that came are kept, so that a correction can be undone."""
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        devices = await MeterStore(connection).devices(with_id(body.device_id))
        if not devices:
            raise NotFound("There is no such device.")
        store, audit = CorrectionStore(connection), Audit(connection, origin, now)
        wanted = body.correction()
        return await correct(store, audit, devices[0], wanted, reason=body.reason, author=origin.actor, now=now)


@router.get("")
async def list_corrections(
    monitoring: Monitoring,
    _: Staff,
    device: QueryId | None = None,
    before: QueryId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CorrectionPage:
    """The newest first, those that were undone too."""
    async with monitoring.database.transaction() as connection:
        found = await CorrectionStore(connection).page(device, before, limit)
    return CorrectionPage(found, found[-1].id if len(found) == limit else None)


@router.post("/{correction_id}/undo")
async def undo_correction(
    monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, correction_id: PathId
) -> CorrectionRecord:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        store, audit = CorrectionStore(connection), Audit(connection, origin, now)
        return await undo(store, audit, correction_id, author=origin.actor, now=now)
