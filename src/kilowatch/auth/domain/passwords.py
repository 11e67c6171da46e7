"""The rules of passwords: length counts, kinds of characters do not."""

import re
import unicodedata
from collections.abc import Container
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 256


def normal_password(password: str) -> str:
    """However a keyboard composes `é`, it is one password."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, email: str, common: Container[str]) -> str | None:
    """Why a password is too easy to guess; None when it is not."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; three or four words that do not belong together are good."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    folded = password.casefold()
    if len(set(folded)) < 5 or _repeats(folded):
        return "This repeats itself too much to be a secret."
    if folded in common or _stem(folded) in common:
        return "This is one of the passwords that are tried first."
    if _is_close_to(folded, email):
        return "This is too close to the e-mail address."
    return None


def _repeats(text: str) -> bool:
    """`abcabcabcabc`, also with an unfinished repeat at the end."""
    return any(text.startswith(text[period:]) for period in range(1, len(text) // 2 + 1))


def _stem(text: str) -> str:
    """`!!password2024!` → `password`: decoration around a word does not hide it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _is_close_to(folded: str, email: str) -> bool:
    parts = [part for part in re.split(r"[@.+_-]", email.casefold()) if len(part) > 2]
    rest = re.sub("|".join(map(re.escape, parts)), "", folded) if parts else folded
    return len(rest) < SHORTEST // 2
