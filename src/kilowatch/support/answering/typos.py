"""Mistyped words of the knowledge base are read as they were meant.

Only towards words of the knowledge base, and only from words that it does not hold: this is no spelling checker, which
would turn a question about the meteo into one about a meter.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kilowatch.support.answering.decision import Repair
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.text import tokens_of

#: Shorter words are too near to each other.
_SHORTEST: Final = 5
#: From this length on two slips are forgiven.
_TWO_SLIPS: Final = 9
#: A word that fewer examples hold is not what people are likely to have meant.
_LEAST_EXAMPLES: Final = 2


class TypoRepair:
    def __init__(self, knowledge: Knowledge) -> None:
        known: Counter[str] = Counter()
        strange: set[str] = set()
        for topic, _, example in knowledge.examples():
            if topic.kind is Kind.NONE:
                strange.update(tokens_of(example))
            else:
                known.update(set(tokens_of(example)))
        self._words = strange | known.keys()
        self._targets = sorted(
            word
            for word, count in known.items()
            if len(word) >= _SHORTEST and count >= _LEAST_EXAMPLES and word.isalpha()
        )

    def repair(self, tokens: Sequence[str]) -> tuple[tuple[str, ...], tuple[Repair, ...]]:
        """The message with its typos repaired, and the repairs."""
        read = [self._read(token) for token in tokens]
        repairs = tuple(Repair(typed, meant) for typed, meant in zip(tokens, read, strict=True) if typed != meant)
        return tuple(read), repairs

    def _read(self, token: str) -> str:
        if token in self._words or len(token) < _SHORTEST or not token.isalpha():
            return token
        slips = 2 if len(token) >= _TWO_SLIPS else 1
        near = process.extract(token, self._targets, scorer=OSA.distance, score_cutoff=slips, limit=2)
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return token
        return str(near[0][0])
