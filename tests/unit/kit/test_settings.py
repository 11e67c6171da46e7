"""A setting that cannot be is a line that names it, and nothing that was given."""

from typing import Annotated

import pytest
from pydantic import Field, SecretStr

from kilowatch.kit.errors import Invalid
from kilowatch.kit.settings import Settings


class Pump(Settings):
    pump_bar: Annotated[int, Field(ge=1)] = 3
    pump_key: Annotated[SecretStr, Field(max_length=8)] = SecretStr("")


def test_the_environment_comes_before_the_default_and_what_is_empty_counts_as_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KILOWATCH_PUMP_BAR", "5")
    assert Pump().pump_bar == 5
    monkeypatch.setenv("KILOWATCH_PUMP_BAR", "")
    assert Pump().pump_bar == 3


def test_what_is_refused_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KILOWATCH_PUMP_BAR", "0")
    with pytest.raises(Invalid, match=r"^KILOWATCH_PUMP_BAR: Input should be greater than or equal to 1$"):
        Pump()


def test_a_secret_that_is_refused_is_not_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KILOWATCH_PUMP_KEY", "open sesame")
    with pytest.raises(Invalid, match="KILOWATCH_PUMP_KEY") as refused:
        Pump()
    assert "sesame" not in str(refused.value)
