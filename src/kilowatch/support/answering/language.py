"""In which of the languages a message is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log
from typing import Final

from kilowatch.support.answering.knowledge import Knowledge
from kilowatch.support.answering.text import Language, tokens_of

#: How sure a message must be to go against the language of the person, as the logarithm of the odds.
_AGAINST_THE_PERSON: Final = 2.0
#: A count added to each, so that what was never seen speaks for neither.
_SMOOTHING: Final = 0.5


class LanguageGuess:
    """Naive Bayes over words and their beginnings and ends; what both languages share weighs nothing."""

    def __init__(self, knowledge: Knowledge) -> None:
        counts = {language: Counter[str]() for language in Language}
        for topic in knowledge.topics.values():
            for language, text in topic.texts.items():
                for line in (text.title, text.answer, *text.examples):
                    counts[language].update(_pieces(tokens_of(line)))
        totals = {language: sum(found.values()) for language, found in counts.items()}
        self._for_romanian = {
            piece: log((counts[Language.RO][piece] + _SMOOTHING) / totals[Language.RO])
            - log((counts[Language.EN][piece] + _SMOOTHING) / totals[Language.EN])
            for piece in counts[Language.RO] | counts[Language.EN]
        }

    def language_of(self, tokens: Sequence[str], person: Language) -> Language:
        towards_romanian = sum(self._for_romanian.get(piece, 0.0) for piece in _pieces(tokens))
        towards_romanian += _AGAINST_THE_PERSON if person is Language.RO else -_AGAINST_THE_PERSON
        return Language.RO if towards_romanian > 0 else Language.EN


def _pieces(tokens: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if token.isalpha():
            yield token
            yield f"{token[:3]}-"
            yield f"-{token[-3:]}"
