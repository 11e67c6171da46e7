"""Which key goes to which endpoint of the language model."""

from pydantic import SecretStr

from kilowatch.support.bot.assistant import _addresses
from kilowatch.support.model.settings import ModelSettings


def keys(fallback_url: str | None) -> list[str | None]:
    settings = ModelSettings(
        llm_base_url="https://one.example/v1",
        llm_model="one",
        llm_api_key=SecretStr("secret"),
        llm_fallback_base_url=fallback_url,
        llm_fallback_model="two",
    )
    return [key for _, _, key in _addresses(settings)]


def test_the_key_of_one_endpoint_is_not_shown_to_another():
    assert keys("https://two.example/v1") == ["secret", None]


def test_another_model_of_the_same_endpoint_is_asked_with_the_same_key():
    assert keys(None) == ["secret", "secret"]
