"""Which passages of the knowledge base an answer stands on, as the model marks them: `[1]`.

A mark names a passage that the model was given, by its number, so that it can point to nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kilowatch.contracts.chat import Source

_MARK: Final = re.compile(r"[ \t]*\[(\d{1,3})\](?!\()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Of the knowledge base."""

    source: Source
    text: str


def without_marks(answer: str) -> str:
    return _MARK.sub("", answer).strip()


def cited(answer: str, passages: Sequence[Passage]) -> tuple[Source, ...]:
    """In the order of the passages, each once."""
    numbers = {int(mark) for mark in _MARK.findall(answer)}
    return tuple(passage.source for number, passage in enumerate(passages, 1) if number in numbers)
