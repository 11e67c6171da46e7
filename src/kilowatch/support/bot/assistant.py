"""Answers with the language model what the rules pass on, within what it may cost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Final

from kilowatch.kit.database import Database
from kilowatch.kit.service import Host
from kilowatch.kit.telemetry import logger
from kilowatch.kit.tracing import traceparent
from kilowatch.support.answering.decision import Decision
from kilowatch.support.bot.purse import Purse, Refused
from kilowatch.support.bot.question import Question
from kilowatch.support.bot.rules import stored
from kilowatch.support.bot.writing import BrokenOff, Writing
from kilowatch.support.domain.cases import Reason
from kilowatch.support.domain.markdown import limited_markdown
from kilowatch.support.domain.turn import TurnOutcome, Verdict
from kilowatch.support.frames import Frames
from kilowatch.support.handlers.turns import Reply, finish, finish_with_hand_over
from kilowatch.support.model.asking import Asking, Endpoint, Limits, NoAnswer, Record
from kilowatch.support.model.citing import Passage, cited, without_marks
from kilowatch.support.model.observing import REFUSED
from kilowatch.support.model.port import Answered, Ending, WantsPerson
from kilowatch.support.model.prompt import PROMPT_VERSION, prompt_for
from kilowatch.support.model.settings import ModelSettings
from kilowatch.support.model.toolbox import Toolbox
from kilowatch.support.own_data.person import Person
from kilowatch.support.unit import working

log = logger(__name__)

#: After what the client has stopped.
BROKEN_OFF: Final = " …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    host: Host
    database: Database
    frames: Frames
    purse: Purse
    endpoints: Sequence[Endpoint]
    settings: ModelSettings
    room: asyncio.Semaphore

    async def answer(
        self, question: Question, decision: Decision, passages: Sequence[Passage]
    ) -> dict[str, Any] | None:
        """None when it has ended the turn. Else there is no answer, nothing was said, and this is why."""
        try:
            reserved = await self.purse.reserve(question.turn.client_id)
        except Refused as refusal:
            REFUSED.labels(str(refusal)).inc()
            return {"refused": str(refusal)}
        record = Record()
        try:
            return await _Generation(self, question, decision, passages, record).run()
        finally:
            await asyncio.shield(self.purse.settle(reserved, record.spent))


class _Generation:
    """One answer of the model."""

    def __init__(
        self,
        assistant: Assistant,
        question: Question,
        decision: Decision,
        passages: Sequence[Passage],
        record: Record,
    ) -> None:
        self._assistant = assistant
        self._question = question
        self._decision = decision
        self._passages = passages
        self._record = record
        self._toolbox = Toolbox(Person(question.turn.client_id, assistant.host.peers), assistant.host.clock())
        self._writing = Writing(assistant.database, assistant.host.clock, assistant.frames, question.turn)

    async def run(self) -> dict[str, Any] | None:
        asking = asyncio.create_task(self._ask())
        broken_off = await self._writing.watch(asking)
        if broken_off is not None:
            return await self._break_off(broken_off)
        try:
            ending = asking.result()
        except NoAnswer:
            return self._kept()
        return await self._finish(ending)

    async def _ask(self) -> Ending:
        """Watched also while it waits for room: the turn is kept, and can be stopped. Raises `NoAnswer`."""
        async with self._assistant.room:
            return await self._asking().ask(self._assistant.endpoints)

    def _asking(self) -> Asking:
        settings, question = self._assistant.settings, self._question
        prompt = prompt_for(
            question.message,
            question.earlier,
            self._passages,
            language=self._decision.language,
            now=self._assistant.host.clock(),
            most_tokens=settings.llm_answer_tokens,
        )
        limits = Limits(settings.llm_first_token_s, settings.llm_total_s)
        clock = self._assistant.host.clock
        return Asking(prompt, self._toolbox.tools, self._writing.draft, limits, clock, self._record)

    async def _break_off(self, why: BrokenOff) -> dict[str, Any] | None:
        """What the client has stopped stays as far as it was shown; what was overtaken is dropped."""
        match why:
            case BrokenOff.STOPPED:
                shown = self._writing.draft.shown
                await self._say(TurnOutcome.STOPPED, shown + BROKEN_OFF if shown else "")
                return None
            case BrokenOff.OVERTAKEN:
                await self._say(TurnOutcome.OVERTAKEN, "")
                return None
            case BrokenOff.SWITCHED_OFF:
                return self._kept() | {"refused": str(why)}

    async def _finish(self, ending: Ending) -> dict[str, Any] | None:
        match ending:
            case Answered():
                text = self._writing.draft.text or limited_markdown(ending.text)
                if not without_marks(text):  # nothing but markup: as if it had not answered
                    return self._kept()
                await self._say(TurnOutcome.ANSWERED, text)
            case WantsPerson(reason=reason, summary=summary):
                async with working(self._assistant.database, self._assistant.host.clock) as work:
                    told = f"{reason}\n{summary}".strip()
                    verdict = self._verdict(TurnOutcome.HANDED_OVER)
                    await finish_with_hand_over(work, self._question.turn, verdict, Reason.MODEL, told)
        return None

    async def _say(self, outcome: TurnOutcome, text: str) -> None:
        sources = (*cited(text, self._passages), *self._toolbox.sources)
        said = without_marks(text)
        reply = Reply(text=said, sources=sources) if said else None
        async with working(self._assistant.database, self._assistant.host.clock) as work:
            await finish(work, self._question.turn, self._verdict(outcome), reply)

    def _verdict(self, outcome: TurnOutcome) -> Verdict:
        return Verdict(outcome=outcome, decision=stored(self._decision), generation=self._kept())

    def _kept(self) -> dict[str, Any]:
        """What is kept of it with the turn, for administrators."""
        return asdict(self._record) | {
            "prompt_version": PROMPT_VERSION,
            "tools": self._toolbox.used,
            "correlation_id": self._question.turn.correlation_id,
            "traceparent": traceparent(),
        }


@asynccontextmanager
async def open_assistant(host: Host, database: Database, frames: Frames) -> AsyncIterator[Assistant | None]:
    """None where no model is configured."""
    settings = ModelSettings()
    if not settings.offers:
        yield None
        return
    # In a thread: the library takes seconds to load, and people are waiting for other things meanwhile.
    library = await asyncio.to_thread(import_module, "kilowatch.support.model.openai_compatible")
    async with AsyncExitStack() as stack:
        endpoints = [
            Endpoint(await stack.enter_async_context(library.open_model(each.model, each.url, each.key)), each.price)
            for each in settings.offers
        ]
        log.info("language_model", models=[endpoint.model.name for endpoint in endpoints])
        yield Assistant(
            host=host,
            database=database,
            frames=frames,
            purse=Purse(database, host.clock, settings),
            endpoints=endpoints,
            settings=settings,
            room=asyncio.Semaphore(settings.llm_at_once),
        )
