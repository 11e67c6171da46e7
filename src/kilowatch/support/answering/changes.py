"""What an edit of the knowledge base changes: in its text, and in what people would be answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.decision import Decision
from kilowatch.support.answering.knowledge import Kind, Knowledge, Topic, rule_of
from kilowatch.support.answering.phrases import PhraseBook
from kilowatch.support.answering.text import Language, tokens_of


@dataclass(frozen=True, slots=True)
class TopicChange:
    topic: str
    fields: Sequence[str]  #: what is different, like `place` or `ro.answer`


@dataclass(frozen=True, slots=True)
class Changes:
    added: Sequence[str]
    removed: Sequence[str]
    changed: Sequence[TopicChange]


def compare(old: Knowledge, new: Knowledge) -> Changes:
    changed = [
        TopicChange(name, different)
        for name in old.topics.keys() & new.topics.keys()
        if (different := _different(old.topics[name], new.topics[name]))
    ]
    return Changes(
        added=sorted(new.topics.keys() - old.topics.keys()),
        removed=sorted(old.topics.keys() - new.topics.keys()),
        changed=sorted(changed, key=lambda change: change.topic),
    )


def _different(old: Topic, new: Topic) -> list[str]:
    found = [name for name in ("kind", "place") if getattr(old, name) != getattr(new, name)]
    for language in Language:
        before, after = old.texts[language], new.texts[language]
        found += [
            f"{language}.{field.name}"
            for field in fields(before)
            if getattr(before, field.name) != getattr(after, field.name)
        ]
    return found


@dataclass(frozen=True, slots=True)
class OtherDecision:
    message: str
    before: Decision
    after: Decision


def changed_decisions(
    old: Answerer, new: Answerer, messages: Iterable[tuple[str, Language]]
) -> Iterator[OtherDecision]:
    """Which of the messages, like the questions of the last weeks, would be answered differently."""
    for message, language in messages:
        before, after = old.decide(message, language), new.decide(message, language)
        if (before.outcome, before.intent, before.suggestions) != (after.outcome, after.intent, after.suggestions):
            yield OtherDecision(message, before, after)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A phrase answers what stands as an example of another topic."""

    topic: str
    phrase: str
    example: str
    example_of: str

    def __str__(self) -> str:
        return f"“{self.phrase}” of {self.topic} answers “{self.example}”, an example of {self.example_of}."


def contradictions(knowledge: Knowledge) -> Iterator[Contradiction]:
    """Worth a warning while editing: one of the two is not as it was meant."""
    book = PhraseBook(rule_of(topic) for topic in knowledge.of_kind(Kind.ANSWER, Kind.HAND_OVER))
    for topic, _, example in knowledge.examples():
        for match in book.matches(" ".join(tokens_of(example)))[:1]:
            if match.topic != topic.id:
                yield Contradiction(match.topic, match.phrase.source, example, topic.id)
