"""Files of history: small samples made by hand in the formats that people have."""

from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.balancer.domain.history import (
    FileFormat,
    ImportOptions,
    Named,
    NotHistory,
    Unit,
    decoded,
    factor,
    layout_of,
    read_blocks,
)
from kilowatch.balancer.domain.shapes import Lines
from kilowatch.contracts.batch import AMBIGUOUS_TIME
from kilowatch.contracts.metering import MeterKind

LONDON = """LCLid,tstp,energy(kWh/hh)
MAC000002,2012-10-12 00:30:00.0000000, 0.215
MAC000002,2012-10-12 01:00:00.0000000,Null
MAC000003,2012-10-12 00:30:00.0000000,1.5
"""
HOUSEHOLD = """Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1
16/12/2006;17:24:00;4.216;0.418;234.840;18.400;0.000
16/12/2006;17:25:00;?;?;?;?;
1/1/2007;00:00:00;2.580;0.136;241.970;10.600;0.000
"""
CLIENTS = """"";"MT_001";"MT_002"
"2011-01-01 00:15:00";0;12,5
"2011-01-01 00:30:00";1,26903553299492;"20"
"""
DAYS = """device,date,00:30,12:00,24:00
A,2026-03-29,1,2,3
B,2026-03-29,4,,6
"""


def lines_of(text, delimiter=","):
    rows = [line.split(delimiter) for line in text.splitlines()]
    lines = iter([(number, [cell.strip('"') for cell in cells]) for number, cells in enumerate(rows, 1)])
    return lambda count: Lines.of(list(islice(lines, count)))


def read(text, delimiter=",", **options):
    [(layout, block)] = read_blocks(lines_of(text, delimiter), ImportOptions(**options))
    return layout, block


def readings(text, delimiter=",", kind=MeterKind.INTERVAL, **options):
    layout, block = read(text, delimiter, **options)
    devices = {name: Named(number, kind) for number, name in enumerate(block.names, 1)}
    columns = decoded(block, layout, ImportOptions(**options), devices)
    return [
        (block.names[row["device"] - 1], datetime.fromtimestamp(row["time"] / 1e6, UTC).isoformat()[:16], row["value"])
        for row in columns.readings
    ]


def test_low_carbon_london():
    assert readings(LONDON) == [
        ("MAC000002", "2012-10-12T00:30", 0.215),
        ("MAC000003", "2012-10-12T00:30", 1.5),
    ]
    layout, block = read(LONDON)
    assert (layout.format, block.missing, block.last_line) == (FileFormat.LCL, 1, 4)
    assert not block.local.any()


def test_low_carbon_london_as_its_second_edition_spells_it():
    text = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) \nMAC000002,Std,2012-10-12 00:30:00.0000000,0.25\n"
    assert readings(text) == [("MAC000002", "2012-10-12T00:30", 0.25)]


def test_a_household_in_kilowatts_a_minute_becomes_watts_of_a_power_meter():
    assert readings(HOUSEHOLD, ";", MeterKind.POWER, device="house") == [
        ("house", "2006-12-16T16:24", 4216.0),
        ("house", "2006-12-31T23:00", 2580.0),
    ]


def test_the_same_household_becomes_energy_of_an_interval_meter():
    assert readings(HOUSEHOLD, ";", MeterKind.INTERVAL, device="house")[0][2] == pytest.approx(4.216 / 60)


def test_a_household_without_a_device_says_what_is_missing():
    with pytest.raises(NotHistory, match="device"):
        read(HOUSEHOLD, ";")


def test_clients_in_columns_with_decimal_commas():
    found = readings(CLIENTS, ";", MeterKind.POWER)
    assert found == [
        ("MT_001", "2011-01-01T00:15", 0.0),
        ("MT_002", "2011-01-01T00:15", 12_500.0),
        ("MT_001", "2011-01-01T00:30", 1269.035532995),
        ("MT_002", "2011-01-01T00:30", 20_000.0),
    ]


def test_days_in_lines_and_times_in_columns():
    found = readings(DAYS, zone="UTC")
    assert found == [
        ("A", "2026-03-29T00:30", 1.0),
        ("A", "2026-03-29T12:00", 2.0),
        ("A", "2026-03-30T00:00", 3.0),
        ("B", "2026-03-29T00:30", 4.0),
        ("B", "2026-03-30T00:00", 6.0),
    ]
    assert read(DAYS)[1].missing == 1


def test_whole_moments_in_columns():
    text = "serial,2026-01-01T00:30:00Z,2026-01-01T01:00:00Z\nA,1,2\n"
    assert readings(text) == [("A", "2026-01-01T00:30", 1.0), ("A", "2026-01-01T01:00", 2.0)]


@pytest.mark.parametrize(
    "header", ["device,time,value\n", "Serial_Number,Timestamp,kWh\n", "meter,DateTime,reading\n", ""]
)
def test_long_files_with_the_usual_headers_and_with_none(header):
    assert readings(header + "A,2026-01-01T00:30:00Z,1.25\n") == [("A", "2026-01-01T00:30", 1.25)]


def test_columns_may_be_named():
    text = "name,when,grid,used\nA,2026-01-01T00:30:00Z,x,1\n"
    found = readings(text, device_column="Name", time_column="when", value_column="used")
    assert found == [("A", "2026-01-01T00:30", 1.0)]


def test_times_may_be_seconds_since_1970():
    assert readings("device,time,value\nA,1767225600,1\n") == [("A", "2026-01-01T00:00", 1.0)]


def test_times_without_a_zone_are_left_to_the_device():
    _, block = read("device,time,value\nA,2026-01-01 00:30:00,1\nA,2026-01-01 00:45:00,1\n")
    assert block.local.all()


def test_a_doubtful_time_of_a_named_zone_is_flagged():
    layout, block = read("device,time,value\nA,2026-10-25 03:30:00,1\n", zone="Europe/Bucharest")
    columns = decoded(block, layout, ImportOptions(), {"A": Named(1, MeterKind.INTERVAL)})
    assert columns.readings["flags"].tolist() == [AMBIGUOUS_TIME]


def test_a_file_that_names_half_hours_by_their_start_is_shifted():
    assert readings("device,time,value\nA,2026-01-01T00:00:00Z,1\n", shift_s=1_800)[0][1] == "2026-01-01T00:30"


def test_every_line_that_cannot_be_read_is_named_and_the_others_are_read():
    good = "A,2026-01-01T00:45:00Z,\nA,2026-01-01T01:00:00Z,2\n"
    text = "device,time,value\nA,yesterday,1\nA\nA,2026-01-01T00:30:00Z,much\n" + good
    _, block = read(text)
    assert sorted((item.index, item.detail) for item in block.broken) == [
        (2, "'yesterday' is not a time."),
        (3, "The line has 1 cells, and 3 are needed."),
        (4, "'much' is not a number."),
    ]
    assert (block.lines.tolist(), block.missing) == ([6], 1)


def test_a_device_that_nobody_knows_is_device_0():
    layout, block = read("device,time,value\nA,2026-01-01T00:30:00Z,1\n")
    assert decoded(block, layout, ImportOptions(), {"A": None}).readings["device"].tolist() == [0]


def test_a_counter_is_not_given_samples_of_power():
    with pytest.raises(NotHistory, match="counter"):
        factor(Unit.KW, Named(1, MeterKind.COUNTER), 900)


@given(st.sampled_from(Unit), st.sampled_from([MeterKind.INTERVAL, MeterKind.POWER]), st.integers(1, 86_400))
def test_energy_is_the_same_whatever_unit_it_is_written_in(unit, kind, step_s):
    """1 kW over a step, said in any unit, is the same for a meter of any kind."""
    said = {Unit.KW: 1.0, Unit.W: 1_000.0, Unit.KWH: step_s / 3_600, Unit.WH: step_s / 3.6}[unit]
    meant = said * factor(unit, Named(1, kind), step_s)
    assert meant == pytest.approx(1_000.0 if kind is MeterKind.POWER else step_s / 3_600)


@given(st.lists(st.sampled_from(["1", "?", "x", "2,5", ""]), min_size=1, max_size=30))
def test_every_place_is_a_reading_or_missing_or_refused(values):
    text = "device;time;value\n" + "".join(f"A;2026-01-01T00:{n:02}:00Z;{value}\n" for n, value in enumerate(values))
    _, block = read(text, ";")
    assert len(block.lines) + block.missing + len(block.broken) == len(values)
    assert np.isfinite(block.values).all()


@pytest.mark.parametrize("first", [["nothing", "to", "see"], ["device", "value"], ["a"]])
def test_a_file_in_no_known_layout_says_what_was_looked_for(first):
    with pytest.raises(NotHistory):
        layout_of(first, ImportOptions())
