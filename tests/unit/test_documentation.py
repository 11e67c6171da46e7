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
#: What runbooks name of PostgreSQL and RabbitMQ.
OF_ENGINES = {"max_wal_size", "shared_buffers", "disk_free_limit"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path):
    named = set(re.findall(r"\btests/[\w/.-]*\w", page.read_text()))
    assert {path for path in named if not (REPOSITORY / path).exists()} == set()


def test_the_threat_model_names_proofs():
    assert len(re.findall(r"\btests/", (REPOSITORY / "docs" / "security.md").read_text())) > 10


def test_the_figures_are_those_last_measured():
    assert PAGE.read_text() == page_with(json.loads(RESULTS.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_place_that_there_is(page: Path):
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text())
    assert [link for link in links if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    there = (page.parent / name) if name else page
    return there.exists() and (not heading or heading in anchors_of(there))


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "runbooks"], ids=lambda page: page.name)
def test_what_a_runbook_looks_for_in_the_log_is_logged(page: Path):
    """Words with an underscore that are neither a metric's name nor a setting's are those of the log."""
    sources = "".join(path.read_text() for path in (REPOSITORY / "src" / "kilowatch").rglob("*.py"))
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page.read_text()))
    assert {word for word in words if f'"{word}"' not in sources and word not in OF_ENGINES} == set()
