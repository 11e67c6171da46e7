"""What the classifier has learnt from its lessons.

To learn takes seconds, and the library that does it two more to load. The same lessons always teach the same, so the
result can be put on a shelf under a digest of all that it came from.
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple, Protocol, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kilowatch.support.answering.features import Vocabulary
from kilowatch.support.answering.knowledge import Lesson

#: Part of every digest: another number when features or the learning change, so that nothing older is taken for theirs.
_EDITION: Final = 3

Floats: TypeAlias = npt.NDArray[np.float32]


class Weights(NamedTuple):
    of_grams: Floats  #: (n-grams, topics): a message needs a hundred rows of the many thousand, each in one piece
    of_topics: Floats  #: (topics,), the intercepts


class Shelf(Protocol):
    """Where what was learnt outlives the process. It may forget, and never fails."""

    def take(self, digest: str) -> Weights | None: ...
    def put(self, digest: str, weights: Weights) -> None: ...


class NoShelf:
    def take(self, digest: str) -> None:
        """There is nothing."""

    def put(self, digest: str, weights: Weights) -> None:
        """It is learnt again next time."""


def weights_of(lessons: Sequence[Lesson], topics: Sequence[str], vocabulary: Vocabulary, shelf: Shelf) -> Weights:
    """From the shelf, or learnt and put there."""
    digest = digest_of(lessons)
    weights = shelf.take(digest)
    if weights is None or weights.of_grams.shape != (len(vocabulary), len(topics)):
        # Imported when it is needed: its library takes seconds to load.
        learning = import_module("kilowatch.support.answering.learning")
        weights = Weights(*learning.learn(lessons, topics, vocabulary))
        shelf.put(digest, weights)
    return weights


def digest_of(lessons: Sequence[Lesson]) -> str:
    return hashlib.sha256(msgspec.json.encode((_EDITION, lessons))).hexdigest()[:32]
