"""Where an edit of the knowledge base contradicts itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from kilowatch.support.answering.knowledge import Kind, Knowledge, rule_of
from kilowatch.support.answering.phrases import PhraseBook
from kilowatch.support.answering.text import tokens_of


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
