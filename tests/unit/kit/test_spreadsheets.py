"""What people open in a spreadsheet."""

import pytest

from kilowatch.kit.spreadsheets import shown_as_text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_an_export_is_a_formula(cell: str):
    assert shown_as_text(cell) == f"'{cell}"


def test_other_cells_are_left_as_they_are():
    assert shown_as_text("plain") == "plain"
