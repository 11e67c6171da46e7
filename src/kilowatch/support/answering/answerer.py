"""The stages, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from kilowatch.support.answering.classifier import Classifier
from kilowatch.support.answering.decision import Candidate, Decision, Outcome, Reason, Stage
from kilowatch.support.answering.familiarity import Familiarity
from kilowatch.support.answering.knowledge import Kind, Knowledge, Lesson, lessons_of, rule_of
from kilowatch.support.answering.language import LanguageGuess
from kilowatch.support.answering.phrases import Match, PhraseBook, Rule, SmallTalk
from kilowatch.support.answering.text import Language, tokens_of
from kilowatch.support.answering.typos import TypoRepair
from kilowatch.support.answering.weights import NoShelf, Shelf

#: Chosen on the validation split, see `tests/unit/support/quality`. A topic is the answer from this score on …
ANSWER_FROM: Final = 0.6
#: … if that of the next one is this much lower, and is offered from this one on.
MARGIN: Final = 0.3
SUGGEST_FROM: Final = 0.12
MOST_SUGGESTIONS: Final = 3

NO_SHELF: Final = NoShelf()


@dataclass(frozen=True, slots=True)
class Answerer:
    """Built in a second or so, or in some where it has to learn, best in a thread; then decides in a millisecond."""

    knowledge: Knowledge
    _languages: LanguageGuess
    _talk: SmallTalk
    _phrases: PhraseBook
    _typos: TypoRepair
    _familiarity: Familiarity
    _classifier: Classifier

    @classmethod
    def build(cls, knowledge: Knowledge, shelf: Shelf = NO_SHELF) -> Self:
        ours, others = lessons_in(knowledge)
        return cls(
            knowledge,
            LanguageGuess(knowledge),
            SmallTalk(_rules(knowledge, Kind.TALK)),
            PhraseBook(_rules(knowledge, Kind.ANSWER, Kind.HAND_OVER)),
            TypoRepair(knowledge),
            Familiarity([lesson.tokens for lesson in ours]),
            Classifier([*ours, *others], shelf),
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
        if decision := self._by_phrase(tokens, blank):
            return decision
        repaired, repairs = self._typos.repair(tokens)
        blank = replace(blank, repairs=repairs)
        if repairs and (decision := self._by_phrase(repaired, blank)):
            return decision
        return self._by_likelihood(repaired, blank)

    def _by_phrase(self, tokens: Sequence[str], blank: Decision) -> Decision | None:
        """None also when two topics have as good a claim, or when too much else stands around the phrase."""
        matches = self._phrases.matches(" ".join(tokens))
        if not matches or (len(matches) > 1 and matches[0].phrase.weight == matches[1].phrase.weight):
            return None
        first = matches[0]
        outcome = self._outcome_of(first.topic)
        # Whoever asks for a person gets one, whatever else they write.
        score = 1.0 if outcome is Outcome.HAND_OVER else self._familiarity.of(tokens)
        return _by_phrase(blank, first, Stage.PHRASE, outcome, score) if score >= ANSWER_FROM else None

    def _by_likelihood(self, tokens: Sequence[str], blank: Decision) -> Decision:
        familiarity = self._familiarity.of(tokens)
        best, second, *others = [
            item if self._is_none(item) else Candidate(item.topic, round(item.score * familiarity, 4))
            for item in self._classifier.candidates(tokens)
        ]
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


def _by_phrase(blank: Decision, match: Match, stage: Stage, outcome: Outcome, score: float = 1.0) -> Decision:
    reason = Reason(match.phrase.source, 1.0)
    score = round(score, 4)
    return replace(blank, outcome=outcome, stage=stage, intent=match.topic, score=score, reasons=(reason,))


def lessons_in(knowledge: Knowledge) -> tuple[Sequence[Lesson], Sequence[Lesson]]:
    """Of what is ours to answer, and of what is not."""
    return lessons_of(knowledge.of_kind(Kind.ANSWER, Kind.HAND_OVER)), lessons_of(knowledge.of_kind(Kind.NONE))


def _rules(knowledge: Knowledge, *kinds: Kind) -> list[Rule]:
    return [rule_of(topic) for topic in knowledge.of_kind(*kinds)]
