"""Sends one-time links by mail."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.domain.links import LinkPurpose
from kilowatch.auth.handlers.links import NewLink, make_link
from kilowatch.auth.store import accounts, links
from kilowatch.auth.store.links import MailRequest
from kilowatch.contracts.accounts import User
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.mail import Send
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

LOOK_S: Final = 2.0
MOST_ATTEMPTS: Final = 12
LONGEST_PAUSE: Final = timedelta(hours=1)

_SUBJECTS: Final = {
    LinkPurpose.INVITATION: "Your Kilowatch account",
    LinkPurpose.RESET: "A new password for Kilowatch",
}
_TEXTS: Final = {
    LinkPurpose.INVITATION: "an account has been made for you. Choose a password here:",
    LinkPurpose.RESET: "somebody, probably you, asked for a new password. Choose it here:",
}


def send_mails(auth: AuthContext, send: Send) -> Job:
    """The job that sends what is due. A message that cannot be sent is tried again, with longer and longer pauses."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                busy = await send_next(auth, send)
            except Unavailable:
                busy = False
            if not busy:
                await wait_for_any(stopping, timeout_s=LOOK_S)

    return run


async def send_next(auth: AuthContext, send: Send) -> bool:
    """Send one message; False when none is due.

    The link is committed before it is sent, the request forgotten after: whatever happens in between, nobody gets a
    link that does not work for longer than until the next try.
    """
    async with auth.working() as work:
        request = await links.take_due(work.connection, work.now, work.now + LONGEST_PAUSE)
        if request is None:
            return False
        user = await accounts.by_email(work.connection, request.email)
        if user is None or not user.active:
            await links.forget_mail(work.connection, request.id)
            return True
        made = await make_link(work, user)
    try:
        await send(_message(auth, user, made))
    except (OSError, aiosmtplib.SMTPException) as error:
        await _put_off(auth, request, type(error).__name__)
        return True
    async with auth.working() as work:
        await links.forget_mail(work.connection, request.id)
    return True


async def _put_off(auth: AuthContext, request: MailRequest, reason: str) -> None:
    pause = min(timedelta(seconds=10 * 2**request.attempts), LONGEST_PAUSE)
    give_up = request.attempts >= MOST_ATTEMPTS
    log.warning("mail_not_sent", reason=reason, attempts=request.attempts, gives_up=give_up)
    async with auth.working() as work:
        if give_up:
            await links.forget_mail(work.connection, request.id)
        else:
            await links.put_off_mail(work.connection, request.id, work.now + pause)


def _message(auth: AuthContext, user: User, made: NewLink) -> EmailMessage:
    message = EmailMessage()
    message["From"] = auth.settings.smtp_sender
    message["To"] = user.email
    message["Subject"] = _SUBJECTS[made.link.purpose]
    message.set_content(
        f"Hello {user.name},\n\n{_TEXTS[made.link.purpose]}\n\n{auth.link_url(made.token)}\n\n"
        f"The link works once, until {made.link.expires_at:%d %B %Y, %H:%M} UTC.\n"
        "If you did not expect this message, ignore it: nothing changes.\n"
    )
    return message
