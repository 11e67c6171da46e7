"""How much JavaScript a browser has to fetch before it can show a page: what the page loads itself, gzipped."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

WEB: Final = Path(__file__).parents[2] / "src/kilowatch/web"
MANIFEST: Final = WEB / ".vite/manifest.json"

PAGES: Final[Mapping[str, Sequence[str]]] = {
    "sign-in": ("src/features/session/index.ts",),
    "overview": ("src/app/shell.tsx", "src/i18n/en/index.ts", "src/features/overview/index.ts"),
}
BUDGETS_KB: Final[Mapping[str, float]] = {"sign-in": 200, "overview": 350}


def weight_kb(page: str) -> float:
    manifest: dict[str, dict[str, Any]] = json.loads(MANIFEST.read_text())
    files = set(_scripts(manifest, ["index.html", *PAGES[page]]))
    return sum(len(gzip.compress((WEB / file).read_bytes())) for file in files) / 1000


def _scripts(manifest: Mapping[str, Mapping[str, Any]], modules: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    while modules:
        if (name := modules.pop()) not in seen:
            seen.add(name)
            modules.extend(manifest[name].get("imports", []))
            yield manifest[name]["file"]
