"""What language models cost, in tokens and in millionths of a dollar: both whole, so that sums are exact."""

from dataclasses import dataclass

MICRODOLLARS: int = 1_000_000
#: More than anything costs, and still a number of the database.
NO_CAP: int = 2**62


@dataclass(frozen=True, slots=True)
class Amount:
    tokens: int
    microdollars: int


@dataclass(frozen=True, slots=True)
class Caps:
    """Of a day. What would pass one of them is refused before the model is asked."""

    per_user: Amount
    together: Amount


@dataclass(frozen=True, slots=True)
class Price:
    """Of a model, in dollars for a million tokens."""

    input: float
    output: float


def cost(price: Price, input_tokens: int, output_tokens: int) -> Amount:
    """Rounded up: many small answers must not be free."""
    # Dollars for a million tokens are millionths of a dollar for one.
    exact = price.input * input_tokens + price.output * output_tokens
    return Amount(input_tokens + output_tokens, -int(-exact // 1))


def estimated_tokens(text: str) -> int:
    """Before the call, on the safe side: a token has three bytes or more in the languages that we speak."""
    return len(text.encode()) // 3 + 1
