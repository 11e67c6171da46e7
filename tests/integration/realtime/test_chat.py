"""Customer support's end of the wire, played by the test: what it gets, and what people get from it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec

from kilowatch.contracts.chat import (
    PASSING_KEY,
    Author,
    ChatCommand,
    Conversation,
    ConversationHandedOver,
    ConversationState,
    Message,
    MessagePosted,
    MessageToken,
    Passing,
    SendMessage,
)
from kilowatch.contracts.routing import (
    CHAT_COMMAND_MAX_MESSAGES,
    CHAT_COMMAND_QUEUE,
    CHAT_COMMANDS,
    FRAMES,
)
from kilowatch.kit.broker.port import Binding, Exchange, ExchangeKind, Queue, Topology
from tests.house import Person
from tests.integration.realtime.conftest import Town

CONVERSATION = uuid4()


@asynccontextmanager
async def support(town: Town) -> AsyncIterator[list[ChatCommand]]:
    """Takes every command off its queue."""
    broker = town.house.surroundings.broker
    topology = Topology(
        exchanges=[Exchange(CHAT_COMMANDS, ExchangeKind.TOPIC)],
        queues=[Queue(name=CHAT_COMMAND_QUEUE, max_messages=CHAT_COMMAND_MAX_MESSAGES)],
        bindings=[Binding(CHAT_COMMANDS, CHAT_COMMAND_QUEUE, "#")],
    )
    await broker.declare(topology)
    taken: list[ChatCommand] = []

    async def work() -> None:
        async with broker.subscribe(CHAT_COMMAND_QUEUE, prefetch=10) as subscription:
            while True:
                delivery = await subscription.receive()
                taken.append(msgspec.json.decode(delivery.message.body, type=ChatCommand))
                await delivery.ack()

    working = asyncio.create_task(work())
    try:
        yield taken
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def message(person: Person, *, internal: bool = False) -> MessagePosted:
    written = Message(
        id=uuid4(),
        conversation_id=CONVERSATION,
        sequence=1,
        author=Author.ADMINISTRATOR,
        text="Hello",
        at=datetime.now(UTC),
        internal=internal,
    )
    return MessagePosted(written, UUID(person.id))


async def test_a_command_reaches_support_with_who_gives_it(town: Town, ana: Person) -> None:
    async with support(town) as taken, town.tab(ana) as tab:
        await tab.start("conversations")
        assert (await tab.chat({"type": "message.send", "text": "Why so much?"}))["type"] == "accepted"
        command = taken[-1]
        assert (str(command.user_id), command.role) == (ana.id, "client")
        assert command.command == SendMessage(text="Why so much?")
        typing = {"type": "typing", "conversation_id": str(CONVERSATION)}
        assert (await tab.chat(typing))["type"] == "accepted"


async def test_messages_reach_their_client_and_staff_and_notes_no_client(town: Town, ana: Person, bob: Person) -> None:
    administrator = await town.person("administrator")
    async with town.tab(ana) as hers, town.tab(bob) as his, town.tab(administrator) as theirs:
        await hers.start("conversations")
        await his.start("conversations")
        await theirs.start("staff/conversations")
        await town.publish(message(ana, internal=True), message(ana))
        assert (await hers.until("message.posted"))["data"]["internal"] is False
        assert (await theirs.until("message.posted"))["data"]["internal"] is True
        assert (await theirs.until("message.posted"))["data"]["internal"] is False
        handed_over = Conversation(
            id=CONVERSATION,
            version=2,
            user_id=UUID(ana.id),
            user_name="Ana",
            state=ConversationState.WAITING,
            labels=("angry",),
            updated_at=datetime.now(UTC),
        )
        await town.publish(ConversationHandedOver(handed_over))
        told = (await hers.until("conversation.handed_over"))["data"]
        assert (told["state"], told["labels"]) == ("waiting", [])
        assert (await theirs.until("conversation.handed_over"))["data"]["user_name"] == "Ana"
        assert await his.silent()


async def test_notes_reach_neither_operators_nor_the_administrator_whose_conversation_it_is(town: Town) -> None:
    operator, administrator, client = [await town.person(role) for role in ("operator", *["administrator"] * 2)]
    async with town.tab(operator) as looking, town.tab(administrator) as working, town.tab(client) as asking:
        for tab in (looking, working, asking):
            await tab.start("conversations", "staff/conversations")
        await town.publish(message(client, internal=True), message(client))
        assert (await working.until("message.posted"))["data"]["internal"] is True
        for tab in (looking, asking):
            assert (await tab.until("message.posted"))["data"]["internal"] is False
            assert await tab.silent()


async def test_what_passes_reaches_who_is_there_and_is_not_kept(town: Town, ana: Person, bob: Person) -> None:
    async with town.tab(ana, town.replicas[1]) as hers, town.tab(bob) as his:
        position = (await hers.start("conversations"))["position"]
        await his.start("conversations")
        token = MessageToken(conversation_id=CONVERSATION, message_id=uuid4(), index=0, text="Your")
        await town.tell(FRAMES, PASSING_KEY, Passing(frame=token, user_ids=(UUID(ana.id),), staff=True))
        assert (await hers.until("message.token"))["text"] == "Your"
        assert await his.silent()
    async with town.tab(ana) as tab:
        assert (await tab.start("conversations", after=position))["recovered"] is True
        assert [frame["type"] for frame in tab.seen] == ["welcome", "started"]


async def test_of_who_is_deleted_no_frame_is_left_nor_comes_later(town: Town) -> None:
    gone, administrator = await town.person(), await town.house.administrator()
    theirs = f"SELECT count(*) FROM frame WHERE about @> ARRAY['{gone.id}'::uuid]"
    await town.publish(message(gone))
    assert await town.house.query("realtime", theirs) == [1]
    assert (await administrator.ask("DELETE", f"/api/users/{gone.id}")).status_code == 204
    await town.house.settle()
    await town.publish(message(gone))  # it was on its way
    assert await town.house.query("realtime", theirs) == [0]
