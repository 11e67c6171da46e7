"""What people do at a socket: commands that `realtime` puts into a queue, each applied in one transaction.

`realtime` says who gives a command and nothing more; whether they may is decided here, object by object, as over HTTP.
A command may come twice: messages know their ids, and everything else is the same when it is done again.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from kilowatch.contracts import chat
from kilowatch.contracts.chat import Author, ChatCommand
from kilowatch.contracts.routing import CHAT_COMMAND_MAX_MESSAGES, CHAT_COMMAND_QUEUE, CHAT_COMMANDS
from kilowatch.kit.audit import Origin
from kilowatch.kit.broker.port import Binding, Exchange, ExchangeKind, Message, Queue, Topology
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import DELIVERY_LIMIT, Apply
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, NotFound, Poison, SlowDown, Unavailable
from kilowatch.kit.security import UserPrincipal
from kilowatch.kit.telemetry import correlated
from kilowatch.kit.tracing import Kind, span
from kilowatch.support.domain.conversation import Conversation, Marks, Side
from kilowatch.support.domain.message import Draft
from kilowatch.support.domain.phrases import DEFAULT_LANGUAGE
from kilowatch.support.frames import Frames
from kilowatch.support.handlers import conversations, messages
from kilowatch.support.handlers.work import Work, names_of
from kilowatch.support.unit import working

TOPOLOGY: Final = Topology(
    exchanges=[Exchange(CHAT_COMMANDS, ExchangeKind.TOPIC)],
    queues=[Queue(name=CHAT_COMMAND_QUEUE, max_messages=CHAT_COMMAND_MAX_MESSAGES, delivery_limit=DELIVERY_LIMIT)],
    bindings=[Binding(CHAT_COMMANDS, CHAT_COMMAND_QUEUE, "#")],
)

_CODES: Final[dict[type[KilowatchError], str]] = {
    Forbidden: "forbidden",
    NotFound: "not_found",
    Conflict: "conflict",
    SlowDown: "throttled",
}


@dataclass(frozen=True, slots=True)
class Commands:
    database: Database
    clock: Clock
    frames: Frames
    wake_bot: Callable[[], None]

    def apply(self) -> Apply:
        async def apply(message: Message) -> None:
            try:
                command = msgspec.json.decode(message.body, type=ChatCommand)
            except msgspec.MsgspecError as error:
                raise Poison(f"not a command: {error}") from error
            # Of what it causes, the frames that come of it included.
            with correlated(command.id.hex), span(f"process {message.routing_key}", Kind.CONSUMER):
                await self._obey(command)

        return apply

    async def _obey(self, given: ChatCommand) -> None:
        """Raises `Unavailable`; everything else that is wrong is told to who gave the command."""
        try:
            await self._do(given)
        except Unavailable:
            raise
        except KilowatchError as error:
            code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "invalid")
            refusal = chat.CommandRefused(command_id=given.id, code=code, detail=str(error))
            await self.frames.to_people(refusal, [given.user_id])

    async def _do(self, given: ChatCommand) -> None:
        who = UserPrincipal(user_id=given.user_id, role=given.role, session_id=given.session_id)
        match given.command:
            case chat.SendMessage() as sent:
                await self._send(who, given.id, sent)
            case chat.AskForPerson(conversation_id=conversation_id):
                async with self._working(who) as work:
                    conversation = await _find_or_start(work, who, conversation_id)
                    await conversations.ask_for_person(work, who, conversation)
            case chat.StopGeneration(conversation_id=conversation_id):
                async with self._working(who) as work:
                    await messages.stop(work, who, conversation_id)
            case chat.MarkRead(conversation_id=conversation_id, sequence=sequence):
                await self._mark_read(who, conversation_id, sequence)
            case chat.ShowTyping() as typing:
                await self._show_typing(who, typing)

    async def _send(self, who: UserPrincipal, command_id: UUID, sent: chat.SendMessage) -> None:
        draft = Draft(text=sent.text.strip(), client_message_id=command_id, attachment_ids=sent.attachment_ids)
        async with self._working(who) as work:
            if sent.internal:
                await messages.write_note(work, who, await _find_for_note(work, who, sent.conversation_id), draft)
            else:
                conversation = await _find_or_start(work, who, sent.conversation_id)
                await messages.write(work, who, conversation, draft)
        self.wake_bot()

    async def _mark_read(self, who: UserPrincipal, conversation_id: UUID, sequence: int) -> None:
        async with self._working(who) as work:
            conversation, has_read = await conversations.mark(work, who, conversation_id, Marks(sequence, sequence))
        if has_read:
            await self.frames.read(conversation, conversations.side_of(who, conversation))

    async def _show_typing(self, who: UserPrincipal, typing: chat.ShowTyping) -> None:
        async with self._working(who) as work:
            conversation = await conversations.find(work, who, typing.conversation_id)
            name = (await names_of(work, [who.user_id])).get(who.user_id, "")
        if conversations.side_of(who, conversation) is Side.CLIENT:
            await self.frames.to_staff(_typing(conversation, Author.CLIENT, name, typing))
        elif conversation.assigned_to == who.user_id:
            await self.frames.to_people(
                _typing(conversation, Author.ADMINISTRATOR, name, typing), [conversation.client_id]
            )

    def _working(self, who: UserPrincipal) -> AbstractAsyncContextManager[Work]:
        return working(self.database, self.clock, Origin(who.actor, ""))


async def _find_or_start(work: Work, who: UserPrincipal, conversation_id: UUID | None) -> Conversation:
    """Locked. Raises `NotFound`."""
    if conversation_id is None:
        return await conversations.current(work, who, DEFAULT_LANGUAGE)
    return await conversations.find_for_change(work, who, conversation_id)


async def _find_for_note(work: Work, who: UserPrincipal, conversation_id: UUID | None) -> Conversation:
    """Locked. Raises `Invalid`, `NotFound`."""
    if conversation_id is None:
        raise Invalid("A note is about a conversation: say which.")
    return await conversations.find_for_change(work, who, conversation_id)


def _typing(conversation: Conversation, author: Author, name: str, typing: chat.ShowTyping) -> chat.Typing:
    return chat.Typing(conversation_id=conversation.id, author=author, name=name, active=typing.active)
