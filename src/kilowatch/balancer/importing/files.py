"""A file as a table of text, read a piece at a time."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from kilowatch.balancer.domain.history import Line

if TYPE_CHECKING:
    from pyarrow import Array

PARQUET_MAGIC: Final = b"PAR1"
GZIP_MAGIC: Final = b"\x1f\x8b"
#: No line is longer; a longer one comes in pieces, and the pieces are refused.
MAX_LINE: Final = 1 << 20
PARQUET_ROWS: Final = 20_000

#: What a file that is not what it seems makes the readers raise. pyarrow's errors are ValueErrors.
UNREADABLE: Final = (ValueError, csv.Error, OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Table:
    lines: Iterator[Line]  #: the header too, if there is one
    progress: Callable[[], float]  #: part that has been read, 0 to 1


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Raises one of `UNREADABLE`, also while lines are read."""
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic == PARQUET_MAGIC:
            yield _parquet(file)
            return
        with ExitStack() as stack:
            plain: Any = stack.enter_context(gzip.open(file)) if magic[:2] == GZIP_MAGIC else file
            text = stack.enter_context(io.TextIOWrapper(plain, encoding="utf-8-sig", newline=""))
            size = max(1, path.stat().st_size)
            yield Table(_csv_lines(text), lambda: min(1.0, file.tell() / size))


def _csv_lines(text: io.TextIOWrapper) -> Iterator[Line]:
    pieces = iter(lambda: text.readline(MAX_LINE), "")
    first = next(pieces, "")
    reader = csv.reader(chain([first], pieces), delimiter=_delimiter(first))
    for cells in reader:
        if cells:
            yield reader.line_num, cells


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _parquet(file: BinaryIO) -> Table:
    from pyarrow import parquet  # noqa: PLC0415  takes half a second, and few need it

    table = parquet.ParquetFile(file)
    total = max(1, table.metadata.num_rows)
    done = 0

    def lines() -> Iterator[Line]:
        nonlocal done
        yield 0, table.schema_arrow.names
        for batch in table.iter_batches(batch_size=PARQUET_ROWS):
            for cells in zip(*map(_texts, batch.columns), strict=True):
                done += 1
                yield done, cells

    return Table(lines(), lambda: done / total)


def _texts(column: "Array[Any]") -> Sequence[str]:
    """Floats as Python writes them, so that they read back the same; everything else as Arrow does."""
    from pyarrow import types  # noqa: PLC0415

    values = column.to_pylist() if types.is_floating(column.type) else column.cast("string").to_pylist()
    return ["" if value is None else str(value) for value in values]
