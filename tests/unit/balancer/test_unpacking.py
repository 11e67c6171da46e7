"""Bodies that come packed: bounded in what they become, and in the work that they are."""

import gzip
import os
import zlib

import pytest

from kilowatch.balancer.body import MAX_MEMBERS, PIECE_BYTES, TooLarge, gunzip

LIMIT = 10_000_000


@pytest.mark.parametrize("size", [0, 1, 1000, PIECE_BYTES - 40, PIECE_BYTES, 5 * PIECE_BYTES])
def test_what_was_packed_in_members_comes_back(size: int) -> None:
    parts = [os.urandom(size), b"x" * size, b"", os.urandom(7)]
    assert gunzip(b"".join(map(gzip.compress, parts)), LIMIT) == b"".join(parts)


def test_a_member_that_ends_too_early_is_an_error() -> None:
    packed = gzip.compress(os.urandom(2 * PIECE_BYTES))
    for length in (1, 20, PIECE_BYTES, len(packed) - 1):
        with pytest.raises(EOFError):
            gunzip(packed[:length], LIMIT)


def test_what_follows_a_member_is_another_one() -> None:
    with pytest.raises(zlib.error):
        gunzip(gzip.compress(b"1") + b"something else", LIMIT)


def test_the_bound_is_what_all_members_become() -> None:
    packed = gzip.compress(b" " * 500) * 2
    assert len(gunzip(packed, 1000)) == 1000
    with pytest.raises(TooLarge):
        gunzip(packed, 999)


def test_a_million_empty_members_are_too_many() -> None:
    empty = gzip.compress(b"")
    assert gunzip(empty * MAX_MEMBERS, LIMIT) == b""
    with pytest.raises(TooLarge):
        gunzip(empty * 800_000, LIMIT)
