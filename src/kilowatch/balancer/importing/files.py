"""A file as a table of text, read a piece at a time."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TextIO

import numpy as np

from kilowatch.balancer.domain.history import Take
from kilowatch.balancer.domain.shapes import Lines

if TYPE_CHECKING:
    from pyarrow import Array

PARQUET_MAGIC: Final = b"PAR1"
GZIP_MAGIC: Final = b"\x1f\x8b"
#: No line is longer; a longer one comes in pieces, and the pieces are refused.
MAX_LINE: Final = 1 << 20
PIECE: Final = 1 << 16

#: What a file that is not what it seems makes the readers raise. pyarrow's errors are ValueErrors.
UNREADABLE: Final = (ValueError, csv.Error, OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Table:
    take: Take  #: the next lines, the header too if there is one
    progress: Callable[[], float]  #: part that has been read, 0 to 1


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Raises one of `UNREADABLE`, also while lines are read."""
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic == PARQUET_MAGIC:
            parquet = _Parquet(file)
            yield Table(parquet.take, parquet.progress)
            return
        with ExitStack() as stack:
            plain: Any = stack.enter_context(gzip.open(file)) if magic[:2] == GZIP_MAGIC else file
            text = stack.enter_context(io.TextIOWrapper(plain, encoding="utf-8-sig"))
            size = max(1, path.stat().st_size)
            yield Table(_Csv(text).take, lambda: min(1.0, file.tell() / size))


class _Csv:
    """Cut at its delimiters, all lines of a piece in one; from the first quote on by the reader that knows quotes."""

    def __init__(self, text: TextIO) -> None:
        self._lines = _lines(text)
        self._delimiter = ""
        self._number = 0  # of the last line that was taken
        self._reader: Any = None

    def take(self, count: int) -> Lines:
        if self._reader is None:
            taken = list(islice(self._lines, count))
            self._delimiter = self._delimiter or _delimiter(taken[0] if taken else "")
            if (cut := self._cut(taken)) is not None:
                self._number += len(taken)
                return cut
            self._reader = csv.reader(chain(taken, self._lines), delimiter=self._delimiter)
        rows = islice((cells for cells in self._reader if cells), count)
        return Lines.of([(self._number + self._reader.line_num, cells) for cells in rows])

    def _cut(self, taken: Sequence[str]) -> Lines | None:
        """None: that is not enough, for there are quotes, or lines that are not alike."""
        text = self._delimiter.join(taken)
        widths = np.array([line.count(self._delimiter) for line in taken], np.int64) + 1
        if '"' in text or "" in taken or (widths != widths[:1]).any():
            return None
        cells, width = text.split(self._delimiter), int(widths[0]) if taken else 0
        numbers = np.arange(self._number + 1, self._number + len(taken) + 1)
        return Lines(numbers, [cells[place::width] for place in range(width)], widths)


def _lines(text: TextIO) -> Iterator[str]:
    rest = ""
    while piece := text.read(PIECE):
        *lines, rest = (rest + piece).split("\n")
        yield from lines
        if len(rest) >= MAX_LINE:
            yield rest
            rest = ""
    if rest:
        yield rest


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


class _Parquet:
    """Its lines are numbered from 1 on; the header is line 0."""

    def __init__(self, file: BinaryIO) -> None:
        from pyarrow import parquet  # noqa: PLC0415  takes half a second, and few need it

        self._table = parquet.ParquetFile(file)
        self._number = -1  # of the last line that was taken
        self._batches: Iterator[Any] | None = None  # once it is known how many lines are wanted at a time

    def take(self, count: int) -> Lines:
        if self._number < 0:
            self._number = 0
            return Lines.of([(0, self._table.schema_arrow.names)])
        self._batches = self._batches or self._table.iter_batches(batch_size=count)
        batch = next(self._batches, None)
        columns = [_texts(column) for column in batch.columns] if batch else []
        rows = batch.num_rows if batch else 0
        numbers = np.arange(self._number + 1, self._number + rows + 1)
        self._number += rows
        return Lines(numbers, columns, np.full(rows, len(columns)))

    def progress(self) -> float:
        return float(max(0, self._number) / max(1, self._table.metadata.num_rows))


def _texts(column: "Array[Any]") -> Sequence[str]:
    """Floats as Python writes them, so that they read back the same; everything else as Arrow does."""
    from pyarrow import types  # noqa: PLC0415

    values = column.to_pylist() if types.is_floating(column.type) else column.cast("string").to_pylist()
    return ["" if value is None else str(value) for value in values]
