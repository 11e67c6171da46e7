"""What is to be reached, and the page that says what is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).with_name("results.json")
PAGE: Final = Path(__file__).parents[1] / "docs/performance.md"
_START: Final = "<!-- written by make bench: from here -->\n"
_END: Final = "<!-- to here -->\n"


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    bound: float
    unit: str = ""
    at_least: bool = False
    digits: int = 0

    def is_reached_by(self, figure: float) -> bool:
        return figure >= self.bound if self.at_least else figure <= self.bound

    @property
    def text(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.shown(self.bound)}"

    def shown(self, figure: float) -> str:
        space = " " if self.unit[:1].isalpha() else ""
        return f"{figure:,.{self.digits}f}{space}{self.unit}"


GOALS: Final[Mapping[str, Goal]] = {
    "http_readings_per_s": Goal("readings over HTTP, until their usage is committed", 150_000, "/s", at_least=True),
    "http_over_copy": Goal("the same, as a share of a bare COPY of the same rows", 0.4, at_least=True, digits=2),
    "amqp_messages_per_s": Goal("AMQP messages of one reading, until committed", 10_000, "/s", at_least=True),
    "usage_p99_ms": Goal("from sending a reading to its usage, among 20,000/s, p99", 250, "ms"),
    "replica_rss_mb": Goal("memory of a monitoring replica with 100,000 devices", 400, "MB"),
    "bytes_per_reading": Goal("a stored reading with its index", 110, "bytes"),
    "device_day_p99_ms": Goal("a day of one device and a reading's neighbours, p99", 30, "ms", digits=1),
    "limits_cost": Goal("share of a commit's time that limits take", 0.1, digits=3),
    "year_query_p99_ms": Goal("a year of a device among a thousand by the API, p99", 30, "ms", digits=1),
    "import_over_live": Goal("import of history, as a share of live readings", 1, at_least=True, digits=2),
    "import_older_over_live": Goal("the same, of what lies before stored readings", 1, at_least=True, digits=2),
    "lookups_per_s": Goal("device to partition", 10_000_000, "/s", at_least=True),
    "moves_beyond_ideal_max": Goal("partitions moved beyond the ideal, in the worst of 1,000 sets", 1, digits=2),
    "bound_violations": Goal("replicas with more than their share of partitions", 0),
    "verify_us": Goal("checking an access token", 100, "µs", digits=1),
    "users_list_p99_ms": Goal("a page of 100,000 accounts, p99", 50, "ms"),
    "rotation_failed_requests": Goal("requests that fail while keys rotate", 0),
    "rules_build_s": Goal("building what answers by rules", 5, "s", digits=1),
    "rule_p99_ms": Goal("an answer by rules, p99", 20, "ms", digits=1),
    "message_p99_ms": Goal("a message from a client to an administrator, p99", 150, "ms"),
    "sockets": Goal("sockets on one replica", 10_000, at_least=True),
    "kb_per_socket": Goal("memory of a socket", 40, "KB"),
    "fanout_s": Goal("a frame for 10,000 people, until the last has it", 2, "s", digits=2),
    "alert_p99_ms": Goal("from sending a reading to its alert in the browser, among 10,000/s, p99", 300, "ms"),
    "signin_kb_gzip": Goal("JavaScript of the sign-in page, gzip", 200, "KB"),
    "overview_kb_gzip": Goal("JavaScript of a client's overview, gzip", 350, "KB"),
    "year_chart_ms": Goal("drawing a year of hours", 100, "ms"),
    "axe_violations": Goal("violations that axe-core finds on any page", 0),
}


def table(figures: Mapping[str, float]) -> str:
    """Of all goals, in Markdown; a figure that is not known is a dash."""
    lines = ["| what | goal | measured | |", "|---|---:|---:|---|"]
    for key, goal in GOALS.items():
        figure = figures.get(key)
        measured = "–" if figure is None else goal.shown(figure)
        missed = "" if figure is None or goal.is_reached_by(figure) else "not reached"
        lines.append(f"| {goal.what} (`{key}`) | {goal.text} | {measured} | {missed} |")
    return "\n".join([*lines, ""])


def page_with(figures: Mapping[str, float]) -> str:
    """The page with its table as `figures` have it."""
    before, rest = PAGE.read_text().split(_START)
    _, after = rest.split(_END)
    return before + _START + table(figures) + _END + after
