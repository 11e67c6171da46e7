import csv
import re
from collections.abc import Callable
from datetime import date, timedelta

import pyarrow.parquet
import pytest
from playwright.sync_api import expect

from tests.browser.pages import PHONE
from tests.browser.window import CLIENT, Window

MAINS = 1


def last_sunday(month: int) -> date:
    """Of the year that the history reaches back into."""
    today = date.today()  # noqa: DTZ011  (a day more or less makes no other Sunday of it)
    end = date(today.year if today.month > month else today.year - 1, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25)])
def test_the_days_when_the_clocks_change_have_their_hours(
    open_window: Callable[..., Window], month: int, hours: int
) -> None:
    """In a browser that is elsewhere: days are the device's."""
    window = open_window(timezone_id="America/New_York")
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&date={last_sunday(month)}&as=table")
    expect(window.page.locator("tbody tr")).to_have_count(hours)
    expect(window.page.get_by_text(f"this day has {hours} hours")).to_be_visible()


def test_the_state_of_the_page_is_in_its_address(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit("/consumption")
    window.page.get_by_label("Device", exact=True).select_option("Heat pump")
    window.page.get_by_role("radio", name="Month").click()
    window.page.get_by_role("button", name="Previous").click()
    window.page.get_by_role("radio", name="Table").click()
    expect(window.page).to_have_url(re.compile(r"device=2&range=month&date=\d{4}-\d\d-\d\d&as=table"))
    title = window.page.get_by_role("heading", level=2).first.inner_text()
    window.page.reload()
    expect(window.page.get_by_role("heading", level=2).first).to_have_text(title)
    expect(window.page.locator("tbody tr")).not_to_have_count(0)


def test_now_leads_back_to_today(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}")
    today = window.page.get_by_label("Date", exact=True).input_value()
    window.page.get_by_role("button", name="Previous").click()
    expect(window.page.get_by_label("Date", exact=True)).not_to_have_value(today)
    window.page.get_by_role("button", name="Now", exact=True).click()
    expect(window.page.get_by_label("Date", exact=True)).to_have_value(today)


def test_what_is_still_to_come_is_told_apart_from_what_never_was(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&date=2019-01-01")
    expect(window.page.get_by_text("No data in this period")).to_be_visible()
    window.visit(f"/consumption?device={MAINS}&date={date.today() + timedelta(days=40)}")  # noqa: DTZ011
    expect(window.page.get_by_text("Nothing yet in this period")).to_be_visible()


def test_the_csv_has_what_the_page_shows(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&date={last_sunday(10)}")
    window.page.get_by_role("button", name="Download").click()
    with window.page.expect_download() as download:
        window.page.get_by_role("menuitem", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("start,end,direction,energy_kwh")
    assert len(lines) == 1 + 25


def test_the_parquet_has_the_same_hours_as_the_csv(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&date={last_sunday(10)}")
    files = {}
    for name in ("CSV", "Parquet"):
        window.page.get_by_role("button", name="Download").click()
        with window.page.expect_download() as download:
            window.page.get_by_role("menuitem", name=name).click()
        assert download.value.suggested_filename.endswith(f".{name.lower()}")
        files[name] = download.value.path()
    table = pyarrow.parquet.read_table(files["Parquet"])
    lines = list(csv.DictReader(files["CSV"].open()))
    assert table.column_names == list(lines[0])
    assert [float(line["energy_kwh"]) for line in lines] == table["energy_kwh"].to_pylist()
    assert window.complaints == []


def test_the_whole_day_of_the_heat_map_is_on_the_screen_of_a_phone(open_window: Callable[..., Window]) -> None:
    window = open_window(viewport=PHONE)
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&range=month&as=heat")
    heat = window.page.get_by_role("region", name="Mean of every hour of the week")
    expect(heat.locator("tbody td")).to_have_count(7 * 24)
    assert heat.evaluate("region => region.scrollWidth - region.clientWidth") == 0


def test_the_arrow_keys_read_the_chart(window: Window) -> None:
    window.sign_in(CLIENT)
    window.visit(f"/consumption?device={MAINS}&date={last_sunday(10)}")
    chart = window.page.get_by_role("img", name=re.compile("Home mains"))
    chart.focus()
    for _ in range(3):
        window.page.keyboard.press("ArrowRight")
    expect(window.page.locator("[aria-live=polite]", has_text="02:00–03:00")).to_have_text(re.compile(r"\d\skWh"))
    assert window.complaints == []
