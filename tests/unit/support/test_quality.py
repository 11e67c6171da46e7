"""The gate: how well messages are answered that nobody had in mind when the knowledge base was written."""

import pytest

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.knowledge import Knowledge
from kilowatch.support.answering.text import Language, tokens_of
from tests.unit.support.quality import NONE, by_rules, by_substrings, labelled, measure, table

SPLITS = ("validation", "test")


@pytest.mark.parametrize("split", SPLITS)
def test_what_is_answered_is_right_and_what_is_not_ours_is_not_answered(
    answerer: Answerer, split: str, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = labelled(split)
    rules = measure(by_rules(answerer), messages)
    substrings = measure(by_substrings(answerer.knowledge), messages)
    with capsys.disabled():
        print(f"\n{table([(f'{split}: rules', rules), (f'{split}: substrings', substrings)])}")  # noqa: T201
    assert rules.precision >= 0.93
    assert rules.coverage >= 0.70
    assert rules.false_answers_oos <= 0.05
    assert rules.precision > substrings.precision
    assert rules.false_answers_oos < substrings.false_answers_oos


def test_the_messages_are_many_and_of_every_sort() -> None:
    messages = [item for split in SPLITS for item in labelled(split)]
    assert len(messages) >= 400
    for language in Language:
        kinds = {item.kind for item in messages if item.language is language}
        assert kinds == {"paraphrase", "typo", "near_miss", "out_of_scope"}


def test_no_message_is_an_example(knowledge: Knowledge) -> None:
    examples = {tokens_of(example) for _, _, example in knowledge.examples()}
    messages = [tokens_of(item.message) for split in SPLITS for item in labelled(split)]
    assert not examples.intersection(messages)
    assert len(set(messages)) == len(messages)


def test_every_label_is_a_topic(knowledge: Knowledge) -> None:
    labels = {item.topic for split in SPLITS for item in labelled(split)}
    assert labels <= knowledge.topics.keys()
    assert NONE in labels
