"""How well messages are answered that were written without a look at the knowledge base.

`messages.tsv` was split once; thresholds and the knowledge base may be tuned on its validation half, never on its test
half. A message and its counterpart in the other language are in the same half.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.decision import Outcome
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.text import Language, fold

MESSAGES: Final = Path(__file__).with_name("messages.tsv")
NONE: Final = "none"

#: A message in a language → the topic that is answered, None for no answer.
Method: TypeAlias = Callable[[str, Language], str | None]


@dataclass(frozen=True, slots=True)
class Labelled:
    split: str
    language: Language
    kind: str
    topic: str
    message: str


@dataclass(frozen=True, slots=True)
class Quality:
    precision: float  #: of all answers, those that were right
    coverage: float  #: of the messages about Kilowatch, those that were answered
    false_answers_oos: float  #: of the messages about other things, those that were answered


def labelled(split: str) -> list[Labelled]:
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = [
            Labelled(row["split"], Language(row["language"]), row["kind"], row["topic"], row["message"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    return [row for row in rows if row.split == split]


def measure(method: Method, messages: Iterable[Labelled]) -> Quality:
    answered = [(item.topic, method(item.message, item.language)) for item in messages]
    answers = [(meant, said) for meant, said in answered if said is not None]
    ours = [said for meant, said in answered if meant != NONE]
    strange = [said for meant, said in answered if meant == NONE]
    return Quality(
        precision=sum(meant == said for meant, said in answers) / max(len(answers), 1),
        coverage=sum(said is not None for said in ours) / len(ours),
        false_answers_oos=sum(said is not None for said in strange) / len(strange),
    )


def by_rules(answerer: Answerer) -> Method:
    def answer(message: str, language: Language) -> str | None:
        decision = answerer.decide(message, language)
        return decision.intent if decision.outcome in {Outcome.ANSWER, Outcome.HAND_OVER} else None

    return answer


def by_substrings(knowledge: Knowledge) -> Method:
    """What many chat bots do: the first topic one of whose key words occurs anywhere in the message.

    The key words are those of the topic's title that are longer than three letters.
    """
    words = [
        (topic.id, language, {word for word in fold(text.title).split() if len(word) > 3})
        for topic in knowledge.of_kind(Kind.ANSWER, Kind.HAND_OVER, Kind.TALK)
        for language, text in topic.texts.items()
    ]

    def answer(message: str, language: Language) -> str | None:
        folded = fold(message)
        found = (topic for topic, of, keys in words if of is language and any(key in folded for key in keys))
        return next(found, None)

    return answer


def table(rows: Sequence[tuple[str, Quality]]) -> str:
    head = f"{'':24}{'precision':>12}{'coverage':>12}{'false, out of scope':>22}"
    lines = [f"{name:24}{q.precision:12.3f}{q.coverage:12.3f}{q.false_answers_oos:22.3f}" for name, q in rows]
    return "\n".join([head, *lines])
