"""Which topic a message is likely about, and the n-grams that say so."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from kilowatch.support.answering.decision import Candidate, Reason
from kilowatch.support.answering.features import Vocabulary
from kilowatch.support.answering.knowledge import Lesson
from kilowatch.support.answering.weights import Shelf, weights_of

_REASONS: Final = 6


class Classifier:
    """A logistic regression for each topic, of both languages at once: is the message about it, or not?

    A message of which every topic says “not mine” has no likely topic; with one regression over all of them some topic
    would have to win. It is also built in a fraction of the time.
    """

    def __init__(self, lessons: Sequence[Lesson], shelf: Shelf) -> None:
        self._vocabulary = Vocabulary([lesson.tokens for lesson in lessons])
        self._topics = sorted({lesson.topic for lesson in lessons})
        self._weights, self._intercept = weights_of(lessons, self._topics, self._vocabulary, shelf)

    def candidates(self, tokens: Sequence[str]) -> list[Candidate]:
        """All topics, the likeliest first."""
        vector = self._vocabulary.vector(tokens)
        chances = 1 / (1 + np.exp(-(vector.values @ self._weights[vector.places] + self._intercept)))
        order = np.argsort(-chances, kind="stable")
        return [Candidate(self._topics[place], round(float(chances[place]), 4)) for place in order]

    def reasons(self, tokens: Sequence[str], topic: str, rather_than: str) -> list[Reason]:
        """What spoke most for the one topic and against the other."""
        vector = self._vocabulary.vector(tokens)
        mine, other = self._topics.index(topic), self._topics.index(rather_than)
        rows = self._weights[vector.places]
        added = vector.values * (rows[:, mine] - rows[:, other])
        best = np.argsort(-added, kind="stable")[:_REASONS]
        return [
            Reason(self._vocabulary.grams[vector.places[place]], round(float(added[place]), 4))
            for place in best
            if added[place] > 0
        ]
