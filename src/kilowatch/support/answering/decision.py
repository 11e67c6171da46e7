"""What the answerer decided about one message, and why: a value to act upon, to store and to explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kilowatch.support.answering.text import Language


class Outcome(StrEnum):
    ANSWER = "answer"  #: say the answer of `intent`
    SUGGEST = "suggest"  #: ask “did you mean …” with `suggestions`
    HAND_OVER = "hand_over"  #: the person wants a person
    PASS_ON = "pass_on"  # noqa: S105  #: the rules know no answer


class Stage(StrEnum):
    TALK = "talk"
    PHRASE = "phrase"
    CLASSIFIER = "classifier"
    CHOSEN = "chosen"  #: the person picked a suggestion
    EMPTY = "empty"  #: the message holds no word


@dataclass(frozen=True, slots=True)
class Candidate:
    topic: str
    score: float  #: probability, 0 to 1; of a phrase 1


@dataclass(frozen=True, slots=True)
class Reason:
    """A phrase, or an n-gram (pieces of words stand between `‹` and `›`), and what it added for the topic."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Repair:
    typed: str
    read_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    outcome: Outcome
    stage: Stage
    language: Language  #: in which the message is written, and the answer should be
    intent: str | None = None  #: the likeliest topic, also when it was not likely enough
    score: float = 0.0
    runner_up: Candidate | None = None
    suggestions: Sequence[str] = ()  #: up to three topics
    reasons: Sequence[Reason] = ()  #: what decided, the weightiest first
    repairs: Sequence[Repair] = ()
    version: str  #: of the knowledge base
