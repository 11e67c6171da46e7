"""Tables as CSV and Parquet, sent while they are read. Each part is a query of its own: a slow reader holds none."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from fastapi import Depends, Header, Query
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from pyarrow import Schema

#: The rows of one part, each with a value for every column.
Parts: TypeAlias = AsyncIterator[Iterable[Sequence[object]]]

PARQUET_TYPE: Final = "application/vnd.apache.parquet"


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Cell(StrEnum):
    """What a column holds, by the name that Arrow has for it."""

    MOMENT = "timestamp"
    NUMBER = "float64"
    COUNT = "int64"
    TEXT = "string"
    BOOL = "bool"


def plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case bool():
            return str(value).lower()
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    cell: Cell
    text: Callable[[Any], object] = plain  #: in CSV


def _format(
    wanted: Annotated[Format | None, Query(alias="format", description="Or ask with `Accept: text/csv`.")] = None,
    accept: Annotated[str, Header()] = "",
) -> Format:
    if wanted is not None:
        return wanted
    if PARQUET_TYPE in accept:
        return Format.PARQUET
    return Format.CSV if "text/csv" in accept else Format.JSON


WantedFormat: TypeAlias = Annotated[Format, Depends(_format)]

#: For a route that can answer with any of them.
TABLE_TOO: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            PARQUET_TYPE: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


def table_answer(wanted: Format, name: str, columns: Sequence[Column], parts: Parts) -> StreamingResponse:
    """As CSV, or Parquet."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{wanted}"'}
    if wanted is Format.PARQUET:
        return StreamingResponse(_parquet(columns, parts), media_type=PARQUET_TYPE, headers=disposition)
    return StreamingResponse(_lines(columns, parts), media_type="text/csv", headers=disposition)


async def _lines(columns: Sequence[Column], parts: Parts) -> AsyncIterator[str]:
    yield _text([[column.name for column in columns]])
    texts = [column.text for column in columns]
    async for rows in parts:
        yield _text([text(value) for text, value in zip(texts, row, strict=True)] for row in rows)


def _text(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


class _Pipe(io.RawIOBase):
    """What has been written and not been taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:  # noqa: ANN401  a buffer of whatever kind
        self._pieces.append(bytes(piece))
        return len(self._pieces[-1])

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


async def _parquet(columns: Sequence[Column], parts: Parts) -> AsyncIterator[bytes]:
    """A row group for each part."""
    import pyarrow as pa  # noqa: PLC0415  takes half a second, and few need it
    from pyarrow import parquet  # noqa: PLC0415

    schema, pipe = _schema(columns), _Pipe()
    with parquet.ParquetWriter(pa.PythonFile(pipe, mode="w"), schema) as writer:
        async for rows in parts:
            values = list(zip(*rows, strict=True)) or [()] * len(columns)
            arrays = [pa.array(each, field.type) for each, field in zip(values, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
            yield pipe.take()
    yield pipe.take()


def _schema(columns: Sequence[Column]) -> "Schema":
    import pyarrow as pa  # noqa: PLC0415

    def arrow(cell: Cell) -> Any:  # noqa: ANN401  pyarrow has no types
        return (
            pa.timestamp("us", "UTC") if cell is Cell.MOMENT else getattr(pa, "bool_" if cell is Cell.BOOL else cell)()
        )

    return pa.schema([(column.name, arrow(column.cell)) for column in columns])
