"""How the classifier learns. Nothing else imports scikit-learn, which takes two seconds to load."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kilowatch.support.answering.features import Vocabulary
from kilowatch.support.answering.knowledge import Lesson

#: Inverse of the regularisation, and when to stop: chosen on the validation split, which is answered alike from 0.3 to
#: 3; to go on for longer only takes longer.
_C: Final = 10.0
_TOLERANCE: Final = 2.0

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float32]


def learn(lessons: Sequence[Lesson], topics: Sequence[str], vocabulary: Vocabulary) -> tuple[Floats, Floats]:
    """The weights of the n-grams, of shape (n-grams, topics), and the intercepts of the topics."""
    matrix = _matrix(lessons, vocabulary)
    taught = np.array([lesson.topic for lesson in lessons])
    models = [_regression(matrix, taught == topic) for topic in topics]
    weights = np.ascontiguousarray(np.concatenate([model.coef_ for model in models]).T, np.float32)
    return weights, np.concatenate([model.intercept_ for model in models]).astype(np.float32)


def _matrix(lessons: Sequence[Lesson], vocabulary: Vocabulary) -> csr_matrix:
    vectors = [vocabulary.vector(lesson.tokens) for lesson in lessons]
    ends = np.cumsum([0, *(len(vector.places) for vector in vectors)])
    values = np.concatenate([vector.values for vector in vectors])
    places = np.concatenate([vector.places for vector in vectors])
    return csr_matrix((values, places, ends), shape=(len(vectors), len(vocabulary)))


def _regression(matrix: csr_matrix, mine: Bools) -> LogisticRegression:
    """In the dual form, which is fast where n-grams outnumber examples; it draws lots, so it gets a seed."""
    model = LogisticRegression(
        solver="liblinear", dual=True, C=_C, class_weight="balanced", tol=_TOLERANCE, random_state=0
    )
    return model.fit(matrix, mine)
