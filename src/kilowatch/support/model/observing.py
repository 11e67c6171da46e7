"""What the language models take, tokens, money and time, as metrics and traces show it."""

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

from prometheus_client import Counter, Histogram

from kilowatch.kit.tracing import Kind, Span, span
from kilowatch.support.domain.spending import MICRODOLLARS, Price, cost
from kilowatch.support.model.port import Tokens

TOKENS: Final = Counter("kilowatch_model_tokens", "Tokens of the language model", ["model", "direction"])
DOLLARS: Final = Counter("kilowatch_model_dollars", "What they have cost, at the prices that are set", ["model"])
SECONDS: Final = Histogram(
    "kilowatch_model_seconds",
    "Of one attempt at an answer, tools included",
    ["model", "outcome"],
    buckets=(0.25, 0.5, 1, 2, 4, 8, 15, 30, 60),
)
FIRST_TOKEN_SECONDS: Final = Histogram(
    "kilowatch_model_first_token_seconds",
    "Until something came of an attempt",
    ["model"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15),
)
REFUSED: Final = Counter("kilowatch_model_refused", "Answers for which no model was asked", ["reason"])


@dataclass(slots=True)
class Attempt:
    model: str
    span: Span
    began: float
    outcome: str = "failed"

    def note_first(self) -> None:
        FIRST_TOKEN_SECONDS.labels(self.model).observe(monotonic() - self.began)

    def note_cost(self, tokens: Tokens, price: Price) -> None:
        TOKENS.labels(self.model, "input").inc(tokens.input)
        TOKENS.labels(self.model, "output").inc(tokens.output)
        DOLLARS.labels(self.model).inc(cost(price, tokens.input, tokens.output).microdollars / MICRODOLLARS)
        self.span.say(gen_ai__usage__input_tokens=tokens.input, gen_ai__usage__output_tokens=tokens.output)


@contextmanager
def observed(model: str) -> Iterator[Attempt]:
    """One attempt at an answer. Its span has the names that OpenTelemetry gives to generative models."""
    with span(f"chat {model}", Kind.CLIENT, gen_ai__operation__name="chat", gen_ai__request__model=model) as opened:
        attempt = Attempt(model, opened, monotonic())
        try:
            yield attempt
            attempt.outcome = "answered"
        except CancelledError:  # stopped by the client, overtaken, or out of time
            attempt.outcome = "broken_off"
            raise
        finally:
            SECONDS.labels(model, attempt.outcome).observe(monotonic() - attempt.began)
