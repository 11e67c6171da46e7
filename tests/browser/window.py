"""A window of the browser, and what people do in it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Route, ViewportSize, expect

from kilowatch.kit.web import DemoAccount
from kilowatch.simulator.demo.accounts import ADMINISTRATOR, ANA, RADU

ADMIN, OPERATOR, CLIENT = ADMINISTRATOR, RADU, ANA

Scheme: TypeAlias = Literal["light", "dark"]

#: As root there is no sandbox; the others keep it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Sums of a year take their time on a busy machine.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"


#: As over a slow line: one answer comes after the other, in an order that is always the same. What moves meanwhile
#: without being pushed by anybody is kept, with what it was.
SLOW_LINE = """
  let asked = 0, awaited = 0
  const count = (by) => { awaited += by; document.documentElement.dataset.awaited = awaited }
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  const fetched = window.fetch
  window.fetch = async (...wanted) => {
    const turn = 1 + asked++ % 8
    count(1)
    try {
      const answer = await fetched(...wanted)
      await new Promise((done) => setTimeout(done, turn * 30))
      return answer
    } finally {
      void drawn().then(drawn).then(() => count(-1))
    }
  }
  window.moves = []
  const nameOf = (node) => `${node?.nodeName}: ${node?.textContent?.slice(0, 60)}`
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) moves.push([value, sources.map(({ node }) => nameOf(node))])
  }).observe({ type: "layout-shift", buffered: true })
"""


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS])
    try:
        yield browser
    finally:
        browser.close()


class Window:
    def __init__(self, page: Page) -> None:
        self.page = page
        #: What the page complained about: defects of scripts, and whatever the policy has refused.
        self.complaints: list[str] = []
        # Colours on their way from one theme to the other are nobody's.
        page.emulate_media(reduced_motion="reduce")
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def sign_in(self, who: DemoAccount) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail").fill(who.email)
        self.page.get_by_label("Password", exact=True).fill(who.password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name="Overview")).to_be_visible()

    def visit(self, path: str) -> None:
        self.page.goto(path)
        self.settle()

    def speak(self, language: str) -> None:
        """As if the account had this language; that of the demo stays as it is."""

        def answer(route: Route) -> None:
            told = route.fetch()
            route.fulfill(response=told, json=told.json() | {"language": language})

        self.page.route("**/api/users/me", answer)

    def settle(self) -> None:
        """Until everything that the page asked for is there."""
        expect(self.page.locator("h1, main p").first).to_be_visible()
        expect(self.page.locator(".animate-pulse")).to_have_count(0)

    def change_look(self, scheme: Scheme, size: ViewportSize) -> None:
        """Once the page has taken it up, which hears of the theme an event later."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size(size)
        expect(self.page.locator("html.dark")).to_have_count(1 if scheme == "dark" else 0)
        self.settle()

    def open_chat(self) -> Locator:
        """The chat of a client, once it is connected."""
        self.page.get_by_role("button", name="Help").click()
        chat = self.page.get_by_role("region", name="Support")
        expect(chat.get_by_role("status").first).to_have_text(re.compile("assistant|Waiting|talking with"))
        return chat

    def on_a_slow_line(self) -> None:
        """Every page from now on."""
        self.page.add_init_script(f"{{{SLOW_LINE}}}")

    def moves(self) -> list[tuple[float, list[str]]]:
        """How far what has moved since the page was gone to, once all is there: https://web.dev/articles/cls."""
        expect(self.page.locator("html[data-awaited='0']")).to_have_count(1)
        self.settle()
        moves: list[tuple[float, list[str]]] = self.page.evaluate("moves")
        return moves

    def violations(self, but: Sequence[str] = (), rules: Sequence[str] = ()) -> list[str]:
        """What axe-core finds, by these `rules` or all, `but` in these elements. Run by the debugger, which the policy
        does not bind."""
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(AXE.read_text())
        run_only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
        found: list[dict[str, Any]] = self.page.evaluate(
            "async ([context, options]) => (await axe.run(context, options)).violations",
            [{"exclude": list(but)}, run_only],
        )
        return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]

    def _listen(self, message: ConsoleMessage) -> None:
        # The browser itself remarks upon every 401, and the first refresh of a stranger is one.
        if message.type == "error" and "401" not in message.text:
            self.complaints.append(message.text)
