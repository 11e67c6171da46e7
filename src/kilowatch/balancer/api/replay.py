"""For monitoring: a reading that was rejected, once more."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from kilowatch.balancer.api.context import Balancer
from kilowatch.balancer.domain.decoding import Format, NotReadings, TooMany, decode
from kilowatch.contracts.batch import RejectionReason, Source
from kilowatch.kit.errors import Invalid
from kilowatch.kit.http import PeerService

router = APIRouter(include_in_schema=False)


class ReplayBody(BaseModel):
    reading: Annotated[str, StringConstraints(max_length=4000)]


class ReplayAnswer(BaseModel):
    accepted: bool
    reason: RejectionReason | None = None
    detail: str = ""


@router.post("/internal/balancer/replay")
async def replay(balancer: Balancer, _: PeerService, body: ReplayBody) -> ReplayAnswer:
    """Check it again, in the light of what is known now, and hand it over. An administrator vouches for the sender."""
    try:
        decoded = decode(body.reading.encode(), Format.ANY, max_items=1)
    except (NotReadings, TooMany) as error:
        raise Invalid(str(error)) from error
    checked = balancer.intake.check(decoded, np.ones(len(decoded.readings), np.bool_))
    await balancer.intake.hand_over(checked, Source.REPLAY)
    if checked.refused:
        refused = checked.refused[0]
        return ReplayAnswer(accepted=False, reason=refused.rejection.reason, detail=refused.detail)
    return ReplayAnswer(accepted=True)
