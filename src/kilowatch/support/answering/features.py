"""Messages as sparse vectors: TF-IDF of words (1-2) and of characters within words (2-5)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from math import log, sqrt
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

#: Of the two halves of a vector, the words weigh less than the characters, which forgive typos and inflections.
WORDS, CHARACTERS = 0.4, 1.0
_SHORTEST, _LONGEST = 2, 5
#: How much of its weight an n-gram has that no example holds. It has no place in the vector, but it makes the rest
#: smaller: a message of strange words is unsure, however well its one known word fits.
_STRANGE: Final = 0.8

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vector:
    places: Places
    values: Floats


class Vocabulary:
    """The n-grams of the examples and how rare each is."""

    def __init__(self, examples: Sequence[Sequence[str]]) -> None:
        # In the order they come in, which no set keeps: what is learnt is kept by place, and other processes read it.
        words = Counter(gram for tokens in examples for gram in dict.fromkeys(word_grams(tokens)))
        characters = Counter(gram for tokens in examples for gram in dict.fromkeys(character_grams(tokens)))
        self._count = len(examples)
        self.grams = [*words, *characters]
        self._place = {gram: place for place, gram in enumerate(self.grams)}
        self._rarity = [self._rarity_of(count) for count in (*words.values(), *characters.values())]
        self._rarity_of_strange = _STRANGE * self._rarity_of(0)

    def __len__(self) -> int:
        return len(self.grams)

    def vector(self, tokens: Sequence[str]) -> Vector:
        words = self._half(Counter(word_grams(tokens)), WORDS)
        characters = self._half(Counter(character_grams(tokens)), CHARACTERS)
        known = words | characters
        return Vector(np.fromiter(known.keys(), np.int64, len(known)), np.fromiter(known.values(), float, len(known)))

    def _half(self, counts: Mapping[str, int], weight: float) -> dict[int, float]:
        known: dict[int, float] = {}
        square = 0.0
        for gram, count in counts.items():
            place = self._place.get(gram)
            value = (1 + log(count)) * (self._rarity_of_strange if place is None else self._rarity[place])
            square += value * value
            if place is not None:
                known[place] = value
        scale = weight / sqrt(square) if square else 0.0
        return {place: value * scale for place, value in known.items()}

    def _rarity_of(self, count: int) -> float:
        return log((1 + self._count) / (1 + count)) + 1


def word_grams(tokens: Sequence[str]) -> Iterator[str]:
    yield from tokens
    yield from (f"{first} {second}" for first, second in pairwise(tokens))


def character_grams(tokens: Sequence[str]) -> Iterator[str]:
    """Between `‹` and `›`; a space in them is the edge of a word."""
    return chain.from_iterable(map(_pieces, tokens))


@lru_cache(maxsize=8_192)  # all words of a knowledge base: while it is learnt, each comes again and again
def _pieces(token: str) -> tuple[str, ...]:
    padded = f" {token} "
    return tuple(
        f"‹{padded[start : start + length]}›"
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(padded) - length + 1)
    )
