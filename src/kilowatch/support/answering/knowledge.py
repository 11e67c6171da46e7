"""What the answerer knows: topics, each in every language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kilowatch.support.answering.phrases import Phrase, Rule
from kilowatch.support.answering.text import Language, tokens_of


class Kind(StrEnum):
    ANSWER = "answer"
    TALK = "talk"  #: small talk: answered only when the message holds nothing else
    HAND_OVER = "hand_over"  #: the person wants a person
    NONE = "none"  #: what Kilowatch knows nothing of; examples only


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicText:
    """A topic in one language."""

    title: str = ""
    answer: str = ""  #: limited Markdown, with placeholders for the person's own data
    without_data: str = ""  #: instead of `answer`, when those data cannot be had
    phrases: tuple[Phrase, ...] = ()
    unless: tuple[Phrase, ...] = ()  #: where one of them matches, none of the phrases does
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    id: str
    kind: Kind
    place: str | None  #: the page of the web app where this can be seen or done
    texts: Mapping[Language, TopicText]


@dataclass(frozen=True, slots=True)
class Knowledge:
    topics: Mapping[str, Topic]
    version: str  #: the same for the same text, wherever it was read

    def of_kind(self, *kinds: Kind) -> Iterator[Topic]:
        return (topic for topic in self.topics.values() if topic.kind in kinds)

    def examples(self) -> Iterator[tuple[Topic, Language, str]]:
        for topic in self.topics.values():
            for language, text in topic.texts.items():
                for example in text.examples:
                    yield topic, language, example


def rule_of(topic: Topic) -> Rule:
    texts = topic.texts.values()
    return Rule(
        topic.id,
        phrases=[phrase for text in texts for phrase in text.phrases],
        unless=[phrase for text in texts for phrase in text.unless],
    )


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message, and the topic that it is about."""

    topic: str
    tokens: tuple[str, ...]


def lessons_of(topics: Iterable[Topic]) -> Sequence[Lesson]:
    """All that is learnt from: the examples, the titles, and the shortest messages that the phrases match."""
    found: dict[Lesson, None] = {}
    for topic in topics:
        for text in topic.texts.values():
            lines = (tokens_of(line) for line in (text.title, *text.examples))
            variants = (variant for phrase in text.phrases for variant in phrase.variants())
            found |= dict.fromkeys(Lesson(topic.id, tokens) for tokens in (*lines, *variants) if tokens)
    return list(found)
