"""From JSON to columns.

A clean batch is decoded by msgspec in one call and turned into columns by one list comprehension each. If anything in
it is wrong, each item is decoded by itself, so that the good ones are taken and each bad one is named.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Annotated, Final, Protocol, cast

import msgspec
import numpy as np

from kilowatch.balancer.domain.instants import Bools, Ints, instant, instants
from kilowatch.contracts.batch import READING, Readings, RejectionReason

MAX_ID: Final = 2**63 - 1


class Format(StrEnum):
    NDJSON = "ndjson"  #: one reading a line
    ANY = "any"  #: that, or one reading, or an array


class NotReadings(ValueError):
    """As a whole the text is none of the formats."""


class TooMany(ValueError):
    """More items than anyone may send at once."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that is no reading."""

    index: int
    reason: RejectionReason
    raw: str
    detail: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """Readings in columns, in the order of the text."""

    readings: Readings  #: `time` in microseconds, UTC unless `local`
    local: Bools  #: the time came without a zone: it is what the clock at the device showed
    index: Ints  #: place of each among all items of the text
    raw: Callable[[int], str]  #: position in the columns → JSON of the reading
    malformed: Sequence[Malformed] = ()

    @property
    def received(self) -> int:
        return len(self.readings) + len(self.malformed)


class _Reading(Protocol):
    device_id: int
    timestamp: str | float
    value: float


def _reading_type(device_id: str, value: str) -> type[_Reading]:
    """A struct that reads the two fields by these names. Without `gc`: a batch would wake the collector for nothing."""
    fields = [
        ("device_id", Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]),
        ("timestamp", str | float),
        ("value", float),
    ]
    struct = msgspec.defstruct("Reading", fields, rename={"device_id": device_id, "value": value}, gc=False)
    return cast("type[_Reading]", struct)


_SNAKE: Final = _reading_type("device_id", "value")
_CAMEL: Final = _reading_type("deviceId", "measurementValue")
_TYPES: Final = (_SNAKE, _CAMEL, _reading_type("deviceId", "value"), _reading_type("device_id", "measurementValue"))

_ONE: Final = tuple(msgspec.json.Decoder(type_) for type_ in _TYPES)
_MANY: Final = tuple(msgspec.json.Decoder(list[type_]) for type_ in (_SNAKE, _CAMEL))  # type: ignore[valid-type]
#: From the first that is no blank up to the line break.
_LINE: Final = re.compile(r"\S[^\n]*")
#: Unlike msgspec it reads NaN and numbers too large to hold, so that we can say that they are not finite.
_LENIENT: Final = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < 20 else float(digits))


def decode(body: bytes, format_: Format, max_items: int) -> Decoded:
    """Read a body. Raises `NotReadings`, `TooMany`."""
    text = body.strip()
    if not text:
        raise NotReadings("There is nothing in the body.")
    decoded = _decode_clean(text, format_)
    if decoded is None:
        items = list(islice(_items(text.decode(errors="replace"), format_), max_items + 1))
        _require_at_most(max_items, len(items))
        decoded = _decode_items(items)
    _require_at_most(max_items, decoded.received)
    return decoded


def _require_at_most(max_items: int, count: int) -> None:
    if count > max_items:
        raise TooMany(f"More than {max_items} readings at once; send them in parts.")


def decode_each(bodies: Sequence[bytes]) -> Decoded:
    """Read messages of one reading each."""
    # Not joined into one text: a message that ends within a list could swallow that of another sender.
    for one in _ONE[: len(_MANY)]:
        with suppress(ValueError, RecursionError):  # a MsgspecError is a ValueError
            items = [one.decode(body) for body in bodies]
            return _columns(items, partial(_json_of, items))
    return _decode_items([body.decode(errors="replace") for body in bodies])


def _decode_clean(text: bytes, format_: Format) -> Decoded | None:
    """The columns of a text without a flaw; None when it has one."""
    is_array = format_ is Format.ANY and text.startswith(b"[")
    for many, one in zip(_MANY, _ONE, strict=False):
        with suppress(ValueError, RecursionError):
            items = many.decode(text) if is_array else one.decode_lines(text)
            return _columns(items, partial(_json_of, items))
    return None


def _json_of(items: Sequence[_Reading], place: int) -> str:
    return msgspec.json.encode(items[place]).decode()


def _items(text: str, format_: Format) -> Iterator[str]:
    """The JSON of each item, as it was written. Raises `NotReadings`."""
    if format_ is Format.NDJSON:
        return _lines(text)
    if text.startswith("["):
        return _array_items(text)
    if not text.startswith("{"):
        raise NotReadings("Send a JSON object, an array of them, or one a line.")
    end = _end_of_value(text, 0)
    if end == len(text):
        return iter((text,))
    if text[end:].lstrip(" \t\r").startswith("\n"):
        return _lines(text)
    raise NotReadings(f"Something other than a line break follows the first object, at character {end}.")


def _lines(text: str) -> Iterator[str]:
    # Not `splitlines`: it breaks at characters that may stand in a JSON string. Nor `split`: a packed megabyte of line
    # breaks would become a gigabyte of lines.
    return (match[0].rstrip() for match in _LINE.finditer(text))


def _array_items(text: str) -> Iterator[str]:
    position = _after_blanks(text, 1)
    if text[position:] == "]":
        return
    while True:
        end = _end_of_value(text, position)
        yield text[position:end]
        position = _after_blanks(text, end)
        match text[position : position + 1]:
            case ",":
                position = _after_blanks(text, position + 1)
            case "]" if position + 1 == len(text):
                return
            case _:
                raise NotReadings(f"The JSON array is broken at character {position}.")


def _end_of_value(text: str, start: int) -> int:
    try:
        return _LENIENT.raw_decode(text, start)[1]
    except RecursionError:
        raise NotReadings("The JSON is nested too deep.") from None
    except ValueError as error:
        raise NotReadings(f"This is not JSON: {error}.") from error


def _after_blanks(text: str, position: int) -> int:
    while text[position : position + 1] in {" ", "\t", "\r", "\n"}:
        position += 1
    return position


def _decode_items(items: Sequence[str]) -> Decoded:
    outcomes = [_decode_item(index, raw) for index, raw in enumerate(items)]
    malformed = [outcome for outcome in outcomes if isinstance(outcome, Malformed)]
    index = [place for place, outcome in enumerate(outcomes) if not isinstance(outcome, Malformed)]
    good = [outcome for outcome in outcomes if not isinstance(outcome, Malformed)]
    return _columns(good, lambda place: items[index[place]], np.array(index, np.int64), malformed)


def _decode_item(index: int, raw: str) -> _Reading | Malformed:
    problem = ""
    for decoder in _ONE:
        try:
            reading = decoder.decode(raw.encode(errors="replace"))
            instant(reading.timestamp)
        except (ValueError, RecursionError) as error:  # a MsgspecError of a value is a ValueError
            problem = problem or str(error)
        else:
            return reading
    return _explain(index, raw, problem)


def _parsed(raw: str) -> dict[str, object]:
    try:
        value = _LENIENT.decode(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _explain(index: int, raw: str, problem: str) -> Malformed:
    fields = _parsed(raw)
    device_id = fields.get("device_id", fields.get("deviceId"))
    known = device_id if type(device_id) is int and 0 < device_id <= MAX_ID else None
    value = fields.get("value", fields.get("measurementValue"))
    if isinstance(value, float) and not np.isfinite(value):
        return Malformed(index, RejectionReason.NOT_FINITE, raw, "The value is not a finite number.", known)
    return Malformed(index, RejectionReason.MALFORMED, raw, problem, known)


def _columns(
    items: Sequence[_Reading],
    raw: Callable[[int], str],
    index: Ints | None = None,
    malformed: Sequence[Malformed] = (),
) -> Decoded:
    readings = np.zeros(len(items), READING)
    readings["device"] = [item.device_id for item in items]
    readings["value"] = [item.value for item in items]
    readings["time"], local = instants([item.timestamp for item in items])
    return Decoded(readings, local, np.arange(len(items)) if index is None else index, raw, malformed)
