"""Laws of accounts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Invalid
from kilowatch.users.domain import (
    LARGEST_ID,
    Account,
    Position,
    changed,
    erased,
    normal_email,
    published,
    read_position,
    rules_the_house,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ACCOUNT = Account(
    id=UUID(int=1),
    version=3,
    email="ana@example.org",
    name="Ana",
    role=Role.ADMINISTRATOR,
    phone="1",
    address="Lane",
    notes="n",
    preferences={"theme": "dark"},
    created_at=NOW,
    updated_at=NOW,
)
positions = st.builds(
    Position,
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.sampled_from(["auth", "devices", "users"]),
    st.integers(1, LARGEST_ID - 1),
)


def test_a_change_is_a_version_and_no_change_is_none():
    later = NOW + timedelta(hours=1)
    after = changed(ACCOUNT, {"name": "Ann"}, later)
    assert (after.version, after.name, after.updated_at) == (4, "Ann", later)
    assert changed(ACCOUNT, {"name": "Ana"}, later) is ACCOUNT


def test_a_tombstone_keeps_the_id_and_nothing_of_the_person():
    tombstone = erased(ACCOUNT, NOW)
    assert (tombstone.id, tombstone.version, tombstone.deleted, tombstone.active) == (ACCOUNT.id, 4, True, False)
    personal = (tombstone.email, tombstone.name, tombstone.phone, tombstone.address, tombstone.notes)
    assert personal == ("", "", "", "", "")
    assert tombstone.preferences == {}
    assert not rules_the_house(tombstone)


def test_only_what_others_need_is_published():
    assert set(type(published(ACCOUNT)).__slots__) == {
        "id",
        "version",
        "email",
        "name",
        "role",
        "active",
        "deleted",
        "language",
        "time_zone",
    }


@pytest.mark.parametrize("email", ["a@b", "ANA@Example.ORG", " a.b+c@home.lan ", "ünï@example.org"])
def test_addresses_of_all_homes_are_taken(email: str):
    assert normal_email(email) == email.strip().lower()


@pytest.mark.parametrize("text", ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@-b", "a..b@c", "a@b..c", "a" * 255 + "@b"])
def test_what_cannot_be_an_address_is_refused(text: str):
    with pytest.raises(Invalid):
        normal_email(text)


@given(st.text(max_size=300))
def test_a_normal_address_is_its_own_normal_form(text: str):
    try:
        normal = normal_email(text)
    except Invalid:
        return
    assert normal_email(normal) == normal


@given(positions)
def test_a_position_reads_back(position: Position):
    assert read_position(position.text) == position


@given(st.lists(positions, unique=True, max_size=20), positions)
def test_the_next_page_has_exactly_what_is_after_the_position(entries: list[Position], end: Position):
    after = [entry for entry in entries if (entry.at, entry.id) < (end.at, end.id_bound(entry.service))]
    assert after == [entry for entry in entries if entry < end]


@given(st.text(max_size=100))
def test_no_text_breaks_the_reader_of_positions(text: str):
    try:
        read_position(text)
    except Invalid:
        return
