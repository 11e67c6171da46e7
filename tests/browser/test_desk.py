"""What administrators do beside devices: the support desk, the health of the system, corrections."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.window import ADMIN, Window


def test_a_canned_reply_is_made_deleted_and_brought_back(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/desk")
    page = window.page
    page.get_by_role("button", name="New reply").click()
    page.get_by_label("Short name").fill("thanks-and-bye")
    page.get_by_label("Text", exact=True).fill("Thank you, {client}. Goodbye!")
    page.get_by_role("button", name="Create").click()
    reply = page.get_by_role("listitem").filter(has_text="thanks-and-bye")
    expect(reply).to_be_visible()

    reply.get_by_role("button", name="Delete: thanks-and-bye").click()
    expect(page.get_by_text("thanks-and-bye is deleted")).to_be_visible()
    expect(reply.get_by_text("Goodbye!")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(reply.get_by_text("Thank you, {client}. Goodbye!")).to_be_visible()
    assert window.complaints == []


def test_business_hours_are_typed_as_people_say_them_and_holidays_are_closed(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/desk")
    page = window.page
    page.get_by_role("button", name="Edit", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Saturday").fill("nine to twelve")
    expect(dialog.get_by_text(re.compile("Times such as"))).to_be_visible()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("Saturday").fill("9:00 - 12:00, 13:00-14:30")
    dialog.get_by_label("Holidays").fill("2026-12-25")
    dialog.get_by_role("button", name="Add").click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("09:00–12:00, 13:00–14:30")).to_be_visible()
    expect(page.get_by_text("25 Dec 2026")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the conversations as CSV").click()
    assert download.value.path().read_text().startswith("conversation,client,subject")
    assert window.complaints == []


def test_the_knowledge_is_tried_before_it_is_in_force_and_nonsense_is_told_by_its_line(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/knowledge")
    page = window.page
    text = page.get_by_role("textbox", name="Knowledge base")
    _put_in_place(text, "kind: talk", "kind: tallk")
    expect(page.get_by_text("There is no kind tallk")).to_be_visible()
    expect(page.get_by_role("button", name="Put in force")).to_be_disabled()
    _put_in_place(text, "kind: tallk", "kind: talk")
    _put_in_place(text, "Hello! Ask me", "Howdy! Ask me")

    page.get_by_label("Question").fill("hello")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(re.compile("Howdy! Ask me about your energy")).last).to_be_visible()
    page.get_by_label("What has changed").fill("Friendlier.")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Friendlier.")).to_have_count(0)
    page.get_by_role("radio", name="Versions").or_(page.get_by_role("button", name="Versions")).first.click()
    expect(page.get_by_text("Friendlier.")).to_be_visible()
    assert window.complaints == []


def test_the_whole_knowledge_is_cut_out_and_pasted_in_again(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/knowledge")
    text = window.page.get_by_role("textbox", name="Knowledge base")
    whole = text.input_value()
    text.press("Control+A")
    text.press("Control+X")
    expect(text).to_have_value("")
    expect(window.page.get_by_role("button", name="Discard")).to_be_visible()
    text.press("Control+V")
    expect(text).to_have_value(whole)
    expect(window.page.get_by_role("button", name="Discard")).to_have_count(0)
    assert window.complaints == []


def _put_in_place(text: Locator, old: str, new: str) -> None:
    """By the keyboard, where the words stand first. `fill` has the debugger insert the whole text, for which Chromium
    takes the square of its five thousand lines, a minute, in a bare text area too; to paste it takes a second."""
    text.evaluate(
        "(area, old) => { area.focus(); const at = area.value.indexOf(old); "
        "area.setSelectionRange(at, at + old.length) }",
        old,
    )
    text.page.keyboard.insert_text(new)


def test_health_names_every_service_and_nothing_has_died(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/system")
    page = window.page
    expect(page.get_by_role("status").filter(has_text="Everything is running")).to_be_visible()
    for service in ("auth", "balancer", "monitoring", "support"):
        expect(page.get_by_role("row", name=re.compile(f"^{service} Ready"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(r"^telemetry\.partition"))).to_be_visible()
    window.visit("/dead-letters")
    expect(page.get_by_text("No dead letters")).to_be_visible()
    assert window.complaints == []


def test_a_correction_is_made_and_undone(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/corrections?device=1&new=1")
    page = window.page
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("From", exact=True).fill("2026-03-02T10:00")
    dialog.get_by_label("To", exact=True).fill("2026-03-02T11:00")
    dialog.get_by_label("Reason").fill("The meter was calibrated.")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    row = page.get_by_role("row").filter(has_text="The meter was calibrated.").first
    row.get_by_role("button", name="Undo").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Undo").click()
    expect(row.get_by_text(re.compile("undone"))).to_be_visible()
    assert window.complaints == []
