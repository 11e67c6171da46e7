"""Batches of readings on their way from a balancer to a monitoring replica.

Columns, not objects: the body of a partition message is a small JSON header followed by the bytes of one numpy
structured array, so that nothing is done per reading after the balancer has decoded it.

    4 bytes  magic `KWB1`
    4 bytes  length of the header, little-endian
    n bytes  header, JSON (`BatchHeader`)
    25 bytes a reading, `READING` dtype
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

MAGIC: Final = b"KWB1"

READING: Final = np.dtype(
    [
        ("device", "<i8"),
        ("time", "<i8"),  # microseconds since 1970-01-01 UTC
        ("value", "<f8"),  # kWh or W, as the device's kind says
        ("flags", "u1"),  # AMBIGUOUS_TIME
    ]
)
Readings: TypeAlias = npt.NDArray[np.void]

#: No meter shows more, in kWh or W.
LARGEST_VALUE: Final = 1e12
#: Nor uses more between two readings, in kWh: what a commit brings to a slot stays far within 64 bits of mWh.
LARGEST_INTERVAL_KWH: Final = 1e7

#: The reading came without a zone, in the hour that daylight saving repeats (the first of the two was taken) or skips
#: (taken as if the clock had not been put forward yet).
AMBIGUOUS_TIME: Final = 1


class Source(StrEnum):
    LIVE = "live"
    IMPORT = "import"  #: history; alerts found in it notify nobody
    REPLAY = "replay"  #: rejected before, sent again by an administrator


class RejectionReason(StrEnum):
    MALFORMED = "malformed"  #: not a reading at all
    UNKNOWN_DEVICE = "unknown_device"
    INACTIVE_DEVICE = "inactive_device"
    FORBIDDEN_DEVICE = "forbidden_device"  #: the credential is not for this device
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"  #: no meter shows so much: beyond 10^12
    NEGATIVE = "negative"
    FUTURE = "future"  #: more than 5 minutes ahead
    TOO_OLD = "too_old"  #: older than the retention
    CONFLICT = "conflict"  #: another value for the same device and time was accepted before
    UNSTORABLE = "unstorable"  #: the database refused it


@dataclass(frozen=True, slots=True)
class Rejection:
    """A reading that was not accepted, as it came."""

    reason: RejectionReason
    raw: str  #: JSON of the reading as sent, cut at 1,000 characters
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchHeader:
    id: UUID  #: a batch that comes again under the same id counts nothing
    received_at: int  #: microseconds UTC at which the balancer had it
    source: Source = Source.LIVE
    rejections: tuple[Rejection, ...] = ()
    correlation_id: str = ""  #: of the first request in it
    #: For each request the place after its last reading, and its correlation id.
    requests: tuple[tuple[int, str], ...] = ()
    traceparent: str = ""  #: of the span that published it, as W3C Trace Context writes it


@dataclass(frozen=True, slots=True)
class Batch:
    header: BatchHeader
    readings: Readings = field(repr=False)


class MalformedBatch(ValueError):
    """The bytes are not a batch: dead-letter them."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(BatchHeader)


def encode_batch(batch: Batch) -> bytes:
    header = _encoder.encode(batch.header)
    return b"".join((MAGIC, len(header).to_bytes(4, "little"), header, batch.readings.tobytes()))


def decode_batch(body: bytes) -> Batch:
    """Read a batch; the readings are a read-only view of `body`. Raises `MalformedBatch`."""
    if body[:4] != MAGIC:
        raise MalformedBatch("no batch magic")
    start = 8 + int.from_bytes(body[4:8], "little")
    if (len(body) - start) % READING.itemsize:
        raise MalformedBatch("truncated readings")
    try:
        header = _decoder.decode(body[8:start])
    except msgspec.MsgspecError as error:
        raise MalformedBatch(str(error)) from error
    return Batch(header, np.frombuffer(body, READING, offset=start))
