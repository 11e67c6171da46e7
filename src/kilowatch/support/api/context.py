"""What the routes work with."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from kilowatch.kit.audit import Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.http import provided
from kilowatch.support.bot.knowledge import KnowledgeInForce
from kilowatch.support.frames import Frames
from kilowatch.support.handlers.work import Work
from kilowatch.support.model.asking import Endpoint
from kilowatch.support.model.settings import ModelSettings
from kilowatch.support.settings import SupportSettings
from kilowatch.support.unit import ITSELF, working


@dataclass(frozen=True, slots=True)
class SupportContext:
    database: Database
    clock: Clock
    settings: SupportSettings
    model_settings: ModelSettings
    endpoints: Sequence[Endpoint]  #: the language models that there are
    knowledge: KnowledgeInForce
    frames: Frames
    wake_bot: Callable[[], None]  #: there may be something to answer, or to stop

    def working(self, origin: Origin = ITSELF) -> AbstractAsyncContextManager[Work]:
        return working(self.database, self.clock, origin)


Support: TypeAlias = Annotated[SupportContext, Depends(provided(SupportContext))]

MAX_SEQUENCE = 2**63 - 1
PathSequence: TypeAlias = Annotated[int, Path(ge=1, le=MAX_SEQUENCE)]
Offset: TypeAlias = Annotated[int, Query(ge=0, le=10_000_000)]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=200)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
