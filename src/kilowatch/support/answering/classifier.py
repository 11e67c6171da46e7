"""Which topic a message is likely about, and the n-grams that say so."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kilowatch.support.answering.decision import Candidate, Reason
from kilowatch.support.answering.features import Floats, Vector, Vocabulary
from kilowatch.support.answering.knowledge import Lesson

#: Inverse of the regularisation: chosen on the validation split.
_C: Final = 10.0
_TOLERANCE: Final = 0.1
_REASONS: Final = 6

Bools: TypeAlias = npt.NDArray[np.bool_]


class Classifier:
    """A logistic regression for each topic, of both languages at once: is the message about it, or not?

    A message of which every topic says “not mine” has no likely topic; with one regression over all of them some topic
    would have to win. It is also built in a fraction of the time.
    """

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._vocabulary = Vocabulary([lesson.tokens for lesson in lessons])
        matrix = self._matrix([self._vocabulary.vector(lesson.tokens) for lesson in lessons])
        taught = np.array([lesson.topic for lesson in lessons])
        self._topics: Sequence[str] = sorted(set(taught.tolist()))
        models = [_regression(matrix, taught == topic) for topic in self._topics]
        # A row for each n-gram: a message needs a hundred of the many thousand, and finds each in one piece.
        self._weights: Floats = np.ascontiguousarray(np.concatenate([model.coef_ for model in models]).T)
        self._intercept: Floats = np.concatenate([model.intercept_ for model in models])

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

    def _matrix(self, vectors: Sequence[Vector]) -> csr_matrix:
        ends = np.cumsum([0, *(len(vector.places) for vector in vectors)])
        values = np.concatenate([vector.values for vector in vectors])
        places = np.concatenate([vector.places for vector in vectors])
        return csr_matrix((values, places, ends), shape=(len(vectors), len(self._vocabulary)))


def _regression(matrix: csr_matrix, mine: Bools) -> LogisticRegression:
    """In the dual form, which is fast where n-grams outnumber examples; it draws lots, so it gets a seed."""
    model = LogisticRegression(
        solver="liblinear", dual=True, C=_C, class_weight="balanced", tol=_TOLERANCE, random_state=0
    )
    return model.fit(matrix, mine)
