"""The way of a client without a mouse: what has the focus is always to be seen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.window import CLIENT, Window

#: Further than any wanted control is away.
FAR = 60
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
