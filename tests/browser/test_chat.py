"""Two people in two browsers, the bot and a language model between them."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.pages import PHONE
from tests.browser.window import ADMIN, CLIENT, Window
from tests.integration.support.openai_server import OpenAIServer, Text

#: Nothing that any rule knows.
BEYOND_THE_RULES = "Does the violet umbrella of my aunt sing louder than a walrus?"


def test_a_chat_goes_from_the_bot_to_the_model_to_a_person(
    open_window: Callable[..., Window], model: OpenAIServer
) -> None:
    client, admin = open_window(viewport=PHONE), open_window()
    client.sign_in(CLIENT)
    chat = client.open_chat()
    _say(chat, "What is a kWh?")
    expect(chat.get_by_role("button", name="This helped").first).to_be_visible()

    model.scripts.append(Text(["The walrus, ", "**by far**."], pause_s=0.2))
    _say(chat, BEYOND_THE_RULES)
    expect(chat.get_by_role("log").get_by_text("by far")).to_be_visible()

    chat.get_by_role("button", name="Talk to a person").click()
    expect(chat.get_by_text(re.compile("Waiting for a person"))).to_be_visible()
    admin.sign_in(ADMIN)
    admin.visit("/inbox")
    admin.page.get_by_role("link", name=re.compile("Ana Popescu")).click()
    admin.page.get_by_role("button", name="Claim").click()
    answer = admin.page.get_by_label("Write a reply")
    answer.fill("Good day, Ana. I agree.")
    answer.press("Enter")
    expect(chat.get_by_text("Good day, Ana. I agree.")).to_be_visible()

    _say(chat, "Then all is well.")
    expect(admin.page.get_by_role("log").get_by_text("Then all is well.")).to_be_visible()
    _say(chat, "kWh" * 100)
    for log in (chat.get_by_role("log"), admin.page.get_by_role("log")):
        expect(log.get_by_text("kWh" * 100)).to_be_visible()
        assert log.evaluate("log => log.scrollWidth <= log.clientWidth"), "a long word makes it wider than the window"
    for window in (client, admin):
        assert window.violations() == []
    admin.page.get_by_role("button", name="Resolve").click()
    chat.get_by_role("button", name=re.compile("5")).last.click()
    chat.get_by_role("button", name="Send the rating").click()
    expect(admin.page.get_by_text("Rated 5 of 5")).to_be_visible()
    assert [*client.complaints, *admin.complaints] == []


def _say(chat: Locator, text: str) -> None:
    chat.get_by_label("Write a message").fill(text)
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_role("log").get_by_text(text)).to_be_visible()
