"""What the rules make of a message."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from kilowatch.contracts.chat import Source
from kilowatch.support.answering.decision import Decision, Outcome
from kilowatch.support.answering.own_data import fill, functions_of
from kilowatch.support.answering.text import Language
from kilowatch.support.domain.phrases import Phrase, phrase
from kilowatch.support.domain.turn import TurnOutcome
from kilowatch.support.handlers.turns import Reply
from kilowatch.support.model.citing import Passage
from kilowatch.support.own_data.functions import OwnFunctions

if TYPE_CHECKING:
    from kilowatch.support.answering.answerer import Answerer


def decide(answerer: "Answerer", text: str, language: Language, offered: Sequence[str]) -> Decision:
    """`offered`: the topics that were suggested just before; who picks one writes, or presses, its title."""
    titles = {
        title.title.casefold(): topic
        for topic in offered
        if topic in answerer.knowledge.topics
        for title in answerer.knowledge.topics[topic].texts.values()
    }
    picked = titles.get(text.strip().casefold())
    return answerer.chosen(picked, language) if picked else answerer.decide(text, language)


async def reply_of(answerer: "Answerer", decision: Decision, own: OwnFunctions) -> tuple[TurnOutcome, Reply] | None:
    """None: it is for a person, or for the model."""
    match decision.outcome:
        case Outcome.ANSWER:
            return TurnOutcome.ANSWERED, await _answer(answerer, decision, own)
        case Outcome.SUGGEST:
            return TurnOutcome.SUGGESTED, _suggestions(answerer, decision)
        case _:
            return None


def passages(answerer: "Answerer", decision: Decision) -> list[Passage]:
    """What the knowledge base has nearest to the message, for the model to answer from."""
    near = [decision.intent, decision.runner_up.topic if decision.runner_up else None]
    topics = [answerer.knowledge.topics[topic] for topic in near if topic]
    texts = [(topic.texts[decision.language], topic.place) for topic in topics]
    return [
        Passage(source=Source(title=text.title, url=place), text=text.without_data or text.answer)
        for text, place in texts
        if text.title and text.answer
    ]


def stored(decision: Decision) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(decision)
    return plain


async def _answer(answerer: "Answerer", decision: Decision, own: OwnFunctions) -> Reply:
    """With the person's own figures where it has places for them, or the other text when those cannot be had."""
    assert decision.intent is not None
    topic = answerer.knowledge.topics[decision.intent]
    text = topic.texts[decision.language]
    values = await own.values(sorted(functions_of(text.answer)))
    filled = fill(text.answer, values)
    source = Source(title=text.title, url=topic.place)
    return Reply(text=text.without_data if filled is None else filled, sources=[source] if topic.place else [])


def _suggestions(answerer: "Answerer", decision: Decision) -> Reply:
    titles = [answerer.knowledge.topics[topic].texts[decision.language].title for topic in decision.suggestions]
    return Reply(text=phrase(Phrase.DID_YOU_MEAN, decision.language), suggestions=titles)
