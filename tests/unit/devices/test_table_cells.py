"""Tables as spreadsheets read and write them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.devices.api.rows import read_lines
from kilowatch.devices.domain.table import protected, unprotected


@given(st.text())
def test_a_protected_cell_is_read_back_as_it_was(cell) -> None:
    assert unprotected(protected(cell)) == cell


@given(st.text())
def test_no_protected_cell_is_a_formula(cell) -> None:
    assert not protected(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    table = b'name,description\n"A","two\nlines"\nB,one\n'
    assert [(line.number, line.cells["name"]) for line in read_lines(io.BytesIO(table))] == [(3, "A"), (4, "B")]


@pytest.mark.parametrize("row", [b"only one", b"a,b,c"])
def test_a_line_with_another_number_of_cells_is_told(row) -> None:
    [line] = read_lines(io.BytesIO(b"name,description\n" + row))
    assert line.problem
