"""Canned replies: texts with variables, `{client}`, that are filled in when an administrator takes one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kilowatch.kit.errors import Invalid

#: What may stand in a text, and what it stands for.
VARIABLES: Final[Mapping[str, str]] = {
    "client": "name of the client",
    "administrator": "name of whoever takes the reply",
    "subject": "subject of the conversation",
    "date": "today's date, 2026-11-23",
}
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    id: UUID
    version: int
    shortcut: str
    text: str
    updated_at: datetime


def require_known_variables(text: str) -> None:
    """Raises `Invalid` and names those that nobody can fill in."""
    if unknown := sorted(set(_VARIABLE.findall(text)) - VARIABLES.keys()):
        raise Invalid(f"Unknown variables: {', '.join(unknown)}. There are: {', '.join(VARIABLES)}.")


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Once: what a value holds is text, and no variable."""
    return _VARIABLE.sub(lambda found: values[found.group(1)], text)
