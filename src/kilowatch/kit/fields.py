"""Types of request fields that more than one service reads."""

import re
import unicodedata
from datetime import UTC, datetime, time
from functools import cache
from typing import Annotated, Final, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, SecretStr, StringConstraints


@cache
def _zones() -> frozenset[str]:
    """Read once: to walk the time zone files takes 7 ms, and an import asks 100,000 times."""
    return frozenset(available_timezones())


#: Older times than this are typing errors, and some of them PostgreSQL cannot keep.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


_CLOCK: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not the name of a time zone, such as Europe/Bucharest")
    return name


def _sane_moment(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"not between {EARLIEST:%Y} and {LATEST:%Y}")
    return moment.astimezone(UTC)


def _clock_time(typed: object) -> str | time:
    match typed:
        case str() if _CLOCK.fullmatch(typed):
            return typed
        case time(tzinfo=None):
            return typed
    raise ValueError("not a time of day, such as 22:00")


def _whole_characters(typed: SecretStr) -> SecretStr:
    """JSON can spell half a surrogate pair, which is no character and has no bytes."""
    if any("\ud800" <= character <= "\udfff" for character in typed.get_secret_value()):
        raise ValueError("not text")
    return typed


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character cannot be stored")
    return text


def _one_line(text: str) -> str:
    """A line break in a name would be a line of its own in a mail or a log, and look like ours."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValueError("no line breaks or other control characters")
    return text


#: PostgreSQL stores every character but NUL.
Text: TypeAlias = Annotated[str, AfterValidator(_without_nul)]
#: One line that must say something.
Name: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)
]
#: An IANA time zone.
ZoneName: TypeAlias = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
#: A time with an offset; UTC from here on.
Moment: TypeAlias = Annotated[AwareDatetime, AfterValidator(_sane_moment)]
#: A time of day by somebody's own clock, as text: of a number or an offset nobody would know which clock is meant.
ClockTime: TypeAlias = Annotated[time, BeforeValidator(_clock_time)]
#: A password or a key, as somebody has typed or pasted it; kept out of logs and error messages by its type.
TypedSecret: TypeAlias = Annotated[SecretStr, StringConstraints(max_length=1024), AfterValidator(_whole_characters)]
