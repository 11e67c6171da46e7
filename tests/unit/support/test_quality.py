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


@pytest.mark.parametrize(
    ("language", "topic", "message"),
    [
        (Language.EN, "usage_history", "How much did I use yesterday?"),
        (Language.EN, "usage_history", "how much did we consume last week"),
        (Language.RO, "usage_history", "Cât am consumat ieri?"),
        (Language.EN, "usage_today", "How much did I use today?"),
        (Language.EN, "usage_month", "How much did I use this month?"),
        (Language.EN, "live_power", "How much power am I using right now?"),
        (Language.EN, "production", "how much did my roof produce yesterday"),
        (Language.EN, "cost", "how much did I spend last month"),
        (Language.EN, "tariff", "What does a kWh cost me?"),
        (Language.EN, "units", "what is a kwh"),
        (Language.EN, "my_limits", "What is my hourly limit?"),
        (Language.EN, "device_offline", "Is my meter working?"),
        (Language.EN, "device_offline", "when was the last reading"),
        (Language.RO, "device_offline", "Merge contorul meu?"),
        (Language.RO, "last_alerts", "Ce alerte am?"),
        (Language.EN, "compare_periods", "did I use more than last month"),
    ],
)
def test_what_people_ask_every_day_is_answered(
    answerer: Answerer, language: Language, topic: str, message: str
) -> None:
    assert by_rules(answerer)(message, language) == topic


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
