import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.window import ADMIN, CLIENT, Window


def test_a_client_lands_on_the_devices_that_are_theirs(window: Window) -> None:
    window.sign_in(CLIENT)
    window.settle()
    expect(window.page.get_by_role("heading", level=3, name="Heat pump")).to_be_visible()
    expect(window.page.get_by_role("heading", level=3, name="Office mains")).to_have_count(0)
    assert window.complaints == []


def test_a_demo_account_signs_in_with_one_click(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=ADMIN.email).click()
    expect(page.get_by_role("link", name="Audit log")).to_be_visible()


def test_the_page_is_not_blank_while_its_code_is_on_its_way(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    loading = page.get_by_role("main", name="Loading")
    page.goto("/sign-in")
    page.route(re.compile("/assets/shell-"), hold)
    page.get_by_role("button", name=CLIENT.email).click()
    expect(loading).to_be_visible()
    held.pop().continue_()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()

    page.reload(wait_until="commit")
    expect(loading).to_be_visible()
    held.pop().continue_()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()


def test_a_wrong_password_is_told_beside_the_form(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("nobody@kilowatch.local")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not right")


def test_a_reload_stays_signed_in_and_on_its_page(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit("/consumption?device=2&range=month")
    window.page.reload()
    expect(window.page).to_have_url("/consumption?device=2&range=month")
    expect(window.page.get_by_role("heading", level=1, name="Consumption")).to_be_visible()


def test_the_access_token_is_kept_nowhere(window: Window) -> None:
    window.sign_in(CLIENT)
    kept = window.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "eyJ" not in kept
    assert "kilowatch_refresh" not in kept


def test_a_script_that_was_slipped_into_a_page_does_not_run(window: Window) -> None:
    window.page.goto("/sign-in")
    ran = window.page.evaluate("""async () => {
        const slip = (fill) => new Promise((done) => {
            const script = document.createElement("script");
            script.onload = script.onerror = done;
            fill(script);
            document.head.append(script);
            setTimeout(done, 500);
        });
        await slip((script) => (script.textContent = "window.ran = 'written into the page'"));
        await slip((script) => (script.src = "data:text/javascript,window.ran = 'from elsewhere'"));
        document.body.insertAdjacentHTML("beforeend", "<img src='x:' onerror='window.ran = 1'>");
        await new Promise((done) => setTimeout(done, 200));
        return window.ran;
    }""")
    assert ran is None
    assert sum("Content Security Policy" in complaint for complaint in window.complaints) >= 3


def test_two_tabs_that_open_at_once_both_stay_signed_in(window: Window) -> None:
    window.sign_in(CLIENT)
    tabs = [window.page.context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto("/overview", wait_until="commit")
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1, name="Overview")).to_be_visible()


def test_signing_out_signs_out_the_other_tab_too(window: Window) -> None:
    window.sign_in(CLIENT)
    other = window.page.context.new_page()
    other.goto("/overview")
    expect(other.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    window.page.get_by_role("button", name="Sign out").click()
    expect(window.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_stranger_comes_to_the_page_they_asked_for_once_they_have_signed_in(page: Page) -> None:
    page.goto("/consumption?device=2")
    page.get_by_label("E-mail").fill(CLIENT.email)
    page.get_by_label("Password", exact=True).fill(CLIENT.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/consumption?device=2")


def test_nobody_is_sent_to_another_site_after_signing_in(page: Page) -> None:
    page.goto("/sign-in?then=//example.org/")
    page.get_by_role("button", name=CLIENT.email).click()
    expect(page).to_have_url("/overview")


def test_a_client_does_not_get_to_the_pages_of_administrators(window: Window) -> None:
    window.sign_in(CLIENT)
    window.page.goto("/users")
    expect(window.page.get_by_text("This page is for administrators")).to_be_visible()


def test_romanian_is_spoken_where_the_browser_asks_for_it(open_window: Callable[..., Window]) -> None:
    window = open_window()
    window.page.goto("/sign-in")
    window.page.get_by_label("Language").select_option("ro")
    expect(window.page.get_by_role("heading", name="Autentificare")).to_be_visible()
    window.page.reload()
    expect(window.page.get_by_role("heading", name="Autentificare")).to_be_visible()
