"""Asks one model after the other, within the time that there is, until one has answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final, Protocol

from kilowatch.kit.clock import Clock
from kilowatch.support.domain.spending import Amount, Price, cost, estimated_tokens
from kilowatch.support.model.breaker import Breaker
from kilowatch.support.model.observing import Attempt, observed
from kilowatch.support.model.port import (
    Ending,
    LanguageModel,
    Listener,
    ModelFailed,
    Prompt,
    Tokens,
    Tool,
    TryAgain,
)

#: Of each model.
ATTEMPTS: Final = 2


class Audience(Listener, Protocol):
    """Hears the answer, and is told when what it has heard is to be forgotten."""

    def begin_again(self) -> None: ...


@dataclass(slots=True)
class Endpoint:
    model: LanguageModel
    price: Price
    breaker: Breaker = field(default_factory=Breaker)


@dataclass(frozen=True, slots=True)
class Limits:
    first_token_s: float
    total_s: float  #: of all models together; each leaves those after it their share


@dataclass(slots=True)
class Record:
    """What was tried, how long it took and what it has cost; kept with the answer."""

    attempts: list[dict[str, Any]] = field(default_factory=list)
    model: str | None = None  #: that has answered
    input_tokens: int = 0
    output_tokens: int = 0
    microdollars: int = 0
    first_token_ms: float | None = None
    total_ms: float = 0.0

    @property
    def spent(self) -> Amount:
        return Amount(self.input_tokens + self.output_tokens, self.microdollars)

    def charge(self, tokens: Tokens, price: Price) -> None:
        self.input_tokens += tokens.input
        self.output_tokens += tokens.output
        self.microdollars += cost(price, tokens.input, tokens.output).microdollars


class NoAnswer(Exception):
    """None of the models has answered in time."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to the models that there are."""

    prompt: Prompt
    tools: Sequence[Tool]
    audience: Audience
    limits: Limits
    clock: Clock
    record: Record
    _started: float = field(default_factory=monotonic)

    async def ask(self, endpoints: Sequence[Endpoint]) -> Ending:
        """The first good ending. Raises `NoAnswer`."""
        try:
            for place, endpoint in enumerate(endpoints):
                left_s = self.limits.total_s - self._ms() / 1000
                if (ending := await self._ask_within(left_s / (len(endpoints) - place), endpoint)) is not None:
                    return ending
        finally:
            self.record.total_ms = self._ms()
        raise NoAnswer

    async def _ask_within(self, time_s: float, endpoint: Endpoint) -> Ending | None:
        try:
            async with asyncio.timeout(time_s):
                return await self._ask_one(endpoint)
        except TimeoutError:
            endpoint.breaker.failed(self.clock())
            self._note(endpoint.model.name, f"no whole answer within {time_s:.3g} s")
            self.audience.begin_again()
            return None

    async def _ask_one(self, endpoint: Endpoint) -> Ending | None:
        for _ in range(ATTEMPTS):
            if not endpoint.breaker.may_try(self.clock()):
                self._note(endpoint.model.name, "left alone: it has failed too often")
                return None
            try:
                return await self._attempt(endpoint)
            except ModelFailed as failure:
                endpoint.breaker.failed(self.clock())
                self._note(endpoint.model.name, str(failure))
                self.audience.begin_again()
                if not isinstance(failure, TryAgain):
                    return None
                await asyncio.sleep(failure.after_s)
        return None

    async def _attempt(self, endpoint: Endpoint) -> Ending:
        """Raises `ModelFailed`."""
        with observed(endpoint.model.name) as attempt:
            return await self._converse(endpoint, attempt)

    async def _converse(self, endpoint: Endpoint, attempt: Attempt) -> Ending:
        """Raises `ModelFailed`."""
        watch = _Watch(self.audience)
        left = self.prompt.most_tokens - self.record.spent.tokens
        if left <= 0:
            raise ModelFailed("the tokens of this answer are used up")
        prompt = replace(self.prompt, most_tokens=left)
        running = asyncio.create_task(endpoint.model.converse(prompt, self.tools, watch))
        try:
            ending = await self._hear(running, watch, attempt)
        except (asyncio.CancelledError, _NothingCame):  # nobody wants it any more, or time is up
            self._charge(endpoint, watch.told + self._estimate(watch), attempt)
            raise
        except ModelFailed:
            self._charge(endpoint, watch.told + self._estimate(watch) if watch.is_amid else watch.told, attempt)
            raise
        endpoint.breaker.succeeded()
        self.record.model = endpoint.model.name
        self._charge(endpoint, ending.tokens, attempt)
        return ending

    async def _hear(self, running: asyncio.Task[Ending], watch: "_Watch", attempt: Attempt) -> Ending:
        """Ends it in any case; from then on all is known that the endpoint tells of what it took."""
        try:
            await self._wait_for_first(running, watch, attempt)
            return await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _wait_for_first(self, running: asyncio.Task[Ending], watch: "_Watch", attempt: Attempt) -> None:
        began = asyncio.create_task(watch.began.wait())
        try:
            await asyncio.wait((running, began), timeout=self.limits.first_token_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            began.cancel()
        if not watch.began.is_set() and not running.done():
            raise _NothingCame(f"nothing came within {self.limits.first_token_s:g} s")
        if watch.began.is_set():
            attempt.note_first()
        if self.record.first_token_ms is None:
            self.record.first_token_ms = self._ms()

    def _charge(self, endpoint: Endpoint, tokens: Tokens, attempt: Attempt) -> None:
        self.record.charge(tokens, endpoint.price)
        attempt.note_cost(tokens, endpoint.price)

    def _estimate(self, watch: "_Watch") -> Tokens:
        """Of the request under way, of which nothing is told. It reads what the one before read, and more."""
        read = [self.prompt.instructions, self.prompt.question, *(said.text for said in self.prompt.history)]
        return Tokens(max(sum(map(estimated_tokens, read)), watch.last_read), watch.pieces)

    def _note(self, model: str, failure: str) -> None:
        self.record.attempts.append({"model": model, "failure": failure, "after_ms": self._ms()})

    def _ms(self) -> float:
        return round((monotonic() - self._started) * 1000, 1)


class _NothingCame(TryAgain):
    """Too late for the first token; the endpoint may well be at work."""


class _Watch:
    """Hands on what the model says, and notes that something came, and what it takes."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.began = asyncio.Event()
        self.told = Tokens(0, 0)  #: by the endpoint, of the requests that have ended
        self.last_read = 0  #: by the last of them
        self.is_amid = False  #: something has come that nothing is told of
        self.pieces = 0  #: of it; about as many as tokens

    def progressed(self) -> None:
        self._note()
        self._listener.progressed()

    def said(self, piece: str) -> None:
        self._note()
        self.pieces += 1
        self._listener.said(piece)

    def took(self, tokens: Tokens) -> None:
        if tokens == self.told:
            return
        self.last_read = tokens.input - self.told.input
        self.told, self.is_amid, self.pieces = tokens, False, 0

    def _note(self) -> None:
        self.began.set()
        self.is_amid = True
