"""What people type into a search box, as PostgreSQL's text search wants it."""

import re


def word_query(search: str) -> str:
    """`last bill` → `last:* & bill:*`; everything but letters and digits parts words, so nothing is left to escape."""
    return " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", search))
