"""Files as tables: however they are cut, the cells are those that a reader of CSV finds."""

import csv
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kilowatch.balancer.importing.files import MAX_LINE, PIECE, open_table

CELLS = st.sampled_from(["", "1", " 2 ", "A;B", "ä", 'said "so"', "x" * 50])
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=12)


def table_of(path: Path, count: int) -> list[tuple[int, list[str]]]:
    """The lines of a file, taken by so many: each its number and its cells."""
    found = []
    with open_table(path) as table:
        while len(lines := table.take(count)):
            for place, (number, width) in enumerate(zip(lines.numbers.tolist(), lines.widths.tolist(), strict=True)):
                found.append((number, [column[place] for column in lines.columns[:width]]))
        assert table.progress() == 1.0
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n"]), count=st.integers(1, 5), blanks=st.booleans())
def test_the_cells_are_those_of_csv(tmp_path, rows, end, count, blanks):
    text = io.StringIO()
    csv.writer(text, lineterminator=end + end * blanks).writerows([["a", "b"], *rows])
    path = tmp_path / "file.csv"
    path.write_bytes(text.getvalue().encode())
    step = 2 if blanks else 1
    expected = [(1 + step * place, cells) for place, cells in enumerate([["a", "b"], *rows])]
    assert table_of(path, count) == expected


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_large_file_is_read_to_its_last_line_which_need_not_end(tmp_path, pack):
    count = 3 * PIECE // 10
    path = tmp_path / "file.csv"
    path.write_bytes(pack("\n".join(f"{number};{number}" for number in range(count)).encode()))
    assert table_of(path, 1_000)[-1] == (count, [str(count - 1)] * 2)


def test_a_line_without_end_comes_in_pieces(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(b"a,b\n" + b"x," * MAX_LINE)
    lengths = [2 * len(cells) for _, cells in table_of(path, 10)]
    assert len(lengths) > 2
    assert max(lengths) <= MAX_LINE + PIECE


def test_parquet_has_its_columns_and_no_cell_where_there_is_nothing(tmp_path):
    path = tmp_path / "file.parquet"
    parquet.write_table(pa.table({"id": [1, 2, 3], "value": [0.1, None, 1e-9]}), path)
    assert table_of(path, 2) == [(0, ["id", "value"]), (1, ["1", "0.1"]), (2, ["2", ""]), (3, ["3", "1e-09"])]
