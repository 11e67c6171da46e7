"""Laws of decoding: the quick way and the way item by item give the same, and nothing received is forgotten."""

import json
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kilowatch.balancer.domain import decoding
from kilowatch.balancer.domain.decoding import Decoded, Format, NotReadings, TooMany, decode, decode_each
from kilowatch.balancer.domain.instants import FARTHEST_US, instant, instants

MANY = 10_000
BAD_ITEM = '{"device_id": 1}'

naive = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  wall-clock times are what is meant
offsets = st.one_of(st.just(UTC), st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m))))


def spelled(moment: datetime, spelling: str) -> str:
    match spelling:
        case "millis":
            return moment.isoformat(timespec="milliseconds")
        case "space":
            return moment.isoformat(sep=" ")
        case "minutes":
            return moment.isoformat(timespec="minutes")
        case "zulu":
            return moment.isoformat().replace("+00:00", "Z")
        case "basic":
            return moment.strftime("%Y%m%dT%H%M%S%z")
        case _:
            return moment.isoformat()


texts = st.builds(
    spelled,
    st.one_of(naive, st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=offsets)),  # noqa: DTZ001
    st.sampled_from(["iso", "millis", "space", "minutes", "zulu", "basic"]),
)
moments = st.one_of(texts, st.integers(0, 2**41), st.floats(0, 2e12))
readings = st.builds(
    lambda camel, device, moment, value: {
        "deviceId" if camel[0] else "device_id": device,
        "timestamp": moment,
        "measurementValue" if camel[1] else "value": value,
    },
    st.tuples(st.booleans(), st.booleans()),
    st.integers(1, 2**63 - 1),
    moments,
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**63), 2**63)),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


def columns(decoded: Decoded) -> tuple[list[Any], list[bool], list[int]]:
    return decoded.readings.tolist(), decoded.local.tolist(), decoded.index.tolist()


def body_of(items: list[Any], format_: Format) -> bytes:
    return (json.dumps(items) if format_ is Format.ANY else "\n".join(map(json.dumps, items))).encode()


@given(st.lists(readings, min_size=1, max_size=20), st.sampled_from(Format))
def test_a_valid_batch_is_what_its_readings_are_one_by_one(items: list[dict[str, Any]], format_: Format) -> None:
    together = decode(body_of(items, format_), format_, MANY)
    one_by_one = [decode(json.dumps(item).encode(), Format.ANY, MANY) for item in items]
    assert not together.malformed
    assert together.readings.tolist() == [decoded.readings[0].item() for decoded in one_by_one]
    assert together.local.tolist() == [bool(decoded.local[0]) for decoded in one_by_one]


@given(st.lists(readings, min_size=1, max_size=20), st.integers(0, 20))
def test_a_bad_neighbour_changes_nothing_for_the_others(items: list[dict[str, Any]], place: int) -> None:
    place = min(place, len(items))
    clean = decode(body_of(items, Format.ANY), Format.ANY, MANY)
    texts_ = [json.dumps(item) for item in items]
    flawed = decode(f"[{','.join([*texts_[:place], BAD_ITEM, *texts_[place:]])}]".encode(), Format.ANY, MANY)
    assert flawed.readings.tolist() == clean.readings.tolist()
    assert flawed.local.tolist() == clean.local.tolist()
    assert [item.index for item in flawed.malformed] == [place]
    assert flawed.index.tolist() == [n for n in range(len(items) + 1) if n != place]


@given(st.lists(st.one_of(readings, json_values), min_size=1, max_size=20), st.sampled_from(Format))
@example([float("nan"), {"device_id": 1, "timestamp": 1, "value": float("inf")}], Format.ANY)
def test_every_item_is_taken_or_named(items: list[Any], format_: Format) -> None:
    try:
        decoded = decode(body_of(items, format_), format_, MANY)
    except NotReadings:
        assume(False)
    assert decoded.received == len(items)
    assert sorted([*decoded.index.tolist(), *(item.index for item in decoded.malformed)]) == list(range(len(items)))
    for position, place in enumerate(decoded.index.tolist()):
        again = decode(decoded.raw(position).encode(), Format.ANY, MANY)
        assert columns(again)[:2] == columns(decode(json.dumps(items[place]).encode(), Format.ANY, MANY))[:2]


@given(st.binary(max_size=300), st.sampled_from(Format))
@example(b'{"a":' * 2000, Format.ANY)
@example(b'[{"device_id": ' + b"9" * 5000 + b"}]", Format.ANY)
@example(b'[{"device_id": 1, "timestamp": ' + b"9" * 5000 + b', "value": 1}]', Format.ANY)
def test_garbage_is_refused_or_named_and_never_breaks_anything(body: bytes, format_: Format) -> None:
    try:
        decoded = decode(body, format_, MANY)
    except NotReadings:
        return
    assert decoded.received == len(decoded.readings) + len(decoded.malformed)


@given(st.lists(st.one_of(readings.map(lambda item: json.dumps(item).encode()), st.binary(max_size=50)), max_size=20))
def test_messages_keep_their_places(bodies: list[bytes]) -> None:
    decoded = decode_each(bodies)
    assert sorted([*decoded.index.tolist(), *(item.index for item in decoded.malformed)]) == list(range(len(bodies)))


@given(st.lists(moments.map(lambda m: float(m) if isinstance(m, int) else m), max_size=30))
def test_a_column_of_times_is_its_times(given_: list[str | float]) -> None:
    times, local = instants(given_)
    assert list(zip(times.tolist(), local.tolist(), strict=True)) == [instant(moment) for moment in given_]


@given(st.lists(naive, min_size=1, max_size=30), offsets, st.sampled_from(["iso", "millis", "zulu"]))
def test_times_of_one_spelling_are_read_as_a_table(wall: list[datetime], offset: timezone, spelling: str) -> None:
    aware = [moment.replace(tzinfo=offset, microsecond=moment.microsecond // 1000 * 1000) for moment in wall]
    times, local = instants([spelled(moment, spelling) for moment in aware])
    expected = [(moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) for moment in aware]
    assert (times.tolist(), local.any()) == (expected, False)


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-01-00T10:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-01-01T10:00:60Z", "0000-01-01T10:00:00Z",
        "2026-01-01T10:00:00+24:00", "2026-01-01T10:0a:00Z", "2026-01-01", "now", "",
        "2026/01/01T10:00:00Z", "２０２６-01-01T10:00:00Z", "2026-01-01T10:00:00ZZ",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_alone_and_among_others(wrong: str) -> None:
    for others in ([], ["2026-01-01T10:00:00Z"], ["2026-01-01T10:00:00Z", wrong[:-1] + "Z"]):
        with pytest.raises(ValueError, match=r"."):
            instants([*others, wrong])


def test_numbers_are_seconds_or_milliseconds_by_their_size() -> None:
    times, _ = instants([1_795_428_000.0, 1_795_428_000_000.0, 1_795_428_000.25, 1e300, -1e300])
    assert times.tolist() == [1_795_428_000_000_000] * 2 + [1_795_428_000_250_000, int(FARTHEST_US), -int(FARTHEST_US)]


def test_a_digit_behind_the_sixth_is_cut_off() -> None:
    assert instants(["2026-01-01T00:00:00.1234569Z"] * 2)[0].tolist() == [1_767_225_600_123_456] * 2


@pytest.mark.parametrize(
    "body",
    [b"", b" \n", b"5", b"null", b"[", b"[1", b"[1,]", b'{"a": 1}, {"a": 2}', b"[1] [2]", b'{"a": 1', b'{\n"a":\n'],
)
def test_what_is_none_of_the_formats_is_no_reading_at_all(body: bytes) -> None:
    with pytest.raises(NotReadings):
        decode(body, Format.ANY, MANY)


def test_an_empty_array_is_nothing_received() -> None:
    assert decode(b" [ ] ", Format.ANY, MANY).received == 0


def test_more_items_than_allowed_are_not_even_looked_at() -> None:
    for item in ('{"device_id": 1, "timestamp": 1, "value": 1}', "0"):
        body = f"[{','.join([item] * 101)}]".encode()
        with pytest.raises(TooMany):
            decode(body, Format.ANY, 100)
        assert decode(body, Format.ANY, 101).received == 101


@pytest.mark.parametrize("line", ["{}\n", "\n"])
def test_lines_beyond_the_bound_cost_no_memory(line: str) -> None:
    body = ("{}\n" + line * 1_000_000 + "{}").encode()
    tracemalloc.start()
    with suppress(TooMany):
        decode(body, Format.ANY, 100)
    assert tracemalloc.get_traced_memory()[1] < 4 * len(body)
    tracemalloc.stop()


def test_lines_may_be_blank_and_end_like_on_windows() -> None:
    line = b'{"device_id": 1, "timestamp": 1, "value": 1}'
    for end in (b"\n", b"\r\n", b"\n\n"):
        assert len(decode(line + end + line + end, Format.NDJSON, MANY).readings) == 2
        assert len(decode(line + end + b"x" + end + line, Format.NDJSON, MANY).readings) == 2


def test_the_raw_text_of_a_flawed_batch_is_kept_as_sent() -> None:
    raw = '{"device_id":1,  "timestamp":1.50, "value":1e0, "note":"…"}'
    assert decode(f"[{raw},{BAD_ITEM}]".encode(), Format.ANY, MANY).raw(0) == raw


def test_the_columns_are_the_published_ones() -> None:
    assert decode(b'{"device_id":1,"timestamp":1,"value":1}', Format.ANY, MANY).readings.dtype == decoding.READING
    assert np.array_equal(decode_each([]).readings, np.zeros(0, decoding.READING))
