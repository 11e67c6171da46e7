"""What administrators do with devices, their gateways and sites, and with what energy costs."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.window import ADMIN, Window

TABLE = """name,kind,time_zone,serial_number
Stable,counter,Europe/Bucharest,T-1
Barn,steam,Europe/Bucharest,T-2
"""


def test_a_table_is_rehearsed_line_by_line_and_then_imported(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/devices")
    page = window.page
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    table = FilePayload(name="devices.csv", mimeType="text/csv", buffer=TABLE.encode())
    dialog.get_by_label("CSV file").set_input_files(table)
    expect(dialog.get_by_role("row").filter(has_text="To be put right")).to_contain_text("kind")
    dialog.get_by_role("button", name="Import one device").click()

    expect(dialog.get_by_role("heading", name="What became of each line")).to_be_visible()
    expect(dialog.get_by_role("row").filter(has_text="Stable")).to_contain_text("kwd_")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save the report (CSV)").click()
    assert "Stable" in download.value.path().read_text()

    dialog.get_by_role("button", name="Add to a gateway").click()
    dialog.get_by_role("radio", name=re.compile("Demo gateway")).check()
    dialog.get_by_role("button", name="Add to a gateway").click()
    expect(page.get_by_text("Demo gateway may send for the new device")).to_be_visible()
    expect(dialog.get_by_role("row").filter(has_text="Stable")).to_contain_text("kwd_")
    dialog.get_by_role("button", name="Close").first.click()

    page.get_by_role("link", name="Stable").click()
    _delete(page)
    assert window.complaints == []


def test_a_gateway_gets_devices_and_a_credential_that_is_replaced_in_the_end(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/gateways")
    page = window.page
    page.get_by_role("button", name="New gateway").click()
    page.get_by_label("Name", exact=True).fill("Box in the cellar")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1, name="Box in the cellar")).to_be_visible()

    page.get_by_role("button", name="Add devices").click()
    page.get_by_label("Find a device by name, place or serial number").fill("heat")
    page.get_by_role("checkbox", name=re.compile("Heat pump")).check()
    page.get_by_role("button", name="Add one").click()
    expect(page.get_by_role("button", name="Take away: Heat pump")).to_be_visible()

    page.get_by_role("button", name="New credential").click()
    first = _read_credential(page)
    page.get_by_role("button", name="Rotate").click()
    page.get_by_role("dialog").get_by_role("button", name="Rotate").click()
    assert _read_credential(page) != first
    expect(page.get_by_text("ending", exact=True)).to_be_visible()

    page.get_by_role("button", name=re.compile("^Revoke: ")).first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()
    _delete(page)
    expect(page.get_by_text("Box in the cellar is deleted")).to_be_visible()
    assert window.complaints == []


def test_a_site_has_meters_sub_meters_behind_them_and_people(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/sites")
    page = window.page
    page.get_by_role("button", name="New site").click()
    page.get_by_label("Name", exact=True).fill("Cabin")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1, name="Cabin")).to_be_visible()
    site = page.url

    _make_counter(window, "Cabin mains", site="Cabin")
    _make_counter(window, "Cabin boiler", site="Cabin", parent="Cabin mains")
    page.get_by_role("link", name="Cabin mains").click()
    expect(page.get_by_role("heading", level=1, name="Cabin mains")).to_be_visible()
    expect(page.get_by_role("heading", name="Sub-meters")).to_be_visible()

    page.get_by_role("link", name="Cabin", exact=True).click()
    behind = page.get_by_role("listitem").filter(has_text="Cabin boiler")
    expect(behind.get_by_role("img", name="Sub-meter")).to_be_visible()
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_label("Find a person by name or e-mail").fill("ana")
    page.get_by_role("radio", name=re.compile("ana@kilowatch.local")).check()
    page.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(page.get_by_role("button", name=re.compile("^End: "))).to_be_visible()

    page.get_by_role("button", name="Take Cabin mains away from the site").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take away").click()
    expect(page.get_by_text("No device is here yet.")).to_be_visible()
    for name in ("Cabin boiler", "Cabin mains"):
        window.visit("/devices?search=cabin")
        page.get_by_role("link", name=name).click()
        _delete(page)
    page.goto(site)
    _delete(page)
    assert window.complaints == []


def test_how_readings_are_judged_is_edited_in_the_units_of_the_meter(window: Window) -> None:
    window.sign_in(ADMIN)
    _make_counter(window, "Four digits")
    page = window.page
    page.get_by_role("button", name="Edit", exact=True).click()
    dialog = page.get_by_role("dialog")
    judged = dialog.get_by_role("group", name="How readings are judged")
    judged.get_by_label("Longest plausible gap, hours").fill("0,1")
    judged.get_by_label("Largest plausible power, kW").fill("11,5")
    judged.get_by_label("Register rolls over at, kWh").fill("10000")
    dialog.get_by_role("button", name="Save").click()
    expect(judged.get_by_text("not shorter than the time between readings")).to_be_visible()
    judged.get_by_label("Longest plausible gap, hours").fill("6")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    for told in ("6 hr", "11.5 kW", "10,000 kWh"):
        expect(page.get_by_text(told)).to_be_visible()
    _delete(page)
    assert window.complaints == []


def test_a_device_and_its_site_tell_which_tariff_applies(window: Window) -> None:
    window.sign_in(ADMIN)
    page = window.page
    for path in ("/devices/1", "/sites/1"):
        window.visit(path)
        page.get_by_role("link", name="Day and night").click()
        expect(page.get_by_role("heading", level=1, name="Day and night")).to_be_visible()
        expect(page.get_by_role("link", name="Home in Bucharest")).to_be_visible()


def test_a_swapped_meter_is_read_out_before_it_is_believed(window: Window) -> None:
    window.sign_in(ADMIN)
    _make_counter(window, "Old counter")
    page = window.page
    window.settle()
    while page.get_by_text("This could not be loaded").is_visible():  # monitoring has not heard of it yet
        window.visit(page.url)
    page.get_by_role("button", name="Swap meter").click()
    page.get_by_label("Last value of the old, kWh").fill("1234,5")
    page.get_by_label("Reason").fill("The display was dark.")
    page.get_by_role("button", name="Continue").click()
    sure = page.get_by_role("alertdialog")
    expect(sure).to_contain_text("the old register ended at 1,234.5 kWh, the new one began at 0 kWh")
    sure.get_by_role("button", name="Swap meter").click()
    expect(page.get_by_text("The meter Old counter is swapped")).to_be_visible()
    _delete(page)


def test_a_tariff_has_time_bands_versions_and_those_to_whom_it_applies(window: Window) -> None:
    window.sign_in(ADMIN)
    window.visit("/tariffs")
    page = window.page
    page.get_by_role("button", name="New tariff").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Night owl")
    prices = dialog.get_by_role("group", name="Prices")
    _fill_rate(prices, 0, "Night", "0,4")
    prices.get_by_role("button", name="Time band", exact=True).click()
    prices.get_by_role("button", name="Add a price").click()
    _fill_rate(prices, 1, "Day", "1.25")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1, name="Night owl")).to_be_visible()
    expect(page.get_by_text("22:00–06:00")).to_be_visible()

    page.get_by_role("button", name="New prices").click()
    dialog.get_by_label("From", exact=True).first.fill("2031-01-01")
    _fill_rate(dialog.get_by_role("group", name="Prices"), 1, "Day", "1.5")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_text("to come")).to_be_visible()

    page.get_by_role("button", name="Assign", exact=True).click()
    dialog.get_by_role("radio", name="Device", exact=True).click()
    dialog.get_by_label("Find a device by name, place or serial number").fill("office roof")
    dialog.get_by_role("radio", name=re.compile("Office roof")).check()
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("link", name="Office roof")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()  # refused: it applies to something
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="No longer apply to Office roof").click()
    expect(page.get_by_text("To nothing yet")).to_be_visible()
    _delete(page)
    expect(page.get_by_text("Night owl is deleted")).to_be_visible()


def _make_counter(window: Window, name: str, *, site: str | None = None, parent: str | None = None) -> None:
    window.visit("/devices")
    window.page.get_by_role("button", name="New device").click()
    dialog = window.page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Kind").select_option("counter")
    if site:
        dialog.get_by_label("Site").select_option(label=site)
    if parent:
        dialog.get_by_label("Sub-meter of").select_option(label=parent)
    dialog.get_by_role("button", name="Create").click()
    expect(window.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def _read_credential(page: Page) -> str:
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="The credential as a QR code")).to_be_visible()
    credential = dialog.get_by_role("status").inner_text()
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text(credential)).to_have_count(0)
    return credential


def _fill_rate(prices: Locator, at: int, name: str, price: str) -> None:
    prices.get_by_label("Name of the price").nth(at).fill(name)
    prices.get_by_label("Price a kWh").nth(at).fill(price)


def _delete(page: Page) -> None:
    page.get_by_role("button", name="Delete", exact=True).click()
    gone = page.url  # by now: a link that was clicked before leads there in its time
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page).not_to_have_url(gone)
