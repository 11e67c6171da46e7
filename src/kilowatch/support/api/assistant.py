"""The bot as administrators see it: the switch of the model, what it has cost, what was decided and why."""

from dataclasses import dataclass
from datetime import UTC
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kilowatch.kit.fields import Moment
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.support.api.context import Body, Support, SupportContext
from kilowatch.support.domain.spending import MICRODOLLARS
from kilowatch.support.handlers.work import Work
from kilowatch.support.model.prompt import PROMPT_VERSION
from kilowatch.support.store.turns import Judged

router = APIRouter(tags=["support"])


class SwitchBody(Body):
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    name: str
    resting: bool  #: it has failed again and again, and is left alone for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantState:
    configured: bool  #: False: rules and people do everything
    on: bool
    models: list[ModelState]  #: as this replica finds them; the first is asked first
    prompt_version: str
    tokens_today: int  #: UTC; with what answers under way have put aside
    tokens_cap: int
    dollars_today: float
    dollars_cap: float | None  #: None: no prices are set, and money is not counted


@router.get("/api/support/model")
async def show_model(support: Support, _: Staff) -> AssistantState:
    async with support.working() as work:
        return await _state(support, work)


@router.put("/api/support/model")
async def switch_model(support: Support, _: Administrator, origin: SignedInOrigin, body: SwitchBody) -> AssistantState:
    """Off: it is not asked any more, and answers under way are broken off within half a second."""
    async with support.working(origin) as work:
        await work.settings.switch_model(body.on)
        await work.audit.record("language_model.switched", "language-model", on=body.on)
        return await _state(support, work)


@router.get("/api/support/unanswered")
async def list_unanswered(
    support: Support, _: Staff, before: Moment | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[Judged]:
    """Questions without an answer, or with one that was of no help: the newest first."""
    async with support.working() as work:
        return list(await work.turns.unanswered(limit, before))


@router.get("/api/support/conversations/{conversation_id}/decisions")
async def list_decisions(support: Support, _: Staff, conversation_id: UUID) -> list[Judged]:
    """What the bot decided about each message, and why: the newest first."""
    async with support.working() as work:
        await work.conversations.get(conversation_id)
        return list(await work.turns.of(conversation_id))


async def _state(support: SupportContext, work: Work) -> AssistantState:
    settings, now = support.model_settings, support.clock()
    spent = await work.spending.spent(now.astimezone(UTC).date())
    return AssistantState(
        configured=bool(support.endpoints),
        on=await work.settings.model_is_on(),
        models=[ModelState(name=each.model.name, resting=each.breaker.is_resting(now)) for each in support.endpoints],
        prompt_version=PROMPT_VERSION,
        tokens_today=spent.tokens,
        tokens_cap=settings.llm_tokens_a_day,
        dollars_today=spent.microdollars / MICRODOLLARS,
        dollars_cap=settings.caps.together.microdollars / MICRODOLLARS if settings.knows_prices else None,
    )
