"""Which way a conversation can go from where it is, and what no step may move."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import Author, ConversationState
from kilowatch.kit.errors import Conflict, NotFound
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.conversation import (
    Conversation,
    Marks,
    Side,
    claimed,
    handed_over,
    marked,
    may_speak,
    noted,
    queued_again,
    resolved,
    returned_to_bot,
    spoken,
    transferred,
)
from kilowatch.support.handlers.conversations import side_of

THEN: Final = datetime(2026, 11, 28, 9, tzinfo=UTC)
NOW: Final = THEN + timedelta(minutes=5)
BOT, WAITING, ASSIGNED, RESOLVED = ConversationState
BOSS, OTHER = uuid4(), uuid4()

#: What is done, what the conversation is afterwards, and from where alone it can be done.
STEPS: Final[dict[str, tuple[Callable[[Conversation], Conversation], ConversationState, set[ConversationState]]]] = {
    "handed over": (lambda it: handed_over(it, NOW), WAITING, {BOT, RESOLVED}),
    "claimed": (lambda it: claimed(it, BOSS, NOW), ASSIGNED, {WAITING}),
    "transferred": (lambda it: transferred(it, OTHER, NOW), ASSIGNED, {ASSIGNED}),
    "queued again": (lambda it: queued_again(it, NOW), WAITING, {ASSIGNED}),
    "returned to the bot": (lambda it: returned_to_bot(it, NOW), BOT, {WAITING, ASSIGNED, RESOLVED}),
    "resolved": (lambda it: resolved(it, NOW), RESOLVED, {BOT, WAITING, ASSIGNED}),
}


def conversation(state: ConversationState = BOT) -> Conversation:
    return Conversation(
        id=UUID(int=1),
        version=7,
        client_id=UUID(int=2),
        subject="",
        language="en",
        state=state,
        period=3,
        created_at=THEN,
        active_at=THEN,
        assigned_to=BOSS if state is ASSIGNED else None,
        waiting_since=THEN if state is WAITING else None,
        resolved_at=THEN if state is RESOLVED else None,
        last_sequence=4,
        last_message=3,
    )


@pytest.mark.parametrize("state", ConversationState)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_from_its_states_alone(step: str, state: ConversationState) -> None:
    take, target, sources = STEPS[step]
    if state not in sources:
        with pytest.raises(Conflict):
            take(conversation(state))
        return
    after = take(conversation(state))
    assert (after.state, after.version, after.active_at) == (target, 8, NOW)
    # Only who has it is named, and only what waits, or is over, says since when.
    assert (after.assigned_to is not None) == (target is ASSIGNED)
    assert (after.waiting_since is not None) == (target is WAITING)
    assert (after.resolved_at is not None) == (target is RESOLVED)


def test_a_conversation_is_not_transferred_to_who_has_it() -> None:
    with pytest.raises(Conflict):
        transferred(conversation(ASSIGNED), BOSS, NOW)


@pytest.mark.parametrize("state", ConversationState)
def test_the_bot_may_speak_while_it_has_the_conversation_and_only_of_this_time(state: ConversationState) -> None:
    assert may_speak(conversation(state), 3) == (state is BOT)
    assert not may_speak(conversation(state), 2)


def test_what_comes_back_to_the_bot_begins_another_time() -> None:
    again = returned_to_bot(handed_over(conversation(), NOW), NOW)
    assert may_speak(again, 4)
    assert not may_speak(again, 3)


@pytest.mark.parametrize("role", [Role.CLIENT, Role.OPERATOR, Role.ADMINISTRATOR])
def test_whose_conversation_it_is_sees_it_as_a_client_whatever_their_role(role: Role) -> None:
    theirs = UserPrincipal(user_id=conversation().client_id, role=role, session_id=uuid4())
    assert side_of(theirs, conversation()) is Side.CLIENT
    another = replace(theirs, user_id=uuid4())
    if role is Role.CLIENT:
        with pytest.raises(NotFound):
            side_of(another, conversation())
    else:
        assert side_of(another, conversation()) is Side.STAFF


def test_a_note_moves_nothing_that_the_client_can_see() -> None:
    before = conversation(ASSIGNED)
    assert noted(before) == replace(before, version=8, last_sequence=5)


@pytest.mark.parametrize("author", Author)
def test_who_writes_has_read_what_was_there(author: Author) -> None:
    after = spoken(conversation(ASSIGNED), author, NOW)
    assert (after.last_sequence, after.last_message, after.last_author) == (5, 5, author)
    everything, nothing = Marks(5, 5), Marks()
    assert after.client_marks == (everything if author is Author.CLIENT else nothing)
    assert after.staff_marks == (everything if author is Author.ADMINISTRATOR else nothing)


@given(st.lists(st.builds(Marks, st.integers(-2, 9), st.integers(-2, 9)), max_size=5), st.sampled_from(Side))
def test_marks_move_forwards_and_what_is_read_has_arrived(given_marks: list[Marks], side: Side) -> None:
    now, other = conversation(ASSIGNED), Side.STAFF if side is Side.CLIENT else Side.CLIENT
    for marks in given_marks:
        after = marked(now, side, marks)
        assert 0 <= _marks(now, side).read <= _marks(after, side).read <= _marks(after, side).delivered <= 4
        assert _marks(now, side).delivered <= _marks(after, side).delivered
        assert _marks(after, other) == Marks()
        now = after


def _marks(it: Conversation, side: Side) -> Marks:
    return it.client_marks if side is Side.CLIENT else it.staff_marks
