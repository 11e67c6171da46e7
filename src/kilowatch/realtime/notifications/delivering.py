"""Sends what is due; what cannot be sent is tried again with longer and longer pauses, then given up.

A dispatch is claimed and committed, sent, and only then settled: after a crash in between it is sent again, under the
same id.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Final

import aiosmtplib
import msgspec

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.mail import Send
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import correlated, logger
from kilowatch.realtime.notifications import wording
from kilowatch.realtime.notifications.intake import zone_of
from kilowatch.realtime.notifications.notice import ConversationNotice, Notice
from kilowatch.realtime.notifications.preferences import Channel
from kilowatch.realtime.notifications.store import Dispatch, DispatchState, NotificationStore, Recipient
from kilowatch.realtime.notifications.webhook import Hook, NotDelivered, Post

log = logger(__name__)

LOOK_S: Final = 2.0
#: So many at a time: one that answers slowly does not hold up the others.
WORKERS: Final = 4
#: A claim is longer than any sending takes.
CLAIM: Final = timedelta(minutes=2)
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=1)
MOST_ATTEMPTS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    database: Database
    clock: Clock
    send: Send | None  #: None: there is no mail server
    post: Post
    sender: str
    public_url: str

    def job(self) -> Job:
        async def run(stopping: asyncio.Event) -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(WORKERS):
                    group.create_task(self._work(stopping))

        return run

    async def _work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                busy = await self.deliver_next()
            except Unavailable:
                busy = False
            if not busy:
                await wait_for_any(stopping, timeout_s=LOOK_S)

    async def deliver_next(self) -> bool:
        """False: nothing was due. Raises `Unavailable`."""
        now = self.clock()
        async with self.database.transaction() as connection:
            store = NotificationStore(connection)
            due = await store.claim(now, now + CLAIM)
            if not due:
                return False
            recipient = next(iter(await store.recipients([due[0].user_id])), None)
            hook = (await store.hooks([due[0].user_id])).get(due[0].user_id)
        with correlated(due[0].correlation_id):
            await self._deliver_or_put_off(due, recipient, hook)
        return True

    async def _deliver_or_put_off(
        self, due: Sequence[Dispatch], recipient: Recipient | None, hook: Hook | None
    ) -> None:
        try:
            state = await self._deliver(due, recipient, hook)
        except NotDelivered as error:
            await self._put_off(due, str(error)[:500])
            return
        async with self.database.transaction() as connection:
            await NotificationStore(connection).settle([each.id for each in due], state, self.clock())

    async def _deliver(self, due: Sequence[Dispatch], recipient: Recipient | None, hook: Hook | None) -> DispatchState:
        """Raises `NotDelivered`."""
        match due[0].channel:
            case Channel.EMAIL if recipient is not None and recipient.email:
                await self._mail(due, recipient)
            case Channel.WEBHOOK if recipient is not None and hook is not None:
                await self.post(hook, due[0].notification_id, _body(due[0]))
            case _:
                return DispatchState.DROPPED
        return DispatchState.SENT

    async def _mail(self, due: Sequence[Dispatch], recipient: Recipient) -> None:
        if self.send is None:
            raise NotDelivered("no mail server is configured")
        try:
            await self.send(self._message(due, recipient))
        except (OSError, aiosmtplib.SMTPException) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}") from error

    def _message(self, due: Sequence[Dispatch], recipient: Recipient) -> EmailMessage:
        language = wording.spoken(recipient.language)
        notices = [each.notice for each in due]
        url = f"{self.public_url}{_page(notices)}"
        subject, text = wording.mail(notices, language, recipient.name, zone_of(recipient), url)
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = recipient.email
        message["Subject"] = subject
        # The same mail again has the same id: mailboxes show it once.
        message["Message-ID"] = f"<{due[0].id}@kilowatch>"
        if due[0].correlation_id:
            message["X-Correlation-Id"] = due[0].correlation_id
        message.set_content(text)
        message["Content-Language"] = language
        return message

    async def _put_off(self, due: Sequence[Dispatch], reason: str) -> None:
        attempts, ids = max(each.attempts for each in due), [each.id for each in due]
        gives_up = attempts >= MOST_ATTEMPTS
        log.warning("not_delivered", channel=due[0].channel, reason=reason, attempts=attempts, gives_up=gives_up)
        now = self.clock()
        async with self.database.transaction() as connection:
            store = NotificationStore(connection)
            if gives_up:
                await store.settle(ids, DispatchState.FAILED, now, reason)
            else:
                await store.put_off(ids, now + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE), reason)


def _page(notices: Sequence[Notice]) -> str:
    """Where they can be looked at."""
    pages = {"/inbox" if isinstance(each, ConversationNotice) else "/alerts" for each in notices}
    return pages.pop() if len(pages) == 1 else "/"


def _body(due: Dispatch) -> bytes:
    notice = msgspec.to_builtins(due.notice)
    kind = notice.pop("type")
    told = {
        "id": due.notification_id,
        "type": kind,
        "time": due.created_at,
        "correlation_id": due.correlation_id,
        "data": notice,
    }
    return msgspec.json.encode(told)
