"""The knowledge base as administrators write it."""

import re
from collections.abc import Callable

import pytest

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.routing import TELEMETRY
from kilowatch.support.answering.contradictions import contradictions
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.knowledge_file import (
    InvalidKnowledge,
    read_knowledge,
)
from kilowatch.support.answering.own_data import FUNCTIONS, fill, functions_of, placeholders
from kilowatch.support.answering.text import Language
from tests.topology import REPOSITORY

EXAMPLES = "[one {0}, two {0}, three {0}, four {0}, five {0}]"
SMALL = f"""\
usage:
  place: /overview
  en:
    title: Use
    answer: Look at the overview.
    phrases:
      - how much ... today
    examples: {EXAMPLES.format("used")}
  ro:
    title: Consum
    answer: Vezi privirea generală.
    examples: {EXAMPLES.format("consum")}
person:
  kind: hand_over
  en: {{title: Person, answer: A person comes., examples: {EXAMPLES.format("person")}}}
  ro: {{title: Persoană, answer: Vine o persoană., examples: {EXAMPLES.format("persoana")}}}
none:
  kind: none
  en: {{examples: {EXAMPLES.format("rain")}}}
  ro: {{examples: {EXAMPLES.format("ploaie")}}}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidKnowledge) as caught:
        read_knowledge(text)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_said_of_the_broker_is_how_it_is_set_up(knowledge: Knowledge) -> None:
    meter = Holder(HolderKind.DEVICE, 7)
    topic = meter.routing_key.replace(".", "/")  # as RabbitMQ makes one of the other
    [port] = re.findall(r"MQTT_PORT:-(\d+)\}:\1\"", (REPOSITORY / "deploy/compose.yaml").read_text())
    for language in Language:
        mqtt, amqp = (knowledge.topics[each].texts[language].answer for each in ("send_mqtt", "send_amqp"))
        for words in (meter.login, topic, port):
            assert words in mqtt, (language, words)
        for words in (meter.login, meter.routing_key, TELEMETRY):
            assert words in amqp, (language, words)


def test_the_shipped_knowledge_is_what_was_promised(knowledge: Knowledge) -> None:
    topics = list(knowledge.of_kind(Kind.ANSWER, Kind.HAND_OVER))
    assert len(topics) >= 30
    for topic in topics:
        for language in Language:
            text = topic.texts[language]
            assert len(text.examples) >= 15, (topic.id, language)
            assert text.phrases, (topic.id, language)


def test_no_shipped_phrase_answers_an_example_of_another_topic(knowledge: Knowledge) -> None:
    assert [str(found) for found in contradictions(knowledge)] == []


def test_both_languages_hold_the_same_figures(knowledge: Knowledge) -> None:
    for topic in knowledge.topics.values():
        english, romanian = (topic.texts[language] for language in Language)
        assert placeholders(english.answer) == placeholders(romanian.answer), topic.id


def test_the_version_is_that_of_the_text() -> None:
    assert read_knowledge(SMALL).version == read_knowledge(SMALL).version
    assert read_knowledge(SMALL).version != read_knowledge(SMALL.replace("overview.", "overview!")).version


def replaced(old: str, new: str) -> Callable[[], str]:
    assert old in SMALL
    return lambda: SMALL.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (replaced("  place: /overview", "  palce: /overview"), "line 2, usage: There is no field palce here"),
        (replaced("  place: /overview", "  place: http://elsewhere"), "line 2, usage: A place is a path"),
        (replaced("how much ... today", "how much (today)"), "line 7, usage: “(today)” in “how much (today)”"),
        (replaced("how much ... today", "..."), "line 7, usage: “...” asks for no word"),
        (replaced("five used", "one rain"), "“one rain” is an example of usage already, in line 8."),
        (replaced(", five used", ""), "line 4, usage: 4 examples are too few: 5 at least."),
        (replaced("at the overview.", "at {secrets}."), "line 4, usage: There is no placeholder secrets"),
        (replaced("at the overview.", "at {today_kwh}."), "needs a without_data"),
        (replaced("  kind: none", "  kind: nothing"), "line 18, none: There is no kind nothing"),
        (replaced("none:\n", "Not an id:\n"), "An id of a topic is made of"),
        (replaced("none:\n  kind: none", "none:\n  kind: answer"), "There has to be one topic of kind none."),
        (replaced("person:", "usage:"), "line 13, usage: usage stands here twice."),
        (replaced("title: Use", "title: [Use]"), "line 4, usage: A text is expected here."),
        (replaced("title: Use", f"title: {'Use' * 40}"), "Longer than 80 characters."),
        (replaced("title: Use", "title: Use: it"), "This is not YAML: mapping values are not allowed"),
        (replaced("title: Use", "title: &a Use\n    answer: *a"), "YAML aliases are not allowed."),
        (lambda: "", "Topics are expected"),
        (lambda: "- a\n- b\n", "Topics are expected"),
        (lambda: "[" * 5_000, "This is not YAML"),
        (lambda: "a: b" + " " * 1_000_000, "Longer than 1000000 characters."),
    ],
)
def test_a_mistake_is_told_with_its_place(text: Callable[[], str], problem: str) -> None:
    found = problems(text())
    assert any(problem in line for line in found), found


def test_all_mistakes_are_told_at_once() -> None:
    text = SMALL.replace("place:", "palce:").replace("title: Person,", "")
    assert len(problems(text)) == 2


def test_placeholders_are_filled_by_named_functions() -> None:
    answer = "Today {today_kwh}, this month {month_kwh}."
    assert functions_of(answer) == {"today", "month"}
    assert fill(answer, {"today_kwh": "3 kWh", "month_kwh": "{today_kwh}"}) == "Today 3 kWh, this month {today_kwh}."
    assert fill(answer, {"today_kwh": "3 kWh"}) is None


def test_no_placeholder_is_given_by_two_functions() -> None:
    names = [name for gives in FUNCTIONS.values() for name in gives]
    assert len(names) == len(set(names))


def test_a_line_may_have_a_problem_of_its_topic_and_one_of_the_whole() -> None:
    first, *_ = found = problems("Odd Id:\n  kind: answer\n")
    assert first == "line 1, Odd Id: An id of a topic is made of a-z, 0-9 and _."
    assert "line 1: There has to be one topic of kind hand_over." in found
