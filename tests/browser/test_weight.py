"""How much a browser has to fetch before it can show a page."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[2] / "src/kilowatch/web"
MANIFEST = WEB / ".vite/manifest.json"


@pytest.mark.skipif(not MANIFEST.is_file(), reason="The web app is not built: make web")
@pytest.mark.parametrize(
    ("page", "modules", "budget_kb"),
    [
        ("sign-in", ["src/features/session/index.ts"], 200),
        ("overview", ["src/app/shell.tsx", "src/features/overview/index.ts"], 350),
    ],
)
def test_a_page_stays_within_its_budget(page: str, modules: list[str], budget_kb: int) -> None:
    manifest: dict[str, dict[str, Any]] = json.loads(MANIFEST.read_text())
    files = set(_scripts(manifest, ["index.html", *modules]))
    weight_kb = sum(len(gzip.compress((WEB / file).read_bytes())) for file in files) / 1000
    assert weight_kb < budget_kb, page


def _scripts(manifest: dict[str, dict[str, Any]], modules: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    while modules:
        if (name := modules.pop()) not in seen:
            seen.add(name)
            modules.extend(manifest[name].get("imports", []))
            yield manifest[name]["file"]
