"""Tables as CSV, sent while they are read. Each part is a query of its own: a slow reader holds no connection."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Header, Query
from fastapi.responses import StreamingResponse


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


def _format(
    wanted: Annotated[Format | None, Query(alias="format", description="Or ask with `Accept: text/csv`.")] = None,
    accept: Annotated[str, Header()] = "",
) -> Format:
    if wanted is not None:
        return wanted
    return Format.CSV if "text/csv" in accept else Format.JSON


WantedFormat: TypeAlias = Annotated[Format, Depends(_format)]

#: For a route that can answer either.
CSV_TOO: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def csv_answer(name: str, header: Sequence[str], parts: AsyncIterator[Iterable[Sequence[object]]]) -> StreamingResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_lines(header, parts), media_type="text/csv", headers=disposition)


async def _lines(header: Sequence[str], parts: AsyncIterator[Iterable[Sequence[object]]]) -> AsyncIterator[str]:
    yield _text([header])
    async for rows in parts:
        yield _text(rows)


def _text(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
