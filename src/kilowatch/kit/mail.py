"""Hands messages over to a mail server."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

SMTP_TIMEOUT_S: Final = 20.0

#: Hands a message over to a mail server. Raises `OSError` or `aiosmtplib.SMTPException`.
Send = Callable[[EmailMessage], Awaitable[None]]


def smtp_sender(url: str) -> Send:
    """`smtps://user:password@host:465`, or `smtp://…` with STARTTLS where the server offers it."""
    parts = urlsplit(url)

    async def send(message: EmailMessage) -> None:
        await aiosmtplib.send(
            message,
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=SMTP_TIMEOUT_S,
        )

    return send
