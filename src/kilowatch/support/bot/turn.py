"""One turn: what the rules decide, else what the model says, else that there is no answer."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.service import Peers
from kilowatch.support.answering.decision import Decision, Outcome
from kilowatch.support.answering.text import Language
from kilowatch.support.bot import rules
from kilowatch.support.bot.assistant import Assistant
from kilowatch.support.bot.knowledge import KnowledgeInForce
from kilowatch.support.bot.question import Question
from kilowatch.support.domain.cases import Reason
from kilowatch.support.domain.phrases import Phrase, phrase
from kilowatch.support.domain.turn import MOST_ATTEMPTS, Turn, TurnOutcome, Verdict
from kilowatch.support.handlers.turns import Reply, finish, finish_with_hand_over
from kilowatch.support.own_data.functions import OwnFunctions
from kilowatch.support.own_data.person import Person
from kilowatch.support.unit import working

if TYPE_CHECKING:
    from kilowatch.support.answering.answerer import Answerer

#: Messages before the question that are looked at.
MOST_EARLIER: Final = 20
#: Of the client's own words, for the administrator who takes the conversation.
LONGEST_SUMMARY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    database: Database
    clock: Clock
    peers: Peers
    knowledge: KnowledgeInForce
    assistant: Assistant | None  #: None: no language model is configured

    @property
    def is_ready(self) -> bool:
        """Until something is learnt to answer from, turns wait where any replica may take them."""
        return self.knowledge.is_built

    async def answer(self, turn: Turn) -> None:
        """Whatever goes wrong with rules or model, the client gets an answer or a person, and never an error."""
        question = await self._question(turn)
        if turn.attempts > MOST_ATTEMPTS:
            return await self._say_no_answer(question, Verdict(outcome=TurnOutcome.UNANSWERED))
        answerer = await self.knowledge.answerer()
        decision = rules.decide(answerer, question.message.text, question.language, question.offered)
        if decision.outcome is Outcome.HAND_OVER:
            return await self._hand_over(question, decision)
        own = OwnFunctions(Person(turn.client_id, self.peers), self.clock(), decision.language)
        replied = await rules.reply_of(answerer, decision, own)
        if replied is not None:
            outcome, reply = replied
            return await self._finish(turn, Verdict(outcome=outcome, decision=rules.stored(decision)), reply)
        return await self._ask_assistant(question, answerer, decision)

    async def _question(self, turn: Turn) -> Question:
        async with working(self.database, self.clock) as work:
            conversation = await work.conversations.get(turn.conversation_id)
            message = await work.messages.at(turn.conversation_id, turn.sequence)
            assert message is not None, "a turn is inserted with its message, and messages stay"
            earlier = await work.messages.newest(turn.conversation_id, MOST_EARLIER, before=turn.sequence)
            offered = await work.turns.offered_before(turn)
        language = Language(conversation.language) if conversation.language in set(Language) else Language.EN
        return Question(turn=turn, message=message, earlier=earlier, language=language, offered=offered)

    async def _ask_assistant(self, question: Question, answerer: "Answerer", decision: Decision) -> None:
        verdict = Verdict(outcome=TurnOutcome.UNANSWERED, decision=rules.stored(decision))
        if self.assistant is None:
            return await self._say_no_answer(question, verdict)
        why_not = await self.assistant.answer(question, decision, rules.passages(answerer, decision))
        if why_not is not None:
            await self._say_no_answer(question, replace(verdict, generation=why_not))
        return None

    async def _hand_over(self, question: Question, decision: Decision) -> None:
        verdict = Verdict(outcome=TurnOutcome.HANDED_OVER, decision=rules.stored(decision))
        summary = question.message.text[:LONGEST_SUMMARY]
        async with working(self.database, self.clock) as work:
            await finish_with_hand_over(work, question.turn, verdict, Reason.RULES, summary)

    async def _say_no_answer(self, question: Question, verdict: Verdict) -> None:
        """With "talk to a person" at one touch."""
        language = verdict.decision["language"] if verdict.decision else question.language
        reply = Reply(text=phrase(Phrase.NO_ANSWER, language), suggestions=[phrase(Phrase.TALK_TO_PERSON, language)])
        await self._finish(question.turn, verdict, reply)

    async def _finish(self, turn: Turn, verdict: Verdict, reply: Reply) -> None:
        async with working(self.database, self.clock) as work:
            await finish(work, turn, verdict, reply)
