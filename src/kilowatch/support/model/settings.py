"""Which language model is asked, how long it may take and what it may cost."""

from typing import Annotated

from pydantic import Field, SecretStr

from kilowatch.kit.settings import Settings
from kilowatch.support.domain.spending import MICRODOLLARS, Amount, Caps, Price


class ModelSettings(Settings):
    """Without `KILOWATCH_LLM_BASE_URL` and `KILOWATCH_LLM_MODEL` rules and people do everything."""

    llm_base_url: str | None = None  #: of an API like OpenAI's: `http://localhost:11434/v1`
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_fallback_base_url: str | None = None  #: default: the same endpoint
    llm_fallback_model: str | None = None
    llm_fallback_api_key: SecretStr | None = None
    llm_first_token_s: Annotated[float, Field(gt=0)] = 15.0
    llm_total_s: Annotated[float, Field(gt=0)] = 60.0
    llm_at_once: Annotated[int, Field(ge=1)] = 8  #: answers in one process
    llm_answer_tokens: Annotated[int, Field(ge=500)] = 12_000  #: that one answer may take, all requests together
    llm_user_tokens_a_day: Annotated[int, Field(ge=0)] = 100_000
    llm_tokens_a_day: Annotated[int, Field(ge=0)] = 2_000_000
    llm_input_price: Annotated[float, Field(ge=0)] = 0.0  #: dollars for a million tokens
    llm_output_price: Annotated[float, Field(ge=0)] = 0.0
    llm_user_dollars_a_day: Annotated[float, Field(ge=0)] = 1.0
    llm_dollars_a_day: Annotated[float, Field(ge=0)] = 20.0

    @property
    def caps(self) -> Caps:
        return Caps(
            per_user=Amount(self.llm_user_tokens_a_day, round(self.llm_user_dollars_a_day * MICRODOLLARS)),
            together=Amount(self.llm_tokens_a_day, round(self.llm_dollars_a_day * MICRODOLLARS)),
        )

    @property
    def price(self) -> Price:
        return Price(self.llm_input_price, self.llm_output_price)

    @property
    def most_of_an_answer(self) -> Amount:
        """Reserved before the model is asked."""
        dearest = max(self.llm_input_price, self.llm_output_price)
        return Amount(self.llm_answer_tokens, -int(-dearest * self.llm_answer_tokens // 1))
