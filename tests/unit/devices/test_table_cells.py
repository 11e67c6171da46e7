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


def test_between_semicolons_a_number_may_have_a_comma_as_spreadsheets_of_half_of_europe_write_it():
    header = b"name;hourly_limit_kwh;description\n"
    [line] = read_lines(io.BytesIO(header + "A;2,5;roșu, verde\n".encode()))
    assert line.cells == {"name": "A", "hourly_limit_kwh": "2.5", "description": "roșu, verde"}
    [line] = read_lines(io.BytesIO(b'name,hourly_limit_kwh\nA,"1,000"\n'))
    assert line.cells["hourly_limit_kwh"] == "1,000", "which is refused: a thousand or one, nobody knows"
