from kilowatch.support.answering.contradictions import contradictions
from kilowatch.support.answering.knowledge_file import read_knowledge
from tests.unit.support.test_knowledge_file import SMALL


def test_a_phrase_that_answers_another_topics_example_is_pointed_out() -> None:
    knowledge = read_knowledge(SMALL.replace("how much ... today", "person"))
    assert "“person” of usage answers “one person”, an example of person." in map(str, contradictions(knowledge))
