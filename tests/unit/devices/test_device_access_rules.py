"""Who may see a device, and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.metering import AccessLevel, Assignment
from kilowatch.devices.domain.access import check_period, effective_assignments, in_force, may_see
from kilowatch.kit.errors import Invalid

NOW = datetime(2026, 6, 1, tzinfo=UTC)
users = st.sampled_from([UUID(int=number) for number in range(3)])
moments = st.integers(-100, 100).map(lambda hours: NOW + timedelta(hours=hours))


@st.composite
def grants(draw: st.DrawFn) -> Assignment:
    since = draw(moments)
    until = draw(st.none() | st.integers(1, 200).map(lambda hours: since + timedelta(hours=hours)))
    return Assignment(user_id=draw(users), level=draw(st.sampled_from(AccessLevel)), since=since, until=until)


many = st.lists(grants(), max_size=5)


@given(many, many, st.none() | moments, users, moments)
def test_somebody_sees_a_device_by_an_assignment_of_it_or_of_its_site_while_it_hangs_there(
    direct, at_site, site_since, user, moment
) -> None:
    effective = effective_assignments(direct, at_site, site_since, moment)
    there = site_since is None or site_since <= moment
    assert may_see(effective, user, moment) == (
        may_see(direct, user, moment) or (there and may_see(at_site, user, moment))
    )


@given(many, many, st.none() | moments)
def test_who_comes_with_the_site_sees_nothing_from_before_the_device_was_moved_there(
    direct, at_site, site_since
) -> None:
    effective = effective_assignments(direct, at_site, site_since, NOW)
    through_site = set(effective) - set(direct)
    assert all(site_since is None or given.since >= site_since for given in through_site)


@given(many, many, st.none() | moments)
def test_what_is_over_is_not_published(direct, at_site, site_since) -> None:
    effective = effective_assignments(direct, at_site, site_since, NOW)
    assert all(given.until is None or given.until > NOW for given in effective)


shuffles = many.flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn)))


@given(shuffles)
def test_the_order_of_the_assignments_does_not_matter(shuffle) -> None:
    one, other = shuffle
    assert effective_assignments(one, (), None, NOW) == effective_assignments(other, (), None, NOW)


def test_assignments_that_differ_only_in_their_end_have_an_order_too() -> None:
    ends = [NOW + timedelta(hours=hours) for hours in range(1, 9)]
    many_ends = [Assignment(user_id=UUID(int=1), level=AccessLevel.OWNER, since=NOW, until=end) for end in ends]
    assert [given_.until for given_ in effective_assignments(many_ends[::-1], (), None, NOW)] == ends


def test_access_begins_at_the_moment_and_ends_before_the_moment() -> None:
    given_ = Assignment(user_id=UUID(int=1), level=AccessLevel.VIEWER, since=NOW, until=NOW + timedelta(hours=1))
    just_before = timedelta(microseconds=1)
    assert not in_force(given_, NOW - just_before)
    assert in_force(given_, NOW)
    assert in_force(given_, NOW + timedelta(hours=1) - just_before)
    assert not in_force(given_, NOW + timedelta(hours=1))


@pytest.mark.parametrize(("since", "until"), [(0, 0), (1, 0), (-3, -1)])
def test_an_assignment_that_ends_before_it_begins_or_is_over_is_refused(since, until) -> None:
    with pytest.raises(Invalid):
        check_period(NOW + timedelta(hours=since), NOW + timedelta(hours=until), NOW)
