"""The server speaks English; who speaks Romanian reads what it says in Romanian."""

from playwright.sync_api import FilePayload, expect

from tests.browser.window import ADMIN, Window

TABLE = """name,kind,time_zone,hourly_limit_kwh
Grajd,steam,Europe/Bucharest,
,counter,Europe/Bucharest,
Moară,counter,Europe/Bucharest,-1
Pod,counter
"""


def test_what_the_server_refuses_is_told_in_romanian(window: Window) -> None:
    page = window.page
    window.speak("ro")
    page.add_init_script("localStorage.setItem('kilowatch.language', 'ro')")
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("nimeni@example.org")
    page.get_by_label("Parolă", exact=True).fill(ADMIN.password)
    page.get_by_role("button", name="Intră în cont", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("E-mailul, parola sau codul nu este corect.")
    page.get_by_label("E-mail").fill(ADMIN.email)
    page.get_by_role("button", name="Intră în cont", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Privire generală")).to_be_visible()

    window.visit("/devices")
    page.get_by_role("button", name="Importă").click()
    dialog = page.get_by_role("dialog")
    table = FilePayload(name="dispozitive.csv", mimeType="text/csv", buffer=TABLE.encode())
    dialog.get_by_label("Fișier CSV").set_input_files(table)
    expect(dialog.get_by_role("row")).to_have_text(
        [
            "LiniaNumeStareObservație",
            "2GrajdDe corectatkind: trebuie să fie 'interval', 'counter' sau 'power'",
            "3fără numeDe corectatname: câmp obligatoriu",
            "4MoarăDe corectathourly_limit_kwh: trebuie să fie mai mare decât 0",
            "5fără numeDe corectatLinia are mai multe sau mai puține celule decât coloanele din prima linie.",
        ]
    )
    assert window.complaints == []
