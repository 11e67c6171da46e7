"""Events leave with the state change or not at all, and arrive once however often they are sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import Event, UserCreated
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Message
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.events import decode_event, event_message
from kilowatch.kit.inbox import is_new
from kilowatch.kit.outbox import Outbox, outbox, relay
from kilowatch.kit.service import Job
from kilowatch.kit.telemetry import add_correlation_id, correlated, correlation_id
from tests.eventually import eventually

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OUTBOX = (
    "CREATE TABLE outbox (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL,"
    " type text NOT NULL, body bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now())"
)
INBOX = "CREATE TABLE inbox (event_id uuid PRIMARY KEY, handled_at timestamptz NOT NULL DEFAULT now())"


@pytest.fixture
async def database(bare_database: Callable[[], Awaitable[Database]]) -> Database:
    database = await bare_database()
    async with database.transaction() as connection:
        await connection.execute(text(OUTBOX))
        await connection.execute(text(INBOX))
        await connection.execute(text("CREATE TABLE heard (user_id uuid)"))
    return database


@pytest.fixture
async def broker() -> MemoryBroker:
    broker = MemoryBroker()
    await broker.declare(event_topology("sample", ["user.*"]))
    return broker


def somebody() -> UserCreated:
    return UserCreated(User(id=uuid4(), version=1, email="ana@example.org", name="Ana", role=Role.CLIENT))


async def tell(database: Database, *payloads: UserCreated) -> None:
    async with database.transaction() as connection:
        await Outbox(connection, source="sample", clock=lambda: NOW).add(*payloads)


async def rows_left(database: Database) -> int:
    async with database.transaction() as connection:
        return await connection.scalar(select(func.count()).select_from(outbox)) or 0


@asynccontextmanager
async def running(*jobs: Job) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job(stopping))
        try:
            yield
        finally:
            stopping.set()


class Listener:
    """Handles events by writing them down; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.tries = 0
        self.requests: list[str] = []

    async def __call__(self, connection: AsyncConnection, event: Event) -> None:
        self.tries += 1
        self.requests.append(correlation_id.get())
        payload = event.payload
        assert isinstance(payload, UserCreated)
        await connection.execute(text("INSERT INTO heard VALUES (:id)"), {"id": payload.user.id})
        if self.tries <= self.failures:
            raise ZeroDivisionError("after the effect, before the commit")

    async def heard(self, database: Database) -> list[UUID]:
        async with database.transaction() as connection:
            return [row[0] for row in await connection.execute(text("SELECT user_id FROM heard"))]


async def test_an_event_arrives_and_its_row_goes(database: Database, broker: MemoryBroker):
    listener, payload = Listener(), somebody()
    async with running(relay(database, broker), consume_events("sample", database, broker, listener)):
        await tell(database, payload)
        await eventually(lambda: _is(rows_left(database), 0))
    assert await listener.heard(database) == [payload.user.id]


async def test_a_change_that_is_rolled_back_tells_nobody(database: Database, broker: MemoryBroker):
    async def change_and_fail() -> None:
        async with database.transaction() as connection:
            await Outbox(connection, source="sample", clock=lambda: NOW).add(somebody())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    assert await rows_left(database) == 0


class DiesAfterPublishing:
    """A broker whose first confirm never arrives, as when the process dies between publishing and deleting the row."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self.published: list[str] = []

    async def publish(self, exchange: str, message: Message, *, timeout_s: float = 10.0) -> None:
        await self._broker.publish(exchange, message, timeout_s=timeout_s)
        self.published.append(message.id)
        if len(self.published) == 1:
            raise asyncio.CancelledError


async def test_a_crash_between_publishing_and_deleting_sends_again_and_counts_once(
    database: Database, broker: MemoryBroker
):
    listener, payload = Listener(), somebody()
    dying = DiesAfterPublishing(broker)
    await tell(database, payload)
    async with running(consume_events("sample", database, broker, listener)):
        with pytest.raises(asyncio.CancelledError):
            await relay(database, dying)(asyncio.Event())  # type: ignore[arg-type]
        assert await rows_left(database) == 1
        async with running(relay(database, dying)):  # type: ignore[arg-type]
            await eventually(lambda: _is(rows_left(database), 0))
    assert len(dying.published) == 2
    assert len(set(dying.published)) == 1
    assert await listener.heard(database) == [payload.user.id]


async def test_a_handler_that_fails_is_tried_again_and_its_effect_is_there_once(
    database: Database, broker: MemoryBroker
):
    listener, payload = Listener(failures=2), somebody()
    async with running(relay(database, broker), consume_events("sample", database, broker, listener)):
        await tell(database, payload)
        await eventually(lambda: _is(rows_left(database), 0))
    assert listener.tries == 3
    assert await listener.heard(database) == [payload.user.id]


async def test_the_inbox_forgets_what_cannot_come_again(database: Database):
    old, recent, sweeping = uuid4(), uuid4(), UUID(int=0)
    async with database.transaction() as connection:
        await connection.execute(
            text("INSERT INTO inbox VALUES (:old, now() - interval '31 days'), (:recent, now() - interval '29 days')"),
            {"old": old, "recent": recent},
        )
        assert await is_new(connection, Event(id=sweeping, source="sample", time=NOW, payload=somebody()))
        left = {row[0] for row in await connection.execute(text("SELECT event_id FROM inbox"))}
    assert left == {recent, sweeping}


async def test_what_time_alone_has_led_to_has_a_correlation_id_of_its_own(database: Database, broker: MemoryBroker):
    listener = Listener()
    async with running(relay(database, broker), consume_events("sample", database, broker, listener)):
        await tell(database, somebody())
        with correlated("somebody-asked"):
            await tell(database, somebody())
        await eventually(lambda: _is(rows_left(database), 0))
    assert listener.requests[0]
    assert listener.requests[1:] == ["somebody-asked"]


async def test_a_dead_letter_and_the_log_of_it_name_the_request(database: Database, broker: MemoryBroker):
    no_event = event_message(uuid4(), "user.created", b'{"correlationid": "somebody-asked"}')
    with capture_logs([add_correlation_id]) as logged:
        async with running(consume_events("sample", database, broker, Listener())):
            await broker.publish(EVENTS, no_event)
    [letter] = await broker.dead_letters("events.sample")
    assert letter.message.correlation_id == "somebody-asked"
    assert [line["correlation_id"] for line in logged if line["event"] == "message_rejected"] == ["somebody-asked"]


async def test_what_is_not_an_event_lies_with_the_dead_letters(database: Database, broker: MemoryBroker):
    async with running(consume_events("sample", database, broker, Listener())):
        await broker.publish(EVENTS, event_message(uuid4(), "user.created", b"{}"))
    assert len(await broker.dead_letters("events.sample")) == 1


async def test_an_event_that_nobody_listens_to_holds_back_no_other(database: Database, broker: MemoryBroker):
    deaf = MemoryBroker()
    await deaf.declare(event_topology("sample", ["device.*"]))
    await tell(database, *(somebody() for _ in range(300)))
    async with running(relay(database, deaf, unheard_after_s=0.0)):
        await eventually(lambda: _is(rows_left(database), 0))


async def test_an_event_waits_for_a_listener_that_is_still_starting(database: Database):
    late, listener, payload = MemoryBroker(), Listener(), somebody()
    await late.declare(event_topology("other", ["device.*"]))
    await tell(database, payload)
    async with running(relay(database, late)):
        await late.declare(event_topology("sample", ["user.*"]))
        async with running(consume_events("sample", database, late, listener)):
            await eventually(lambda: _is(rows_left(database), 0))
    assert await listener.heard(database) == [payload.user.id]


async def test_of_two_relays_one_works_and_the_other_takes_over(database: Database, broker: MemoryBroker):
    listener = Listener()
    async with running(consume_events("sample", database, broker, listener), relay(database, broker)):
        async with running(relay(database, broker)):
            await tell(database, *(somebody() for _ in range(50)))
            await eventually(lambda: _is(rows_left(database), 0))
        await tell(database, *(somebody() for _ in range(50)))
        await eventually(lambda: _is(rows_left(database), 0))
    assert len(await listener.heard(database)) == listener.tries == 100


async def test_the_relay_outlives_a_broker_that_is_away(database: Database, broker: MemoryBroker):
    class Away:
        back = False

        async def publish(self, exchange: str, message: Message, *, timeout_s: float = 10.0) -> None:
            if not self.back:
                raise Unavailable("no broker")
            assert decode_event(message.body)

    away = Away()
    await tell(database, somebody())
    async with running(relay(database, away)):  # type: ignore[arg-type]
        await asyncio.sleep(0)
        away.back = True
        await eventually(lambda: _is(rows_left(database), 0))


async def test_a_relay_that_is_told_to_stop_waits_for_nobody_who_has_stopped_before(
    database: Database, broker: MemoryBroker
):
    """Those who confirm are told to stop at the same time, and the process has but seconds."""
    await tell(database, somebody())
    async with asyncio.timeout(3), running(relay(database, broker)):
        await eventually(lambda: _is(broker.depth("events.sample"), 1))
    assert await rows_left(database) == 1, "it is sent again by the next one"


async def _is(value: Awaitable[int], wanted: int) -> bool:
    return await value == wanted
