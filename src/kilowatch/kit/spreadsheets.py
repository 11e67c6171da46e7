"""Cells of tables that people will open in a spreadsheet."""

from typing import Final

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA_MARKS: Final = ("=", "+", "-", "@", "\t", "\r")


def shown_as_text(cell: str) -> str:
    """With an apostrophe before what could be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell
