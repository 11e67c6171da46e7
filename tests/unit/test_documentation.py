"""What the documentation promises, it names a proof of; a proof that has been moved is missed here."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.goals import PAGE, RESULTS, page_with

REPOSITORY = Path(__file__).parents[2]
#: Decisions are of their day and stay as they were written.
PAGES = [
    REPOSITORY / "README.md",
    *(REPOSITORY / "docs").glob("*.md"),
    *(REPOSITORY / "docs" / "runbooks").glob("*.md"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path):
    named = set(re.findall(r"\btests/[\w/.-]*\w", page.read_text()))
    assert {path for path in named if not (REPOSITORY / path).exists()} == set()


def test_the_threat_model_names_proofs():
    assert len(re.findall(r"\btests/", (REPOSITORY / "docs" / "security.md").read_text())) > 10


def test_the_figures_are_those_last_measured():
    assert PAGE.read_text() == page_with(json.loads(RESULTS.read_text()))
