"""From what people type to tokens that can be compared."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

#: Of a message, in characters: what is behind it decides nothing, and costs nothing.
LONGEST: Final = 1_000

_WORD: Final = re.compile(r"[a-z0-9]+")
_APOSTROPHES: Final = str.maketrans("", "", "'`´\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}")
_E_MAIL: Final = re.compile(r"\be[- ]mail")


class Language(StrEnum):
    EN = "en"
    RO = "ro"


def fold(text: str) -> str:
    """Lower case, no diacritics: `Câți kWh?` and `CATI KWH?` are the same."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens_of(text: str) -> tuple[str, ...]:
    """`What's my e-mail?` → `whats`, `my`, `email`: many people type no apostrophes, and no hyphens."""
    folded = fold(text).translate(_APOSTROPHES)
    return tuple(_WORD.findall(_E_MAIL.sub("email", folded)))
