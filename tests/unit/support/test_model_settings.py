"""Which key goes to which endpoint of the language model, and what an answer may cost."""

from typing import Any

import pytest
from pydantic import SecretStr

from kilowatch.kit.errors import Invalid
from kilowatch.support.domain.spending import NO_CAP, Price
from kilowatch.support.model.settings import ModelSettings


def a_model(**more: Any) -> ModelSettings:
    return ModelSettings(llm_base_url="https://one.example/v1", llm_model="one", **more)


def with_fallback(**more: Any) -> ModelSettings:
    return a_model(llm_fallback_model="two", **more)


PRICES = {"llm_input_price": 2.0, "llm_output_price": 8.0}
DEARER = {"llm_fallback_input_price": 10.0, "llm_fallback_output_price": 40.0}


def keys(fallback_url: str | None) -> list[str | None]:
    settings = with_fallback(llm_api_key=SecretStr("secret"), llm_fallback_base_url=fallback_url)
    return [each.key for each in settings.offers]


def test_the_key_of_one_endpoint_is_not_shown_to_another():
    assert keys("https://two.example/v1") == ["secret", None]


def test_another_model_of_the_same_endpoint_is_asked_with_the_same_key():
    assert keys(None) == ["secret", "secret"]


def test_each_model_has_its_price_and_the_dearest_is_put_aside():
    settings = with_fallback(**PRICES, **DEARER, llm_answer_tokens=1000)
    assert [each.price for each in settings.offers] == [Price(2.0, 8.0), Price(10.0, 40.0)]
    assert settings.most_of_an_answer.microdollars == 40_000


def test_where_prices_are_set_money_is_capped_and_where_none_are_tokens_alone_count():
    assert a_model(**PRICES).caps.together.microdollars == 20_000_000
    assert a_model(**PRICES, llm_dollars_a_day=3.5).caps.together.microdollars == 3_500_000
    unpriced = a_model()
    assert unpriced.caps.per_user.microdollars == unpriced.caps.together.microdollars == NO_CAP
    assert unpriced.most_of_an_answer.microdollars == 0


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"llm_dollars_a_day": 5.0}, "KILOWATCH_LLM_INPUT_PRICE, KILOWATCH_LLM_OUTPUT_PRICE"),
        ({"llm_user_dollars_a_day": 0.5, "llm_input_price": 1.0}, "KILOWATCH_LLM_OUTPUT_PRICE"),
        (PRICES | {"llm_fallback_model": "two"}, "KILOWATCH_LLM_FALLBACK_INPUT_PRICE"),
    ],
)
def test_a_cap_of_money_without_all_prices_is_refused_and_what_is_missing_named(settings: dict[str, Any], missing: str):
    with pytest.raises(Invalid, match=f"set {missing}") as refused:
        a_model(**settings, llm_api_key="sesame")
    assert "sesame" not in str(refused.value)
    ModelSettings(llm_base_url=None, **settings)  # where no model is asked, nothing is missing


def test_what_is_said_to_cost_nothing_may_have_a_cap():
    assert a_model(llm_input_price=0.0, llm_output_price=0.0, llm_dollars_a_day=1.0).most_of_an_answer.microdollars == 0
