"""Tells those who sit at a socket what passes: pieces of an answer, who types, who has read, what was refused."""

from collections.abc import Collection
from uuid import UUID, uuid4

import msgspec

from kilowatch.contracts.chat import PASSING_KEY, Author, Passing, PassingFrame, Read
from kilowatch.contracts.routing import FRAMES
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.support.domain.conversation import Conversation, Side


class Frames:
    """Nothing here is promised to arrive: what counts is stored, and comes as an event."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def to_people(self, frame: PassingFrame, people: Collection[UUID]) -> None:
        await self._tell(Passing(frame=frame, user_ids=tuple(people)))

    async def to_staff(self, frame: PassingFrame) -> None:
        await self._tell(Passing(frame=frame, staff=True))

    async def to_everybody(self, frame: PassingFrame, client: UUID) -> None:
        """The client of a conversation, and staff."""
        await self._tell(Passing(frame=frame, user_ids=(client,), staff=True))

    async def read(self, conversation: Conversation, side: Side) -> None:
        """How far this side has read."""
        author = Author.CLIENT if side is Side.CLIENT else Author.ADMINISTRATOR
        marks = conversation.client_marks if side is Side.CLIENT else conversation.staff_marks
        frame = Read(conversation_id=conversation.id, author=author, sequence=marks.read)
        await self.to_everybody(frame, conversation.client_id)

    async def _tell(self, passing: Passing) -> None:
        message = Message(id=str(uuid4()), body=msgspec.json.encode(passing), routing_key=PASSING_KEY)
        await self._broker.tell(FRAMES, message)
