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

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input + other.input, self.output + other.output)


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


class TryAgain(ModelFailed):
    """The same may work in a moment."""

    def __init__(self, reason: str, after_s: float = 0.5) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Listener(Protocol):
    """Hears of an answer while it is made."""

    def progressed(self) -> None:
        """Something has come: text, or the wish to use a tool."""

    def said(self, piece: str) -> None: ...


class Watcher(Listener, Protocol):
    """Hears as well what it takes, which is owed however it ends."""

    def took(self, tokens: Tokens) -> None:
        """All requests together that have ended, as far as the endpoint tells. Told again and again."""


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    async def converse(self, prompt: Prompt, tools: Sequence[Tool], watcher: Watcher) -> Ending:
        """Raises `TryAgain`, `ModelFailed`. To cancel it ends the request."""
