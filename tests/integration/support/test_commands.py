"""What people do at a socket, as `realtime` hands it on: who they are is given, what they may do is decided here."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import msgspec
import pytest

from kilowatch.contracts import chat
from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import Author, ChatCommand, Command, Passing
from kilowatch.kit.broker.port import Message
from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Poison
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.commands import Commands
from kilowatch.support.frames import Frames
from kilowatch.support.unit import working
from tests.integration.support.room import Room, person


@dataclass
class Socket:
    """Gives commands, and keeps what passes; `woken` counts how often the bot was."""

    database: Database
    passed: list[Passing] = field(default_factory=list)
    woken: int = 0

    async def tell(self, _exchange: str, message: Message) -> None:
        """As the broker."""
        self.passed.append(msgspec.json.decode(message.body, type=Passing))

    def wake(self) -> None:
        self.woken += 1

    async def give(self, who: UserPrincipal, command: Command, command_id: UUID | None = None) -> Passing | None:
        """What passed because of it."""
        given = ChatCommand(
            id=command_id or uuid4(),
            user_id=who.user_id,
            role=who.role,
            session_id=who.session_id,
            at=system_clock(),
            command=command,
        )
        await self.give_raw(msgspec.json.encode(given))
        return self.passed.pop() if self.passed else None

    async def give_raw(self, body: bytes) -> None:
        commands = Commands(self.database, system_clock, Frames(self), self.wake)  # type: ignore[arg-type]
        await commands.apply()(Message(id="1", body=body, routing_key="chat"))


@pytest.fixture
def socket(support: Database) -> Socket:
    return Socket(support)


@pytest.fixture
async def room(support: Database) -> Room:
    opened = Room(support)
    await opened.begin()
    return opened


async def _said(room: Room) -> list[tuple[Author, str]]:
    async with working(room.database, system_clock) as work:
        return [(each.author, each.text) for each in await work.messages.after(room.id, 0, 100)]


async def _notes(room: Room) -> list[str]:
    async with working(room.database, system_clock) as work:
        return [each.text for each in await work.notes.between(room.id, 0, None)]


def _refused(passed: Passing | None, who: UserPrincipal, code: str) -> None:
    assert passed is not None
    assert isinstance(passed.frame, chat.CommandRefused)
    assert (passed.frame.code, passed.user_ids, passed.staff) == (code, (who.user_id,), False)


async def test_a_message_goes_into_the_last_conversation_once_however_often_the_command_comes(
    socket: Socket, room: Room
):
    command_id = uuid4()
    for _ in range(2):
        assert await socket.give(room.client, chat.SendMessage(text=" Hello "), command_id) is None
    assert await _said(room) == [(Author.CLIENT, "Hello")]
    assert socket.woken == 2
    _refused(await socket.give(room.client, chat.SendMessage(text="Other"), command_id), room.client, "conflict")


async def test_who_has_no_conversation_begins_one_and_gets_into_the_queue(socket: Socket):
    client = person(Role.CLIENT)
    for _ in range(2):
        assert await socket.give(client, chat.AskForPerson()) is None
    async with working(socket.database, system_clock) as work:
        [waiting] = await work.conversations.queue()
    assert waiting.client_id == client.user_id


async def test_what_is_somebody_elses_is_not_there_and_what_one_may_not_do_is_refused(socket: Socket, room: Room):
    stranger, operator = person(Role.CLIENT), person(Role.OPERATOR)
    everything: list[Command] = [
        chat.SendMessage(conversation_id=room.id, text="x"),
        chat.AskForPerson(conversation_id=room.id),
        chat.StopGeneration(conversation_id=room.id),
        chat.MarkRead(conversation_id=room.id, sequence=1),
        chat.ShowTyping(conversation_id=room.id),
    ]
    for command in everything:
        _refused(await socket.give(stranger, command), stranger, "not_found")
    for command in everything[:3]:
        _refused(await socket.give(operator, command), operator, "forbidden")
    assert await _said(room) == []


async def test_a_note_is_written_by_an_administrator_and_never_by_a_client(socket: Socket, room: Room):
    note = chat.SendMessage(conversation_id=room.id, text="She is angry.", internal=True)
    _refused(await socket.give(room.client, note), room.client, "forbidden")
    assert await socket.give(room.admins[0], note) is None
    assert (await _notes(room), await _said(room)) == (["She is angry."], [])
    nowhere = chat.SendMessage(text="x", internal=True)
    _refused(await socket.give(room.admins[0], nowhere), room.admins[0], "invalid")


async def test_who_has_read_how_far_is_told_to_both_sides_once(socket: Socket, room: Room):
    await room.write()
    await room.write()
    await room.hand_over()
    await room.claim(0)
    for who, author, sequence in ((room.admins[0], Author.ADMINISTRATOR, 3), (room.client, Author.CLIENT, 4)):
        read = chat.MarkRead(conversation_id=room.id, sequence=sequence)
        passed = await socket.give(who, read)
        assert passed is not None
        assert passed.frame == chat.Read(conversation_id=room.id, author=author, sequence=sequence)
        assert (passed.user_ids, passed.staff) == ((room.client.user_id,), True)
        assert await socket.give(who, read) is None


async def test_a_client_types_to_staff_and_only_who_has_the_conversation_to_the_client(socket: Socket, room: Room):
    typing = chat.ShowTyping(conversation_id=room.id)
    passed = await socket.give(room.client, typing)
    assert passed is not None
    assert (passed.user_ids, passed.staff) == ((), True)
    await room.hand_over()
    await room.claim(0)
    passed = await socket.give(room.admins[0], typing)
    assert passed is not None
    assert (passed.user_ids, passed.staff) == ((room.client.user_id,), False)
    assert await socket.give(room.admins[1], typing) is None


async def test_who_stops_the_answer_stops_it(socket: Socket, room: Room):
    await room.write()
    async with working(room.database, system_clock) as work:
        turn = await work.turns.take()
    assert turn is not None
    assert await socket.give(room.client, chat.StopGeneration(conversation_id=room.id)) is None
    async with working(room.database, system_clock) as work:
        assert await work.turns.keep(turn.id, "") is True


@pytest.mark.parametrize("body", [b"", b"{}", b'{"id": 1}', b"not json"])
async def test_what_is_no_command_is_poison(socket: Socket, body: bytes):
    with pytest.raises(Poison):
        await socket.give_raw(body)
