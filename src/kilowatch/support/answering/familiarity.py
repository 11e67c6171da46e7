"""How much of a message is made of words that the topics use.

A question about the price of a bitcoin has all the marks of one about the price of energy, but for the one word that
counts. The classifier cannot weigh a word that it has never seen, so its score is lowered for those.
"""

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Final

#: A word that is not known may be an inflection of one that is: so many letters at its end may be others …
_ENDING: Final = 3
#: … if at least so many stay.
_STEM: Final = 5


class Familiarity:
    def __init__(self, lessons: Sequence[Sequence[str]]) -> None:
        """`lessons`: messages about the topics, without those about other things."""
        counts = Counter(word for tokens in lessons for word in set(tokens))
        self._weight_of_strange = log(1 + len(lessons))
        self._weights = {word: log((1 + len(lessons)) / (1 + count)) for word, count in counts.items()}
        self._stems = {word[:length] for word in counts for length in range(_STEM, len(word) + 1)}

    def of(self, tokens: Sequence[str]) -> float:
        """0 to 1. Rare words count most: they carry what a message is about."""
        known = sum(self._weight(token) for token in tokens if self._knows(token))
        strange = self._weight_of_strange * sum(not self._knows(token) for token in tokens)
        return known / (known + strange) if known else 0.0

    def _weight(self, token: str) -> float:
        return self._weights.get(token, self._weight_of_strange)

    def _knows(self, token: str) -> bool:
        return token in self._weights or token.isdigit() or token[: max(_STEM, len(token) - _ENDING)] in self._stems
