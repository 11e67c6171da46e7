"""What support expects of a language model."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

#: An asynchronous function with annotated arguments and a docstring; what it returns is data for the model.
Tool: TypeAlias = Callable[..., Awaitable[Any]]


class Speaker(StrEnum):
    PERSON = "person"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Said:
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    instructions: str
    history: Sequence[Said]
    question: str
    most_tokens: int  #: of the whole run, all requests together


@dataclass(frozen=True, slots=True)
class Tokens:
    input: int
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    text: str
    tokens: Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class WantsPerson:
    """The model gives the conversation to a person."""

    reason: str
    summary: str
    tokens: Tokens


Ending: TypeAlias = Answered | WantsPerson


class ModelFailed(Exception):
    """No answer came, or half of one. What was said until then is worth nothing."""

    def __init__(self, reason: str, tokens: Tokens = Tokens(0, 0)) -> None:
        super().__init__(reason)
        self.tokens = tokens  #: that it has cost all the same, as far as the endpoint told


class TryAgain(ModelFailed):
    """The same may work in a moment."""

    def __init__(self, reason: str, tokens: Tokens = Tokens(0, 0), after_s: float = 0.5) -> None:
        super().__init__(reason, tokens)
        self.after_s = after_s


class Listener(Protocol):
    """Hears of an answer while it is made."""

    def progressed(self) -> None:
        """Something has come: text, or the wish to use a tool."""

    def said(self, piece: str) -> None: ...


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    async def converse(self, prompt: Prompt, tools: Sequence[Tool], listener: Listener) -> Ending:
        """Raises `TryAgain`, `ModelFailed`. To cancel it ends the request."""
