"""Topic patterns as AMQP defines them: words between dots, `*` stands for one word, `#` for any number of words."""

from collections.abc import Sequence


def matches(pattern: str, routing_key: str) -> bool:
    return _match(_words(pattern), _words(routing_key))


def _words(text: str) -> Sequence[str]:
    return text.split(".") if text else []


def _match(pattern: Sequence[str], key: Sequence[str]) -> bool:
    if not pattern:
        return not key
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(_match(rest, key[skipped:]) for skipped in range(len(key) + 1))
    return bool(key) and first in ("*", key[0]) and _match(rest, key[1:])
