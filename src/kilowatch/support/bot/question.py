"""All that an answer is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from kilowatch.support.answering.text import Language
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.domain.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    turn: Turn
    message: MessageRecord
    earlier: Sequence[MessageRecord]
    language: Language
    offered: Sequence[str]  #: topics that were suggested just before
