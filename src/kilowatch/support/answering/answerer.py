"""The stages, one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from kilowatch.support.answering.classifier import Classifier
from kilowatch.support.answering.decision import Candidate, Decision, Outcome, Reason, Stage
from kilowatch.support.answering.knowledge import Kind, Knowledge
from kilowatch.support.answering.language import LanguageGuess
from kilowatch.support.answering.phrases import Match, PhraseBook, Rule, SmallTalk
from kilowatch.support.answering.text import Language, tokens_of
from kilowatch.support.answering.typos import TypoRepair

#: Chosen on the validation split, see `tests/unit/support/quality`. A topic is the answer from this probability on …
ANSWER_FROM: Final = 0.45
#: … if the next one is this much less likely, and is offered from this one on.
MARGIN: Final = 0.15
SUGGEST_FROM: Final = 0.12
MOST_SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Answerer:
    """Built in a second or so, by preference in a thread of its own; then decides in about a millisecond."""

    knowledge: Knowledge
    _languages: LanguageGuess
    _talk: SmallTalk
    _phrases: PhraseBook
    _typos: TypoRepair
    _classifier: Classifier

    @classmethod
    def build(cls, knowledge: Knowledge) -> Self:
        return cls(
            knowledge,
            LanguageGuess(knowledge),
            SmallTalk(_rules(knowledge, Kind.TALK)),
            PhraseBook(_rules(knowledge, Kind.ANSWER, Kind.HAND_OVER)),
            TypoRepair(knowledge),
            Classifier(knowledge),
        )

    def decide(self, text: str, language: Language) -> Decision:
        """`language`: the person's, which goes when the message itself does not tell."""
        tokens = tokens_of(text)
        language = self._languages.language_of(tokens, language)
        blank = Decision(outcome=Outcome.PASS_ON, stage=Stage.EMPTY, language=language, version=self.knowledge.version)
        if not tokens:
            return blank
        rest, talk = self._talk.peel(" ".join(tokens))
        if talk and not rest:
            return _by_phrase(blank, talk, Stage.TALK, Outcome.ANSWER)
        return self._decide(rest.split(), blank)

    def chosen(self, topic: str, language: Language) -> Decision:
        """What follows when the person picks a suggestion. Raises `KeyError` for a topic that there is not."""
        kind = self.knowledge.topics[topic].kind
        return Decision(
            outcome=_outcome(kind),
            stage=Stage.CHOSEN,
            language=language,
            intent=topic,
            score=1.0,
            version=self.knowledge.version,
        )

    def _decide(self, tokens: Sequence[str], blank: Decision) -> Decision:
        if match := self._phrase_in(tokens):
            return _by_phrase(blank, match, Stage.PHRASE, self._outcome_of(match.topic))
        repaired, repairs = self._typos.repair(tokens)
        blank = replace(blank, repairs=repairs)
        if repairs and (match := self._phrase_in(repaired)):
            return _by_phrase(blank, match, Stage.PHRASE, self._outcome_of(match.topic))
        return self._by_likelihood(repaired, blank)

    def _phrase_in(self, tokens: Sequence[str]) -> Match | None:
        """None also when two topics have as good a claim."""
        match self._phrases.matches(" ".join(tokens)):
            case [first, second, *_] if first.phrase.weight == second.phrase.weight:
                return None
            case [first, *_]:
                return first
            case _:
                return None

    def _by_likelihood(self, tokens: Sequence[str], blank: Decision) -> Decision:
        best, second, *others = self._classifier.candidates(tokens)
        decision = replace(
            blank,
            stage=Stage.CLASSIFIER,
            intent=best.topic,
            score=best.score,
            runner_up=second,
            reasons=self._classifier.reasons(tokens, best.topic, second.topic),
        )
        if self._is_none(best):
            return decision
        if best.score >= ANSWER_FROM and best.score - second.score >= MARGIN:
            return replace(decision, outcome=self._outcome_of(best.topic))
        suggestions = self._worth_offering([best, second, *others])
        return replace(decision, outcome=Outcome.SUGGEST, suggestions=suggestions) if suggestions else decision

    def _worth_offering(self, candidates: Sequence[Candidate]) -> Sequence[str]:
        likely = [item.topic for item in candidates if item.score >= SUGGEST_FROM and not self._is_none(item)]
        return likely[:MOST_SUGGESTIONS]

    def _is_none(self, candidate: Candidate) -> bool:
        return self.knowledge.topics[candidate.topic].kind is Kind.NONE

    def _outcome_of(self, topic: str) -> Outcome:
        return _outcome(self.knowledge.topics[topic].kind)


def _outcome(kind: Kind) -> Outcome:
    return Outcome.HAND_OVER if kind is Kind.HAND_OVER else Outcome.ANSWER


def _by_phrase(blank: Decision, match: Match, stage: Stage, outcome: Outcome) -> Decision:
    reason = Reason(match.phrase.source, 1.0)
    return replace(blank, outcome=outcome, stage=stage, intent=match.topic, score=1.0, reasons=(reason,))


def _rules(knowledge: Knowledge, *kinds: Kind) -> Iterable[Rule]:
    return [
        Rule(topic.id, text.phrases, text.unless)
        for topic in knowledge.of_kind(*kinds)
        for text in topic.texts.values()
    ]
