"""What a browser gets that is not an API answer: the built web app, or a status page while there is none."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from kilowatch import __version__
from kilowatch.kit.http import reasons_not_ready
from kilowatch.kit.service import Service

#: The build puts a hash of the content into these files' names.
HASHED_ASSETS: Final = "assets/"
FOR_EVER: Final = "public, max-age=31536000, immutable"
#: Paths of ours: what is not found below them is an error, not a page of the web app.
NOT_PAGES: Final = ("api/", "internal/", HASHED_ASSETS)

#: Scripts and styles are files of ours; the build of the web app sees to it that dialogs and toasts need none inline.
APP_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    role: str
    email: str
    password: str
    site: str | None = None  #: that they see; None: all of them

    @property
    def words(self) -> str:
        return f"{self.role}, {self.site}" if self.site else self.role


def add_web(app: FastAPI, services: Sequence[Service], demo_accounts: Sequence[DemoAccount]) -> None:
    """Add the pages. To be called last: they answer for every path that nothing else has taken."""
    add_about(app, demo_accounts)
    built = Path(str(resources.files("kilowatch") / "web"))
    if (built / "index.html").is_file():
        _add_built_app(app, built)
    else:
        _add_status_page(app, services, demo_accounts)


def add_about(app: FastAPI, demo_accounts: Sequence[DemoAccount] = ()) -> None:
    @app.get("/api/about", include_in_schema=False)
    def about() -> JSONResponse:
        """What the sign-in page shows to anybody."""
        content = {"version": __version__, "demo_accounts": [asdict(account) for account in demo_accounts]}
        return JSONResponse(content, headers={"Cache-Control": "no-store"})


def _add_built_app(app: FastAPI, built: Path) -> None:
    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def page(path: str) -> Response:
        if file := _file_at(built, path):
            return _file(file, _caching(path))
        if path.startswith(NOT_PAGES):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return _file(built / "index.html", "no-cache")


def _file(file: Path, caching: str) -> FileResponse:
    return FileResponse(file, headers={"Cache-Control": caching, "Content-Security-Policy": APP_POLICY})


def _file_at(built: Path, path: str) -> Path | None:
    try:
        file = (built / path).resolve()
        return file if file.is_relative_to(built.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # a path longer than the system's paths are, or with a NUL in it
        return None


def _caching(path: str) -> str:
    return FOR_EVER if path.startswith(HASHED_ASSETS) else "no-cache"


def _add_status_page(app: FastAPI, services: Sequence[Service], demo_accounts: Sequence[DemoAccount]) -> None:
    @app.get("/", include_in_schema=False)
    async def status() -> HTMLResponse:
        page = _status_page(await reasons_not_ready(services), demo_accounts)
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Security-Policy": _STATUS_POLICY})


def _status_page(reasons: dict[str, str | None], demo_accounts: Sequence[DemoAccount]) -> str:
    rows = "".join(_service_row(name, reason) for name, reason in reasons.items())
    verdict = "Everything is running" if not any(reasons.values()) else "Some services are not ready"
    accounts = _accounts_section(demo_accounts) if demo_accounts else ""
    return _PAGE.substitute(
        style=_STYLE, version=escape(__version__), verdict=verdict, services=rows, accounts=accounts
    )


def _service_row(name: str, reason: str | None) -> str:
    state, text = ("waiting", reason) if reason else ("ready", "ready")
    return f'<li class="{state}"><span>{escape(name)}</span><span>{escape(text or "")}</span></li>'


def _accounts_section(accounts: Sequence[DemoAccount]) -> str:
    rows = "".join(
        f"<tr><td>{escape(a.words)}</td><td><code>{escape(a.email)}</code></td>"
        f"<td><code>{escape(a.password)}</code></td></tr>"
        for a in accounts
    )
    return (
        '<section><h2>Demo accounts</h2><table><thead><tr><th scope="col">Role</th><th scope="col">E-mail</th>'
        f'<th scope="col">Password</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


_STYLE: Final = """
:root { color-scheme: light dark; --ink: #17211b; --soft: #5b6b62; --paper: #f6f8f5; --card: #fff; --line: #dfe6e0;
  --good: #15803d; --late: #b45309; --link: #0f6b3d }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eee9; --soft: #9bada2; --paper: #0f1512; --card: #161e1a;
  --line: #26312b; --good: #4ade80; --late: #fbbf24; --link: #6ee7a8 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) 1.25rem; display: grid; gap: 1.25rem }
h1 { margin: 0; font-size: 2rem; letter-spacing: -.02em }
h2 { margin: 0 0 .75rem; font-size: 1rem }
p { margin: .25rem 0 0; color: var(--soft) }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem }
ul { list-style: none; margin: 0; padding: 0 }
li { display: flex; justify-content: space-between; gap: 1rem; padding: .45rem 0; border-top: 1px solid var(--line) }
li:first-child { border-top: 0 }
li span:last-child::before { content: "●"; margin-right: .5rem; font-size: .8em }
.ready span:last-child { color: var(--good) }
.waiting span:last-child { color: var(--late); text-align: right }
a { color: var(--link) }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem }
table { width: 100%; border-collapse: collapse }
th { text-align: left; font-weight: 500; color: var(--soft) }
td, th { padding: .3rem .5rem .3rem 0; overflow-wrap: anywhere }
code { font: .95em ui-monospace, monospace }
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_STATUS_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>Kilowatch</title>
<style>$style</style>
</head>
<body>
<main>
<header><h1>Kilowatch</h1><p>$verdict. Version $version.</p></header>
<section><h2>Services</h2><ul>$services</ul></section>
$accounts
<section><h2>Look further</h2><nav><a href="/api/docs">API documentation</a><a href="/api/openapi.json">OpenAPI</a>
<a href="/readyz">Readiness</a><a href="/metrics">Metrics</a></nav></section>
</main>
</body>
</html>
""")
