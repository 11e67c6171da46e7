"""Topic patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.kit.broker.topics import matches

WORDS = st.sampled_from(["a", "b", "meter"])
KEYS = st.lists(WORDS, max_size=5).map(".".join)
PATTERNS = st.lists(st.one_of(WORDS, st.sampled_from(["*", "#"])), max_size=5).map(".".join)


def model(pattern: str, key: str) -> bool:
    """The same rule as a regular expression over words that each end with a dot."""
    parts = {"*": r"[^.]+\.", "#": r"(?:[^.]+\.)*"}
    expression = "".join(parts.get(word, re.escape(word) + r"\.") for word in pattern.split(".") if word)
    return re.fullmatch(expression, key + "." if key else "") is not None


@given(PATTERNS, KEYS)
def test_patterns_match_as_amqp_says(pattern: str, key: str) -> None:
    assert matches(pattern, key) is model(pattern, key)


@given(KEYS)
def test_a_key_matches_itself_and_a_hash_matches_every_key(key: str) -> None:
    assert matches(key, key)
    assert matches("#", key)


@pytest.mark.parametrize(("pattern", "key"), [("*", ""), ("a.*", "a"), ("a.#.b", "a"), ("a", "a.b")])
def test_a_star_is_one_word_and_nothing_is_left_over(pattern: str, key: str) -> None:
    assert not matches(pattern, key)
