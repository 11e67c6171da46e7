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


#: Page, what it says before a figure and after, and what was measured. Machines and days differ by as much as `ABOUT`.
TOLD = [
    ("README.md", r"readings over HTTP .*?\| ([\d,]+) a second", "http_readings_per_s", 1),
    ("README.md", r"one reading in AMQP .*?\| ([\d,]+) a second", "amqp_messages_per_s", 1),
    ("README.md", r"to its usage, .*?\| ([\d,]+) ms in the middle", "usage_p50_ms", 1),
    ("README.md", r"to its usage, .*? ([\d,]+) in the worst", "usage_p99_ms", 1),
    ("README.md", r"to the alert .*?\| ([\d,]+) ms in the middle", "alert_p50_ms", 1),
    ("README.md", r"to the alert .*? ([\d,]+) in the worst", "alert_p99_ms", 1),
    ("README.md", r"sockets on one replica \| ([\d,]+)", "sockets", 1),
    ("README.md", r"sockets on one replica .*?, (\d+) KB", "kb_per_socket", 1),
    ("README.md", r"a frame for all of them in ([\d.]+) s", "fanout_s", 1),
    ("README.md", r"a stored reading with its index \| (\d+) bytes", "bytes_per_reading", 1),
    ("README.md", r"a limit on every device \| (\d+) %", "limits_cost", 100),
    ("README.md", r"access token; .*?\| (\d+) µs", "verify_us", 1),
    ("README.md", r"access token; .*? (\d+) ms in the middle", "users_list_p50_ms", 1),
    ("README.md", r"access token; .*? (\d+) in the worst", "users_list_p99_ms", 1),
    ("README.md", r"without a language model \| (\d+) %", "coverage", 100),
    ("README.md", r"of these ([\d.]+) % rightly", "precision", 100),
    ("docs/scaling.md", r"a thousand readings a request \| ([\d,]+)/s", "http_readings_per_s", 1),
    ("docs/scaling.md", r"a message a reading \| ([\d,]+)/s", "amqp_messages_per_s", 1),
    ("docs/scaling.md", r"makes ([\d,]+)/s there \(`copy_rows_per_s`\)", "copy_rows_per_s", 1),
    ("docs/scaling.md", r"has (\d+) MB \(`replica_rss_mb`\)", "replica_rss_mb", 1),
    ("docs/scaling.md", r"A socket takes (\d+) KB", "kb_per_socket", 1),
    ("docs/scaling.md", r"takes (\d+) ms of one core \(`argon2_ms`\)", "argon2_ms", 1),
    ("docs/scaling.md", r"A reading takes (\d+) bytes", "bytes_per_reading", 1),
    ("docs/scaling.md", r"A slot of 15 minutes\s+takes (\d+),", "bytes_per_slot", 1),
    ("docs/scaling.md", r"(\d+) bytes a reading, measured", "wal_bytes_per_reading", 1),
]
ABOUT = 0.25


@pytest.mark.parametrize(("page", "pattern", "key", "factor"), TOLD, ids=lambda value: str(value)[:60])
def test_a_figure_that_a_page_tells_is_about_what_was_last_measured(page: str, pattern: str, key: str, factor: int):
    [told] = re.findall(pattern, (REPOSITORY / page).read_text())
    measured = json.loads(RESULTS.read_text())[key] * factor
    assert float(told.replace(",", "")) == pytest.approx(measured, rel=ABOUT)


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


def test_every_metric_is_on_the_page_for_operators():
    metrics = set(re.findall(r'(?:Counter|Gauge|Histogram)\(\s*"(kilowatch_\w+)"', sources()))
    page = (REPOSITORY / "docs" / "operations.md").read_text()
    assert {metric for metric in metrics if metric not in page} == set()
    assert len(metrics) > 20


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "runbooks"], ids=lambda page: page.name)
def test_what_a_runbook_looks_for_in_the_log_is_logged(page: Path):
    """Words with an underscore that are neither a metric's name nor a setting's are those of the log."""
    code = sources()
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page.read_text()))
    assert {word for word in words if f'"{word}"' not in code and word not in OF_ENGINES} == set()


def sources() -> str:
    return "".join(path.read_text() for path in (REPOSITORY / "src" / "kilowatch").rglob("*.py"))
