"""Patterns of whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.support.answering.phrases import BadPhrase, PhraseBook, Rule, SmallTalk, phrase

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=1, max_size=8)


def found(source: str, message: str) -> bool:
    return phrase(source).found_in(message) is not None


@pytest.mark.parametrize(
    ("source", "message", "matches"),
    [
        ("hi", "hi", True),
        ("hi", "which is this", False),
        ("hi", "say hi now", True),
        ("consum*", "my consumption", True),
        ("consum*", "consum", True),
        ("sum*", "consumption", False),
        ("kwh|energy", "how much energy", True),
        ("reset my? password", "reset password", True),
        ("reset my? password", "reset my password", True),
        ("reset my? password", "reset our password", False),
        ("how ... today", "how much did i use today", True),
        ("how ... today", "how today", True),
        ("how ... today", "how one two three four five today", False),
        ("^ agent", "an agent", False),
        ("^ agent $", "agent", True),
        ("agent $", "agent smith", False),
        ("Câți kWh", "cati kwh", True),
    ],
)
def test_a_pattern_matches_whole_words(source: str, message: str, matches: bool) -> None:
    assert found(source, message) is matches


@pytest.mark.parametrize("source", ["", "...", "please?", "what ^", "$ now", "a ... ... b", "(a", "a||b", "a**", "*"])
def test_a_pattern_that_would_match_anything_or_nothing_is_refused(source: str) -> None:
    with pytest.raises(BadPhrase):
        phrase(source)


@given(WORDS)
def test_a_message_matches_itself_as_a_pattern(words: list[str]) -> None:
    message = " ".join(words)
    assert found(message, message)
    assert found(f"^ {message} $", message)


@given(WORDS, WORDS)
def test_every_variant_of_a_pattern_matches_it(first: list[str], second: list[str]) -> None:
    pattern = phrase(f"{'|'.join(first)} ... {'|'.join(second)}?")
    for variant in pattern.variants():
        assert pattern.found_in(" ".join(variant))


def test_an_exception_silences_all_phrases_of_its_topic() -> None:
    book = PhraseBook([Rule("password", [phrase("reset"), phrase("reset password")], [phrase("facebook")])])
    assert [match.topic for match in book.matches("reset my password")] == ["password"]
    assert book.matches("reset my facebook password") == []


def test_the_phrase_that_asks_for_more_goes_first() -> None:
    book = PhraseBook([Rule("meters", [phrase("meter")], []), Rule("names", [phrase("rename ... meter")], [])])
    assert [match.topic for match in book.matches("rename the meter")] == ["names", "meters"]


def test_small_talk_is_peeled_off_both_ends_and_nowhere_else() -> None:
    talk = SmallTalk([Rule("hello", [phrase("hi")], []), Rule("thanks", [phrase("thanks a? lot?")], [])])
    rest, match = talk.peel("hi which meter says hi to me thanks a lot")
    assert rest == "which meter says hi to me"
    assert match
    assert match.topic == "thanks"
    assert talk.peel("which one") == ("which one", None)
