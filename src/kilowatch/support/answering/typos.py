"""Mistyped words of the knowledge base are read as they were meant.

Only towards words that matter to it, and only from words that it does not hold: this is no spelling checker, which
would turn a question about the meteo into one about a meter.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kilowatch.support.answering.decision import Repair
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.text import tokens_of

#: Shorter words are too near to each other.
_SHORTEST: Final = 4
#: From this length on two slips are forgiven.
_TWO_SLIPS: Final = 8
#: From this length on one letter may stand for another.
_ANOTHER_LETTER: Final = 7
#: Examples that hold a word before it matters; what stands in a phrase, or begins so, matters at once.
_LEAST_EXAMPLES: Final = 3


class TypoRepair:
    def __init__(self, knowledge: Knowledge) -> None:
        told = Counter(
            word
            for topic, _, example in knowledge.examples()
            if topic.kind is not Kind.NONE
            for word in set(tokens_of(example))
        )
        asked_for = set(_words_of_phrases(knowledge))
        self._words = set(_all_words(knowledge)) | asked_for
        roots = tuple(word for word in asked_for if len(word) > _SHORTEST)
        matters = {word for word, count in told.items() if count >= _LEAST_EXAMPLES or word.startswith(roots)}
        matters = {word for word in matters if len(word) > _SHORTEST} | asked_for
        self._targets = sorted(word for word in matters if len(word) >= _SHORTEST and word.isalpha())

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
        likely = [(meant, distance) for meant, distance, _ in near if _is_likely(token, meant)]
        if not likely or (len(likely) > 1 and likely[0][1] == likely[1][1]):
            return token
        return str(likely[0][0])


def _is_likely(typed: str, meant: str) -> bool:
    """Fingers swap letters, miss some and double some, hardly ever the first; in short words, another letter is another
    word: `invest` is not `ingest`.
    """
    if typed[0] != meant[0]:
        return sorted(typed[:2]) == sorted(meant[:2])
    same_letters = len(typed) != len(meant) or sorted(typed) == sorted(meant)
    return same_letters or len(typed) >= _ANOTHER_LETTER


def _all_words(knowledge: Knowledge) -> Iterator[str]:
    """The answers too: they hold many common words, which are not to be taken for typos."""
    for topic in knowledge.topics.values():
        for text in topic.texts.values():
            for line in (text.title, text.answer, *text.examples):
                yield from tokens_of(line)


def _words_of_phrases(knowledge: Knowledge) -> Iterator[str]:
    for topic in knowledge.of_kind(Kind.ANSWER, Kind.HAND_OVER):
        for text in topic.texts.values():
            for phrase in text.phrases:
                for choices in phrase.choices:
                    yield from choices
