"""An alert reaches people: kept in the app, mailed by a real SMTP conversation, posted to a real HTTP receiver."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.chat import (
    Conversation,
    ConversationAssigned,
    ConversationHandedOver,
    ConversationReleased,
    ConversationResolved,
    ConversationState,
)
from kilowatch.contracts.events import (
    Alert,
    AlertEscalated,
    AlertKind,
    AlertRaised,
    AlertState,
    Event,
    Payload,
    Severity,
    UserCreated,
    UserDeleted,
)
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.http import build_app
from kilowatch.kit.inbox import is_new
from kilowatch.kit.mail import smtp_sender
from kilowatch.kit.service import Host
from kilowatch.kit.telemetry import add_correlation_id, correlated
from kilowatch.realtime.app import open_realtime
from kilowatch.realtime.consumers import apply_events
from kilowatch.realtime.context import RealtimeContext
from kilowatch.realtime.notifications.delivering import MOST_ATTEMPTS, Courier
from kilowatch.realtime.notifications.webhook import webhook_poster
from tests.mailbox import Mailbox

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANN, BOB, BOSS = (UUID(int=number) for number in (1, 2, 3))


class Receiver:
    """An HTTP server that answers each POST with the next of `statuses`, then 200, and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 200
        location = "Location: http://127.0.0.1:1/elsewhere\r\n" if status == 302 else ""
        writer.write(f"HTTP/1.1 {status} So\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@dataclass
class Post:
    """The service without its jobs, and a courier that goes when the test says so."""

    context: RealtimeContext
    clients: Any
    courier: Courier
    mailbox: Mailbox
    receiver: Receiver
    receiver_url: str
    clock: list[datetime]
    people: dict[UUID, Role] = field(default_factory=dict)

    async def hear(self, payload: Payload, event_id: UUID | None = None, request: str = "") -> None:
        event = Event(id=event_id or uuid4(), source="test", time=self.clock[0], payload=payload)
        with correlated(request):
            async with self.context.database.transaction() as connection:
                if await is_new(connection, event):
                    await apply_events(self.context.broker, lambda: self.clock[0], mails=True)(connection, event)

    async def meet(self, user_id: UUID, role: Role = Role.CLIENT, language: str = "en") -> None:
        self.people[user_id] = role
        user = User(
            id=user_id,
            version=1,
            email=f"{user_id.int}@example.org",
            name="Ann",
            role=role,
            language=language,
            time_zone="Europe/Bucharest",
        )
        await self.hear(UserCreated(user))

    async def ask(self, user_id: UUID, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        async with self.clients.user(self.people[user_id], user_id) as client:
            answer = await client.request(method, f"/api/notifications{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def deliver(self, after: timedelta = timedelta()) -> int:
        self.clock[0] += after
        count = 0
        while await self.courier.deliver_next():
            count += 1
        return count


@pytest.fixture
async def post(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, tokens: Any, clients_of: Callable[..., Any]
) -> AsyncIterator[Post]:
    clock, mailbox, receiver, url = [NOON], Mailbox(), Receiver(), await fresh_url("realtime")
    host = Host(
        data_dir=tmp_path,
        instance="test",
        public_url="http://test",
        broker=MemoryBroker(),
        clock=lambda: clock[0],
        verifier=tokens.verifier(),
        peers=None,  # type: ignore[arg-type]  only the jobs ask them
        database_url=lambda _: url,
    )
    async with AsyncExitStack() as stack:
        mail = await stack.enter_async_context(await asyncio.start_server(mailbox.serve, "127.0.0.1", 0))
        http = await stack.enter_async_context(await asyncio.start_server(receiver.serve, "127.0.0.1", 0))
        client = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        service = await stack.enter_async_context(open_realtime(host))
        assert isinstance(service.context, RealtimeContext)
        vault = service.context.vault
        courier = Courier(
            database=service.context.database,
            clock=host.clock,
            send=smtp_sender(f"smtp://127.0.0.1:{_port(mail)}"),
            post=webhook_poster(client, vault, lambda: host.clock().timestamp(), private_allowed=True),
            sender="Kilowatch <kilowatch@example.org>",
            public_url="https://kilowatch.example.org",
        )
        clients = clients_of(build_app([service], host.verifier))
        yield Post(service.context, clients, courier, mailbox, receiver, f"http://localhost:{_port(http)}/in", clock)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def an_alert(*user_ids: UUID, **fields: Any) -> Alert:
    values = {
        "id": uuid4(),
        "version": 1,
        "kind": AlertKind.HOURLY_LIMIT,
        "state": AlertState.RAISED,
        "device_id": 7,
        "device_name": "Heat pump",
        "since": NOON - timedelta(hours=1),
        "raised_at": NOON,
        "text": "Heat pump used 2.5 kWh in an hour.",
        "energy_kwh": 2.5,
        "limit_kwh": 2.0,
        "historical": False,
        "user_ids": user_ids,
    }
    return Alert(**values | fields)


def a_conversation(client: UUID) -> Conversation:
    return Conversation(
        id=uuid4(),
        version=2,
        user_id=client,
        user_name="Ann Secret",
        state=ConversationState.WAITING,
        waiting_since=NOON,
        updated_at=NOON,
    )


async def hook(post: Post, user_id: UUID) -> str:
    # The route refuses plain HTTP; a setting of the installation would allow it.
    await post.ask(user_id, "PUT", "/webhook", {"url": post.receiver_url}, 422)
    made = await post.ask(user_id, "PUT", "/webhook", {"url": "https://example.org/in"})
    async with post.context.database.transaction() as connection:
        await connection.execute(text("UPDATE webhook SET url = :url"), {"url": post.receiver_url})
    return str(made["secret"])


async def test_an_alert_is_kept_for_those_who_see_the_device_and_read_once(post: Post):
    await post.meet(ANN)
    await post.meet(BOB)
    event_id = uuid4()
    alert = an_alert(ANN)
    for _ in range(2):  # it comes again after a crash
        await post.hear(AlertRaised(alert), event_id)
    page = await post.ask(ANN, "GET", "")
    assert (page["total"], page["unread"]) == (1, 1)
    [kept] = page["items"]
    assert (kept["title"], kept["alert_id"]) == ("Heat pump: more used in an hour than the limit", str(alert.id))
    assert (await post.ask(BOB, "GET", ""))["items"] == []
    await post.ask(BOB, "POST", f"/{kept['id']}/read", status=404)
    await post.ask(ANN, "POST", f"/{kept['id']}/read", status=204)
    assert (await post.ask(ANN, "GET", "?unread=true"))["items"] == []
    await post.hear(AlertRaised(an_alert(ANN)))
    await post.ask(ANN, "POST", "/read", status=204)
    assert (await post.ask(ANN, "GET", ""))["unread"] == 0


async def test_history_tells_nobody_and_an_escalation_tells_administrators(post: Post):
    await post.meet(ANN)
    await post.meet(BOSS, Role.ADMINISTRATOR)
    await post.hear(AlertRaised(an_alert(ANN, historical=True)))
    assert (await post.ask(ANN, "GET", ""))["total"] == 0
    await post.hear(AlertRaised(an_alert(ANN)))
    assert (await post.ask(BOSS, "GET", ""))["total"] == 0
    await post.hear(AlertEscalated(an_alert(ANN)))
    [kept] = (await post.ask(BOSS, "GET", ""))["items"]
    assert kept["title"].endswith("(nobody has answered yet)")


async def test_administrators_are_told_by_every_channel_that_a_client_waits_and_not_who_or_why(post: Post):
    await post.meet(ANN)
    await post.meet(BOB, Role.ADMINISTRATOR)
    await post.meet(BOSS, Role.ADMINISTRATOR, language="ro")
    await post.ask(BOB, "PUT", "/preferences", {"muted_kinds": ["conversation_waiting"]})
    await hook(post, BOSS)
    waiting = a_conversation(ANN)
    for _ in range(2):
        await post.hear(ConversationHandedOver(waiting), UUID(int=77))
    assert (await post.ask(ANN, "GET", ""))["items"] == (await post.ask(BOB, "GET", ""))["items"] == []
    [kept] = (await post.ask(BOSS, "GET", ""))["items"]
    assert (kept["kind"], kept["conversation_id"]) == ("conversation_waiting", str(waiting.id))
    assert (kept["title"], kept["text"]) == ("Un client așteaptă o persoană", "La rând de la 15:00.")
    assert await post.deliver() == 2
    message = await post.mailbox.next_message()
    assert message["To"] == "3@example.org"
    assert "https://kilowatch.example.org/inbox\n" in message.get_content()
    [(_, body)] = post.receiver.got
    assert json.loads(body)["data"]["conversation_id"] == str(waiting.id)
    assert "Secret" not in f"{kept}{message}{body!r}"


async def test_a_kind_is_muted_on_one_channel_and_what_was_muted_before_is_muted_on_all(post: Post):
    await post.meet(ANN)
    await post.meet(BOB)
    await hook(post, ANN)
    await post.ask(ANN, "PUT", "/preferences", {"muted_email": ["hourly_limit"], "muted_webhook": ["offline"]})
    async with post.context.database.transaction() as connection:  # as it was kept when there were no channels in it
        state = json.dumps({"muted_kinds": ["hourly_limit"]})
        await connection.execute(
            text("INSERT INTO notification_preference VALUES (:id, :state)"), {"id": BOB, "state": state}
        )
    for kind in (AlertKind.HOURLY_LIMIT, AlertKind.OFFLINE):
        await post.hear(AlertRaised(an_alert(ANN, BOB, kind=kind)))
    assert {each["kind"] for each in (await post.ask(ANN, "GET", ""))["items"]} == {"hourly_limit", "offline"}
    assert [each["kind"] for each in (await post.ask(BOB, "GET", ""))["items"]] == ["offline"]
    assert await post.deliver() == 3
    assert [json.loads(body)["data"]["kind"] for _, body in post.receiver.got] == ["hourly_limit"]
    mails = [await post.mailbox.next_message() for _ in range(2)]
    assert {mail["To"] for mail in mails} == {"1@example.org", "2@example.org"}
    assert all(mail["Subject"].endswith("no readings") for mail in mails)


async def test_an_administrator_who_asks_for_a_person_is_not_told_of_it(post: Post):
    await post.meet(BOSS, Role.ADMINISTRATOR)
    await post.hear(ConversationHandedOver(a_conversation(BOSS)))
    assert (await post.ask(BOSS, "GET", ""))["items"] == []


@pytest.mark.parametrize("end", [ConversationAssigned, ConversationReleased, ConversationResolved])
async def test_of_a_client_who_waits_no_more_nobody_hears_at_the_end_of_quiet_hours(
    post: Post, end: type[ConversationAssigned | ConversationReleased | ConversationResolved]
):
    await post.meet(BOSS, Role.ADMINISTRATOR)
    await post.ask(BOSS, "PUT", "/preferences", {"quiet_hours": {"since": "14:00", "until": "18:00"}})
    taken, waits = a_conversation(ANN), a_conversation(BOB)
    for each in (taken, waits):
        await post.hear(ConversationHandedOver(each))
    await post.hear(end(taken))
    [unread] = (await post.ask(BOSS, "GET", "?unread=true"))["items"]
    assert unread["conversation_id"] == str(waits.id)
    assert await post.deliver(timedelta(hours=4)) == 1


async def test_a_mail_goes_out_in_the_persons_language_and_is_tried_again(post: Post):
    await post.meet(ANN, language="ro")
    post.mailbox.refusals = 1
    await post.hear(AlertRaised(an_alert(ANN)))
    assert await post.deliver() == 1
    assert post.mailbox.is_empty
    await post.meet(BOSS, Role.ADMINISTRATOR)
    [waiting] = (await post.ask(BOSS, "GET", "/deliveries?state=waiting"))["items"]
    assert (waiting["attempts"], waiting["channel"]) == (1, "email")
    assert "451" in waiting["error"]
    assert await post.deliver(timedelta(seconds=11)) == 1
    message = await post.mailbox.next_message()
    assert (message["To"], message["Content-Language"]) == ("1@example.org", "ro")
    assert message["Subject"] == "Kilowatch: Heat pump: consum pe oră peste limită"
    assert "între 14:00 și 15:00, cu 0,50 kWh peste limita de 2,00 kWh" in message.get_content()
    [sent] = (await post.ask(BOSS, "GET", "/deliveries?state=sent"))["items"]
    assert (sent["attempts"], sent["error"]) == (2, "")
    assert await post.deliver(timedelta(days=1)) == 0


async def test_what_cannot_be_sent_is_given_up_and_an_administrator_tries_again(post: Post):
    await post.meet(ANN)
    await post.meet(BOSS, Role.ADMINISTRATOR)
    post.mailbox.refusals = MOST_ATTEMPTS
    await post.hear(AlertRaised(an_alert(ANN)))
    for _ in range(MOST_ATTEMPTS):
        await post.deliver(timedelta(hours=2))
    [failed] = (await post.ask(BOSS, "GET", "/deliveries?state=failed"))["items"]
    assert failed["attempts"] == MOST_ATTEMPTS
    assert await post.deliver(timedelta(days=1)) == 0
    await post.ask(BOSS, "POST", f"/deliveries/{failed['id']}/retry", status=204)
    await post.ask(BOSS, "POST", f"/deliveries/{failed['id']}/retry", status=404)
    assert await post.deliver() == 1
    assert not post.mailbox.is_empty


async def test_a_digest_is_one_mail_in_the_morning_and_quiet_hours_are_quiet(post: Post):
    await post.meet(ANN)
    await post.ask(ANN, "PUT", "/preferences", {"mailing": "daily", "digest_at": "08:00"})
    for number in range(3):
        await post.hear(AlertRaised(an_alert(ANN, device_name=f"Meter {number}")))
    assert await post.deliver(timedelta(hours=12)) == 0
    assert await post.deliver(timedelta(hours=6)) == 1
    message = await post.mailbox.next_message()
    assert message["Subject"] == "Kilowatch: 3 notifications"
    assert all(f"Meter {number}:" in message.get_content() for number in range(3))
    quiet = {"quiet_hours": {"since": "08:00", "until": "10:00"}}
    told = await post.ask(ANN, "PUT", "/preferences", quiet)
    assert told == await post.ask(ANN, "GET", "/preferences")
    await post.hear(AlertRaised(an_alert(ANN)))  # it is nine in Bucharest
    assert await post.deliver(timedelta(minutes=30)) == 0
    await post.hear(AlertRaised(an_alert(ANN, severity=Severity.CRITICAL)))
    assert await post.deliver() == 1
    assert await post.deliver(timedelta(minutes=31)) == 1


async def test_a_webhook_is_signed_repeated_under_its_id_and_follows_no_redirect(post: Post):
    await post.meet(ANN)
    await post.ask(ANN, "PUT", "/preferences", {"mailing": "off"})
    secret = await hook(post, ANN)
    assert await post.ask(ANN, "GET", "/webhook") == {"url": post.receiver_url}
    async with post.context.database.transaction() as connection:
        assert secret not in str((await connection.execute(text("SELECT * FROM webhook"))).all())
    post.receiver.statuses = [500, 302]
    alert = an_alert(ANN)
    await post.hear(AlertRaised(alert))
    for pause in (0, 11, 21):
        assert await post.deliver(timedelta(seconds=pause)) == 1
    assert await post.deliver(timedelta(days=1)) == 0
    assert len(post.receiver.got) == 3
    assert len({headers["kilowatch-id"] for headers, _ in post.receiver.got}) == 1
    headers, body = post.receiver.got[-1]
    signed = f"{headers['kilowatch-timestamp']}.".encode() + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["kilowatch-signature"] == f"v1={expected}"
    assert headers["host"] == post.receiver_url.split("/")[2]
    told = json.loads(body)
    assert (told["id"], told["type"]) == (headers["kilowatch-id"], "alert.raised")
    assert (told["data"]["alert_id"], told["data"]["energy_kwh"]) == (str(alert.id), 2.5)
    assert "user_ids" not in told["data"]


@pytest.mark.parametrize("kind", AlertKind)
async def test_mail_webhook_and_the_log_name_what_has_led_to_an_alert(post: Post, kind: AlertKind):
    await post.meet(ANN)
    await hook(post, ANN)
    post.receiver.statuses = [500]
    await post.hear(AlertRaised(an_alert(ANN, kind=kind)), request="from-the-meter")
    with capture_logs([add_correlation_id]) as logged:
        assert await post.deliver() == 2
    assert await post.deliver(timedelta(seconds=11)) == 1
    assert (await post.mailbox.next_message())["X-Correlation-Id"] == "from-the-meter"
    assert [json.loads(body)["correlation_id"] for _, body in post.receiver.got] == ["from-the-meter"] * 2
    assert [line["correlation_id"] for line in logged if line["event"] == "not_delivered"] == ["from-the-meter"]


async def test_a_webhook_does_not_lead_into_the_own_network(post: Post):
    await post.meet(ANN)
    await post.meet(BOSS, Role.ADMINISTRATOR)
    await post.ask(ANN, "PUT", "/preferences", {"mailing": "off"})
    await hook(post, ANN)
    await post.hear(AlertRaised(an_alert(ANN)))
    async with httpx2.AsyncClient(trust_env=False) as client:
        guarded = webhook_poster(client, post.context.vault, lambda: 0.0, private_allowed=False)
        object.__setattr__(post.courier, "post", guarded)
        await post.deliver()
    assert post.receiver.got == []
    [waiting] = (await post.ask(BOSS, "GET", "/deliveries?state=waiting"))["items"]
    assert "private network" in waiting["error"]


async def test_who_has_removed_a_webhook_or_left_is_told_nothing_more(post: Post):
    await post.meet(ANN)
    await post.meet(BOSS, Role.ADMINISTRATOR)
    await hook(post, ANN)
    await post.hear(AlertRaised(an_alert(ANN)))
    await post.ask(ANN, "DELETE", "/webhook", status=204)
    await post.deliver()
    assert {each["state"] for each in (await post.ask(BOSS, "GET", "/deliveries"))["items"]} == {"sent", "dropped"}
    assert post.receiver.got == []
    gone = User(id=ANN, version=2, email="", name="", role=Role.CLIENT, active=False, deleted=True)
    await post.hear(UserDeleted(gone))
    await post.hear(AlertRaised(an_alert(ANN)))  # it comes late
    assert (await post.ask(BOSS, "GET", "/deliveries"))["items"] == []
    assert (await post.ask(ANN, "GET", ""))["total"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "loud"},
        {"muted_kinds": ["weather"]},
        {"digest_at": "25:00"},
        {"digest_at": 0},
        {"quiet_hours": {"since": "22:00Z", "until": "07:00"}},
        {"sms": True},
    ],
)
async def test_preferences_that_say_nonsense_are_refused(post: Post, wrong: Any):
    await post.meet(ANN)
    await post.ask(ANN, "PUT", "/preferences", wrong, 422)


async def test_a_person_s_export_holds_what_they_were_told_and_no_secret(post: Post):
    await post.meet(ANN)
    secret = await hook(post, ANN)
    await post.hear(AlertRaised(an_alert(ANN)))
    path = f"/internal/realtime/personal-data/{ANN}"
    async with post.clients.service("users") as client:
        answer = await client.get(path)
    held = answer.json()
    assert held["account"]["user_id"] == str(ANN)
    assert held["webhook"] == post.receiver_url
    assert [each["notice"]["device_id"] for each in held["notifications"]] == [7]
    assert secret not in answer.text
    async with post.clients.user(Role.CLIENT, ANN) as client:
        assert (await client.get(path)).status_code == 403
