"""The way of a client without a mouse: what has the focus is always to be seen."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from kilowatch.simulator.demo.accounts import CLAIRE
from tests.browser.window import ADMIN, CLIENT, Window

#: Further than any wanted control is away.
FAR = 60


class Words(NamedTuple):
    language: str
    claim: str
    write: str
    resolve: str


ENGLISH: Final = Words("en", "Claim", "Write a reply", "Resolve")
ROMANIAN: Final = Words("ro", "Preia", "Scrie un răspuns", "Rezolvă")
#: Whether what has the focus can be seen, or something lies over it.
IS_SEEN = """() => {
  const focused = document.activeElement
  const { left, top, width, height } = focused.getBoundingClientRect()
  const there = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20))
  return there !== null && (focused.contains(there) || there.contains(focused))
}"""


def test_from_the_sign_in_to_an_hour_of_the_chart_by_the_keyboard_alone(window: Window) -> None:
    page = window.page
    page.goto("/sign-in")
    _tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(CLIENT.email)
    _tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(CLIENT.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    window.settle()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("link", name=re.compile("Heat pump")).last)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/consumption"))
    window.settle()

    chart = page.get_by_role("img", name=re.compile("Heat pump"))
    _tab_to(page, chart)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-live=polite]", has_text="kWh").first).to_have_text(re.compile(r"\d\skWh"))

    _tab_to(page, page.get_by_role("button", name="Help"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Write a message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help")).to_be_focused()


def _tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(FAR):
        if wanted.evaluate("element => element === document.activeElement"):
            assert page.evaluate(IS_SEEN), f"the focus is hidden at {wanted}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not to be reached by the keyboard: {wanted}")


@pytest.mark.parametrize("words", [ENGLISH, ROMANIAN], ids=["english", "romanian"])
def test_a_conversation_is_claimed_answered_and_resolved_by_the_keyboard_alone(
    open_window: Callable[..., Window], words: Words
) -> None:
    client, window = open_window(), open_window()
    client.sign_in(CLAIRE)
    chat = client.open_chat()
    chat.get_by_role("button", name="Talk to a person").click()
    expect(chat.get_by_text(re.compile("Waiting for a person"))).to_be_visible()

    window.sign_in(ADMIN)
    page = window.page
    window.speak(words.language)
    window.visit("/inbox")
    _tab_to(page, page.get_by_role("link", name=re.compile("Claire Walsh")))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("button", name=words.claim))
    page.keyboard.press("Enter")
    answer = page.get_by_label(words.write)
    expect(answer).to_be_focused()
    page.keyboard.type("Good day, Claire.")
    page.keyboard.press("Enter")
    expect(chat.get_by_text("Good day, Claire.").last).to_be_visible()
    page.keyboard.press("Shift+Tab")
    _tab_to(page, page.get_by_role("button", name=words.resolve))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=words.resolve)).to_have_count(0)
    assert window.violations(but=["[data-sonner-toast]"]) == []
