r"""Patterns of whole words, for messages whose meaning is beyond doubt.

| written | matches |
|---|---|
| `reset` | this word, and no other: never a part of one |
| `consum*` | words that begin so |
| `kwh|energy` | one or the other |
| `please?` | the word, or nothing |
| `...` | up to four words, whichever |
| `^`, `$` | the beginning, the end of the message |
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

from kilowatch.support.answering.text import fold

_ELEMENT: Final = re.compile(r"[a-z0-9]+\*?(\|[a-z0-9]+\*?)*\??")
_GAP: Final = "..."
_ANCHORS: Final = ("^", "$")


class BadPhrase(ValueError):
    """Its text says what is wrong."""


@dataclass(frozen=True)
class Phrase:
    """A pattern, as it was written."""

    source: str
    weight: int = field(compare=False)  #: how many words it asks for: the more, the surer
    choices: Sequence[Sequence[str]] = field(compare=False, repr=False)  #: for each word, without `*` and `?`
    pattern: str = field(compare=False, repr=False)

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def variants(self) -> Iterator[tuple[str, ...]]:
        """Messages as short as they can be that it matches: each choice occurs in one, not each combination."""
        for turn in range(max(map(len, self.choices))):
            yield tuple(choices[turn % len(choices)] for choices in self.choices)

    def found_in(self, message: str) -> re.Match[str] | None:
        """`message`: tokens with a space between."""
        return self._expression.search(message)


def phrase(source: str) -> Phrase:
    """Raises `BadPhrase`."""
    elements = fold(source).split()
    _check(source, elements)
    words = [element for element in elements if element != _GAP and element not in _ANCHORS]
    weight = sum(not word.endswith("?") for word in words)
    if not weight:
        raise BadPhrase(f"“{source}” asks for no word, so it would match everything.")
    choices = [[choice.rstrip("*") for choice in word.rstrip("?").split("|")] for word in words]
    return Phrase(source, weight, choices, _expression_of(elements))


def _check(source: str, elements: Sequence[str]) -> None:
    for place, element in enumerate(elements):
        anchored = element in _ANCHORS and place == (0 if element == "^" else len(elements) - 1)
        if not (anchored or element == _GAP or _ELEMENT.fullmatch(element)):
            raise BadPhrase(f"“{element}” in “{source}” is no word, and no pattern that there is.")
    if any(pair == (_GAP, _GAP) for pair in pairwise(elements)):
        raise BadPhrase(f"“{source}” has two gaps beside each other.")


def _expression_of(elements: Sequence[str]) -> str:
    """Every word takes the space behind it, so that what is left out leaves no second space."""
    inner = [element for element in elements if element not in _ANCHORS]
    start = r"\A" if elements[0] == "^" else r"(?:\A|(?<= ))"
    end = r"\Z" if elements[-1] == "$" else ""
    return start + "".join(map(_element_expression, inner)) + end


def _element_expression(element: str) -> str:
    if element == _GAP:
        return r"(?:[a-z0-9]+(?: |\Z)){0,4}"
    word, optional = element.removesuffix("?"), element.endswith("?")
    choices = (re.escape(choice).replace(r"\*", "[a-z0-9]*") for choice in word.split("|"))
    return rf"(?:(?:{'|'.join(choices)})(?: |\Z))" + ("?" if optional else "")


@dataclass(frozen=True, slots=True)
class Rule:
    """The phrases of a topic in all languages; an exception in one of them holds for the phrases of the others too."""

    topic: str
    phrases: Sequence[Phrase]
    unless: Sequence[Phrase]


@dataclass(frozen=True, slots=True)
class Match:
    topic: str
    phrase: Phrase


Rules: TypeAlias = Iterable[Rule]


class PhraseBook:
    """All phrases, each tried only when a first look says that its topic can match at all."""

    def __init__(self, rules: Rules) -> None:
        self._rules = [(rule, _any_of(rule.phrases)) for rule in rules if rule.phrases]

    def matches(self, message: str) -> list[Match]:
        """The surest phrase of each topic that matches, the surest topic first."""
        found = [
            Match(rule.topic, _surest(rule.phrases, message))
            for rule, possible in self._rules
            if possible.search(message) and not any(phrase.found_in(message) for phrase in rule.unless)
        ]
        return sorted(found, key=lambda match: (-match.phrase.weight, match.topic))


def _any_of(phrases: Sequence[Phrase]) -> re.Pattern[str]:
    return re.compile("|".join(phrase.pattern for phrase in phrases))


def _surest(phrases: Sequence[Phrase], message: str) -> Phrase:
    return max((phrase for phrase in phrases if phrase.found_in(message)), key=lambda phrase: phrase.weight)


class SmallTalk:
    """Greetings and thanks, peeled off both ends of a message: what is left is what it is about."""

    def __init__(self, rules: Rules) -> None:
        found = [(rule.topic, phrase) for rule in rules for phrase in rule.phrases]
        # The longest first, so that “thank you very much” is taken as a whole.
        found.sort(key=lambda pair: -pair[1].weight)
        self._at_start = [(topic, phrase, re.compile(rf"\A(?:{phrase.pattern})")) for topic, phrase in found]
        self._at_end = [(topic, phrase, re.compile(rf"(?:{phrase.pattern})\Z")) for topic, phrase in found]

    def peel(self, message: str) -> tuple[str, Match | None]:
        """What is left, and what was peeled off last of all in the message."""
        peeled: Match | None = None
        while message and (step := self._step(self._at_start, message)):
            message, peeled = step
        last: Match | None = None
        while message and (step := self._step(self._at_end, message)):
            message, taken = step
            last = last or taken
        return message, last or peeled

    def _step(self, ends: Sequence[tuple[str, Phrase, re.Pattern[str]]], message: str) -> tuple[str, Match] | None:
        for topic, phrase, expression in ends:
            if found := expression.search(message):
                rest = message[: found.start()] + message[found.end() :]
                return rest.strip(), Match(topic, phrase)
        return None
