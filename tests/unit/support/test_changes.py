"""What an edit of the knowledge base would change."""

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.changes import TopicChange, changed_decisions, compare, contradictions
from kilowatch.support.answering.knowledge_file import read_knowledge
from kilowatch.support.answering.text import Language
from tests.unit.support.test_knowledge_file import SMALL


def test_an_edit_is_told_by_topic_and_field() -> None:
    old = read_knowledge(SMALL)
    edited = (
        SMALL.replace("/overview", "/consumption").replace("title: Consum", "title: Cât").replace("person:", "human:")
    )
    changes = compare(old, read_knowledge(edited))
    assert changes.added == ["human"]
    assert changes.removed == ["person"]
    assert changes.changed == [TopicChange("usage", ["place", "ro.title"])]
    assert compare(old, old).changed == []


def test_an_edit_is_tried_on_what_people_have_asked() -> None:
    old = Answerer.build(read_knowledge(SMALL))
    new = Answerer.build(read_knowledge(SMALL.replace("how much ... today", "used ... today")))
    asked = [("how much today", Language.EN), ("five person", Language.EN)]
    changed = list(changed_decisions(old, new, asked))
    assert [item.message for item in changed] == ["how much today"]
    assert changed[0].before.intent == "usage"


def test_a_phrase_that_answers_another_topics_example_is_pointed_out() -> None:
    knowledge = read_knowledge(SMALL.replace("how much ... today", "person"))
    assert "“person” of usage answers “one person”, an example of person." in map(str, contradictions(knowledge))
