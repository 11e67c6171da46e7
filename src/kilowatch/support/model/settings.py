"""Which language model is asked, how long it may take and what it may cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from kilowatch.kit.settings import Settings
from kilowatch.support.domain.spending import MICRODOLLARS, NO_CAP, Amount, Caps, Price

Dollars: TypeAlias = Annotated[float, Field(ge=0)]

FREE: Final = Price(0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model, where it is to be had, and for how much."""

    model: str
    url: str
    key: str | None
    price: Price


class ModelSettings(Settings):
    """Without `KILOWATCH_LLM_BASE_URL` and `KILOWATCH_LLM_MODEL` rules and people do everything.

    Where no prices are set, nothing is known of money, and the caps are those of tokens alone.
    """

    # What is refused is told as a whole, and the keys are part of it.
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    llm_base_url: str | None = None  #: of an API like OpenAI's: `http://localhost:11434/v1`
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_input_price: Dollars | None = None  #: for a million tokens; 0: it costs nothing
    llm_output_price: Dollars | None = None
    llm_fallback_base_url: str | None = None  #: default: the same endpoint
    llm_fallback_model: str | None = None
    llm_fallback_api_key: SecretStr | None = None
    llm_fallback_input_price: Dollars | None = None
    llm_fallback_output_price: Dollars | None = None
    llm_first_token_s: Annotated[float, Field(gt=0)] = 15.0
    llm_total_s: Annotated[float, Field(gt=0)] = 60.0  #: of all models together
    llm_at_once: Annotated[int, Field(ge=1)] = 8  #: answers in one process
    llm_answer_tokens: Annotated[int, Field(ge=500)] = 12_000  #: that one answer may take, all requests together
    llm_user_tokens_a_day: Annotated[int, Field(ge=0)] = 100_000
    llm_tokens_a_day: Annotated[int, Field(ge=0)] = 2_000_000
    llm_user_dollars_a_day: Dollars | None = None  #: with prices: 1
    llm_dollars_a_day: Dollars | None = None  #: with prices: 20

    @model_validator(mode="after")
    def _require_prices(self) -> Self:
        """A cap that nothing is held against would only seem to protect."""
        given = [name for name in (*_DOLLARS, *_PRICES, *_FALLBACK_PRICES) if getattr(self, name) is not None]
        if self.offers and given and not self.knows_prices:
            raise ValueError(
                f"{_variables(given)} cannot be kept to: set {_variables(self._missing_prices())} too, to 0 where the"
                " model costs nothing"
            )
        return self

    @property
    def offers(self) -> Sequence[Offer]:
        """The model, and the one that is asked when it fails; none where none is configured."""
        if not self.llm_base_url or not self.llm_model:
            return ()
        price = _price(self.llm_input_price, self.llm_output_price)
        first = Offer(model=self.llm_model, url=self.llm_base_url, key=_plain(self.llm_api_key), price=price)
        return (first, self._fallback_of(first)) if self.llm_fallback_model else (first,)

    @property
    def knows_prices(self) -> bool:
        """Of all models that may be asked."""
        return bool(self.offers) and not self._missing_prices()

    @property
    def caps(self) -> Caps:
        return Caps(
            per_user=Amount(self.llm_user_tokens_a_day, self._microdollars(self.llm_user_dollars_a_day, 1.0)),
            together=Amount(self.llm_tokens_a_day, self._microdollars(self.llm_dollars_a_day, 20.0)),
        )

    @property
    def most_of_an_answer(self) -> Amount:
        """Reserved before the model is asked."""
        dearest = max((max(each.price.input, each.price.output) for each in self.offers), default=0.0)
        return Amount(self.llm_answer_tokens, -int(-dearest * self.llm_answer_tokens // 1))

    def _fallback_of(self, first: Offer) -> Offer:
        assert self.llm_fallback_model
        url = self.llm_fallback_base_url or first.url
        # The key of one endpoint is not shown to another.
        key = _plain(self.llm_fallback_api_key) or (first.key if url == first.url else None)
        price = _price(self.llm_fallback_input_price, self.llm_fallback_output_price)
        return Offer(model=self.llm_fallback_model, url=url, key=key, price=price)

    def _missing_prices(self) -> Sequence[str]:
        of_fallback = _FALLBACK_PRICES if self.llm_fallback_model else ()
        return [name for name in (*_PRICES, *of_fallback) if getattr(self, name) is None]

    def _microdollars(self, cap: float | None, usual: float) -> int:
        if not self.knows_prices:
            return NO_CAP
        return round((usual if cap is None else cap) * MICRODOLLARS)


_DOLLARS: Final = ("llm_user_dollars_a_day", "llm_dollars_a_day")
_PRICES: Final = ("llm_input_price", "llm_output_price")
_FALLBACK_PRICES: Final = ("llm_fallback_input_price", "llm_fallback_output_price")


def _price(read: float | None, written: float | None) -> Price:
    return FREE if read is None or written is None else Price(read, written)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _variables(names: Sequence[str]) -> str:
    return ", ".join(f"KILOWATCH_{name.upper()}" for name in names)
