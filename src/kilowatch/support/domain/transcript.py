"""A conversation as something to keep: plain text, or a page to print. Notes are never in it."""

from collections.abc import Mapping, Sequence
from html import escape
from string import Template
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kilowatch.contracts.chat import Author
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.domain.message import MessageRecord

_NAMES: Final = {
    Author.CLIENT: "Client",
    Author.BOT: "Assistant",
    Author.ADMINISTRATOR: "Support",
    Author.SYSTEM: "System",
}


def as_text(
    conversation: Conversation, messages: Sequence[MessageRecord], names: Mapping[UUID, str], zone: ZoneInfo
) -> str:
    """A paragraph a message."""
    paragraphs = [_title(conversation)]
    for message in messages:
        when = message.at.astimezone(zone)
        lines = [f"[{when:%Y-%m-%d %H:%M %Z}] {_who(message, names)}:", message.text]
        lines += [f"(file: {file.name})" for file in message.attachments]
        paragraphs.append("\n".join(line for line in lines if line))
    return "\n\n".join(paragraphs) + "\n"


def as_page(
    conversation: Conversation, messages: Sequence[MessageRecord], names: Mapping[UUID, str], zone: ZoneInfo
) -> str:
    """HTML to print: everything that people wrote is escaped."""
    rows = "".join(_row(message, names, zone) for message in messages)
    return _PAGE.substitute(style=STYLE, title=escape(_title(conversation)), rows=rows)


def _row(message: MessageRecord, names: Mapping[UUID, str], zone: ZoneInfo) -> str:
    when = f"{message.at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    files = "".join(f"<p><em>{escape(file.name)}</em></p>" for file in message.attachments)
    return (
        f'<article class="{message.author.value}"><h2>{escape(_who(message, names))}</h2>'
        f"<time>{escape(when)}</time><p>{escape(message.text)}</p>{files}</article>"
    )


def _who(message: MessageRecord, names: Mapping[UUID, str]) -> str:
    name = names.get(message.author_id, "") if message.author_id else ""
    return f"{name} ({_NAMES[message.author]})" if name else _NAMES[message.author]


def _title(conversation: Conversation) -> str:
    started = f"{conversation.created_at:%Y-%m-%d}"
    return (
        f"Conversation of {started}: {conversation.subject}" if conversation.subject else f"Conversation of {started}"
    )


STYLE: Final = """
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #111 }
h1 { font-size: 1.3rem }
article { margin: 0 0 1rem; break-inside: avoid }
h2 { display: inline; font-size: 1rem; margin: 0 }
time { color: #555; margin-left: .5rem }
p { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
.system { color: #555 }
"""

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>$title</title><style>$style</style></head>
<body><h1>$title</h1>$rows</body>
</html>
""")
