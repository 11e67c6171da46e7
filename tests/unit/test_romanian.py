"""Whatever the server says in English, the web app tells in Romanian: `i18n/ro/server.json` has all of it."""

import json
from pathlib import Path

from tests.said import OF_OPERATORS, PLACE, SOURCES, everything_said

CATALOGUE = Path(__file__).parents[2] / "frontend" / "src" / "i18n" / "ro" / "server.json"


def test_everything_that_the_server_says_is_there_in_romanian():
    known = {shape(english) for english in catalogue()}
    missing = {said.text: said.where for said in everything_said() if shape(said.text) not in known}
    assert not missing, "\n".join(
        [
            f"{CATALOGUE.name} lacks these; add each with names of its own in the braces, and what it is in Romanian:",
            *(f"  {json.dumps(text, ensure_ascii=False)}: …   ({where})" for text, where in missing.items()),
        ]
    )


def test_nothing_is_translated_that_nobody_says():
    said = {shape(each.text) for each in everything_said()}
    dead = [english for english in catalogue() if shape(english) not in said]
    assert not dead, f"{CATALOGUE.name} has what the server does not say any more; take it out: {dead}"


def test_no_two_entries_are_of_one_text():
    shapes = [shape(english) for english in catalogue()]
    assert [each for each in shapes if shapes.count(each) > 1] == []


def test_texts_are_found_wherever_they_are_made():
    """One of each way: else a reader of the sources that has gone blind would find nothing missing."""
    said = {each.text for each in everything_said()}
    assert said >= {
        "The password is not right.",  # a constant of another module
        "Use at most {LONGEST} characters.",  # what a function has returned
        "There is no site {site_id}.",
        "The conversation has been resolved.",  # one of many
        "No meter shows a value this large.",
        "no line breaks or other control characters",  # a validator
        "It has more or fewer cells than the first line has columns.",  # a line of a report
        "line {line}: {message}",
        "no answer within {TIMEOUT_S} s",
        "Service Unavailable",
        "String should have at most {max_length} characters",
    }


def test_what_only_operators_see_stays_english():
    assert [place for place in OF_OPERATORS if not (SOURCES / place).exists()] == []
    said = {each.text for each in everything_said()}
    assert not said & {"Say in which queue it lies: --queue", "There are no secrets in {secrets_dir}."}


def catalogue() -> dict[str, str]:
    entries: dict[str, str] = json.loads(CATALOGUE.read_text())
    return entries


def shape(text: str) -> str:
    """Without the names in the braces, which are the translator's to choose."""
    return PLACE.sub("{}", text)
