"""Columns to and from PostgreSQL without an object per row: binary COPY made from numpy arrays."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import asyncpg
import numpy as np
import numpy.typing as npt

from kilowatch.monitoring.domain.usage import Ints, Rows

#: asyncpg says Record objects come out of it.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

#: PostgreSQL counts microseconds from 2000-01-01 UTC.
POSTGRES_EPOCH_US: Final = 946_684_800_000_000

_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_CHUNK_ROWS: Final = 20_000


def copy_format(columns: Sequence[tuple[str, str]]) -> np.dtype[np.void]:
    """The layout of one COPY row: a count, then each field behind its length, all big-endian."""
    layout: list[tuple[str, str]] = [("count", ">i2")]
    for name, kind in columns:
        layout += [(f"{name}_length", ">i4"), (name, kind)]
    return np.dtype(layout)


async def copy_rows(layout: np.dtype[np.void], columns: Mapping[str, npt.NDArray[Any]]) -> AsyncIterator[bytes]:
    """The columns as a COPY BINARY stream, a chunk at a time, so that a big batch is never in memory twice."""
    yield _HEADER
    count = len(next(iter(columns.values())))
    for start in range(0, count, _CHUNK_ROWS):
        yield _packed(layout, {name: column[start : start + _CHUNK_ROWS] for name, column in columns.items()})
    yield _TRAILER


def _packed(layout: np.dtype[np.void], columns: Mapping[str, npt.NDArray[Any]]) -> bytes:
    rows = np.empty(len(next(iter(columns.values()))), layout)
    rows["count"] = len(columns)
    for name, column in columns.items():
        rows[f"{name}_length"] = layout[name].itemsize
        rows[name] = column
    return rows.tobytes()


def postgres_time(microseconds: Ints) -> Ints:
    """µs since 1970 as PostgreSQL stores a timestamptz."""
    return microseconds - POSTGRES_EPOCH_US


def rows_of(records: Sequence[Any], dtype: np.dtype[np.void]) -> Rows:
    """Records of a query, whose columns are those of `dtype` in order, as an array."""
    return np.array([tuple(record) for record in records], dtype)


async def set_codecs(connection: Connection) -> None:
    """Let this connection speak of time as µs since 1970, both ways."""
    await connection.set_type_codec(
        "timestamptz",
        schema="pg_catalog",
        format="tuple",
        encoder=lambda microseconds: (microseconds - POSTGRES_EPOCH_US,),
        decoder=lambda parts: parts[0] + POSTGRES_EPOCH_US,
    )
