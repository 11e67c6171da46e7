"""What the shipped knowledge base answers, and why."""

import pytest

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.decision import Outcome, Repair, Stage
from kilowatch.support.answering.text import Language


@pytest.mark.parametrize(
    ("message", "outcome", "intent"),
    [
        ("Hi!", Outcome.ANSWER, "greeting"),
        ("hello, how much did I use today?", Outcome.ANSWER, "usage_today"),
        ("Mersi mult, pa pa", Outcome.ANSWER, "goodbye"),
        ("help", Outcome.ANSWER, "what_can_you_do"),
        ("HELP ME PLEASE", Outcome.ANSWER, "what_can_you_do"),
        ("Can I talk to a real person?", Outcome.HAND_OVER, "talk_to_person"),
        ("i want a human", Outcome.HAND_OVER, "talk_to_person"),
        ("agent", Outcome.HAND_OVER, "talk_to_person"),
        ("Aș vrea să vorbesc cu cineva", Outcome.HAND_OVER, "talk_to_person"),
        ("operator va rog", Outcome.HAND_OVER, "talk_to_person"),
        ("CÂT AM CONSUMAT AZI???", Outcome.ANSWER, "usage_today"),
        ("cat am consumat azi", Outcome.ANSWER, "usage_today"),
    ],
)
def test_what_is_beyond_doubt_is_decided_by_a_phrase(
    answerer: Answerer, message: str, outcome: Outcome, intent: str
) -> None:
    decision = answerer.decide(message, Language.EN)
    assert (decision.outcome, decision.intent) == (outcome, intent)
    assert decision.stage in {Stage.TALK, Stage.PHRASE}
    assert decision.reasons


def test_hi_does_not_match_inside_which(answerer: Answerer) -> None:
    assert answerer.decide("which", Language.EN).intent != "greeting"


def test_a_mistyped_word_is_read_as_it_was_meant(answerer: Answerer) -> None:
    decision = answerer.decide("my consumtion for today", Language.EN)
    assert (decision.intent, decision.stage) == ("usage_today", Stage.PHRASE)
    assert decision.repairs == (Repair("consumtion", "consumption"),)


@pytest.mark.parametrize("message", ["", "?!", "🙂", "你好"])
def test_a_message_without_words_is_passed_on(answerer: Answerer, message: str) -> None:
    decision = answerer.decide(message, Language.RO)
    assert (decision.outcome, decision.stage, decision.language) == (Outcome.PASS_ON, Stage.EMPTY, Language.RO)


def test_what_kilowatch_knows_nothing_of_is_passed_on(answerer: Answerer) -> None:
    decision = answerer.decide("what is the capital of Spain", Language.EN)
    assert (decision.outcome, decision.intent) == (Outcome.PASS_ON, "none")


def test_the_message_tells_the_language_against_the_persons_own(answerer: Answerer) -> None:
    assert answerer.decide("Ce dispozitiv consumă cel mai mult?", Language.EN).language is Language.RO
    assert answerer.decide("Which device uses the most?", Language.RO).language is Language.EN


def test_what_tells_no_language_is_answered_in_the_persons_own(answerer: Answerer) -> None:
    assert answerer.decide("kwh", Language.EN).language is Language.EN
    assert answerer.decide("kwh", Language.RO).language is Language.RO


def test_a_suggestion_that_was_picked_is_answered(answerer: Answerer) -> None:
    assert answerer.chosen("usage_today", Language.RO).outcome is Outcome.ANSWER
    assert answerer.chosen("talk_to_person", Language.RO).outcome is Outcome.HAND_OVER
