"""From what people type to tokens that can be compared."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

#: Of a message, in characters: what is behind it decides nothing, and costs nothing.
LONGEST: Final = 1_000

_WORD: Final = re.compile(r"[a-z0-9]+")
_APOSTROPHE: Final = "['`´\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]"
_ENGLISH_S: Final = re.compile(rf"{_APOSTROPHE}s\b")
_APOSTROPHES: Final = re.compile(_APOSTROPHE)
_E_MAIL: Final = re.compile(r"\be[- ]mail")


class Language(StrEnum):
    EN = "en"
    RO = "ro"


def fold(text: str) -> str:
    """Lower case, no diacritics: `Câți kWh?` and `CATI KWH?` are the same."""
    text = text[:LONGEST]
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens_of(text: str) -> tuple[str, ...]:
    """`What's wrong? I can't e-mail.` → `what`, `wrong`, `i`, `cant`, `email`: many people leave out such marks."""
    folded = _APOSTROPHES.sub("", _ENGLISH_S.sub("", fold(text)))
    return tuple(_WORD.findall(_E_MAIL.sub("email", folded)))
