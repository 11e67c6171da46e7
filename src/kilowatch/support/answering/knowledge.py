"""What the answerer knows: topics, each in every language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kilowatch.support.answering.phrases import Phrase
from kilowatch.support.answering.text import Language


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
