"""Which topic a message is likely about, and the n-grams that say so."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kilowatch.support.answering.decision import Candidate, Reason
from kilowatch.support.answering.features import Floats, Vector, Vocabulary
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.text import tokens_of

#: Inverse of the regularisation: chosen on the validation split.
_C: Final = 20.0
_MOST_ITERATIONS: Final = 200
_REASONS: Final = 6


class Classifier:
    """Multinomial logistic regression over all topics and both languages at once, `none` among the topics."""

    def __init__(self, knowledge: Knowledge) -> None:
        found = [
            (topic.id, tokens_of(example)) for topic, _, example in knowledge.examples() if topic.kind is not Kind.TALK
        ]
        self._vocabulary = Vocabulary([tokens for _, tokens in found])
        model = LogisticRegression(C=_C, max_iter=_MOST_ITERATIONS, class_weight="balanced")
        model.fit(self._matrix([self._vocabulary.vector(tokens) for _, tokens in found]), [topic for topic, _ in found])
        self._topics: Sequence[str] = [str(topic) for topic in model.classes_]
        # A row for each n-gram: a message needs a hundred of the many thousand, and finds each in one piece.
        self._weights: Floats = np.ascontiguousarray(model.coef_.T)
        self._intercept: Floats = model.intercept_

    def candidates(self, tokens: Sequence[str]) -> list[Candidate]:
        """All topics, the likeliest first."""
        vector = self._vocabulary.vector(tokens)
        scores = vector.values @ self._weights[vector.places] + self._intercept
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
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
