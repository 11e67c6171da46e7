"""The settings that `docs/operations.md` names: the code reads them, containers get them, defaults are as told."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.settings import Settings
from kilowatch.process import ProcessSettings
from kilowatch.support.model.settings import ModelSettings
from tests.deploy.files import COMPOSE_TEXT, CONTAINERS, OPERATIONS
from tests.topology import EDGE

ROW = re.compile(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \| ([a-z, ]+) \| (.+?) \| .*\|$", re.MULTILINE)
#: Where the secrets lie is the image's business.
OF_THE_IMAGE = {"KILOWATCH_SECRETS_DIR"}
#: Given for one command.
BY_HAND = {"KILOWATCH_AUTH_SECRET"}


def documented() -> Iterator[tuple[str, str, str]]:
    """Variable, part and default, of each row once for every part."""
    for names, parts, defaults in ROW.findall(OPERATIONS):
        variables = re.findall(r"`(\w+)`", names)
        told = re.findall(r"`([^`]*)`|(none)", defaults)
        for variable, (default, _none) in zip(variables, told, strict=True):
            yield from ((variable, part, default) for part in (SERVICES if parts == "all" else parts.split(", ")))


def settings_of(service: str) -> list[Settings]:
    """A service's own, and those of every process."""
    import_module(f"kilowatch.{service}.app")
    own = [each for each in Settings.__subclasses__() if each.__module__.startswith(f"kilowatch.{service}.")]
    return [each() for each in (ProcessSettings, *own)]


def defaults_of(service: str) -> dict[str, Any]:
    """By variable, as the environment would give them."""
    settings = [each.model_construct().model_dump(mode="json") for each in settings_of(service)]
    return {f"KILOWATCH_{name.upper()}": value for fields in settings for name, value in fields.items()}


@pytest.mark.parametrize(("variable", "part", "default"), list(documented()))
def test_a_setting_reaches_whom_the_documentation_says_and_has_the_default_it_tells(
    variable: str, part: str, default: str
):
    given = CONTAINERS[part]["environment"][variable]
    passed_on = re.fullmatch(rf"\$\{{{variable}:-(.*)\}}", given)
    assert passed_on, given
    # What Caddy and OpenTelemetry read themselves is no setting of ours.
    known = {variable: None} if part == EDGE or variable.startswith("OTEL_") else defaults_of(part)
    assert default == (passed_on[1] or _as_text(known[variable]))


def test_no_other_variable_is_named_than_those_that_the_containers_take():
    assert set(re.findall(r"KILOWATCH_[A-Z_]+", OPERATIONS)) - OF_THE_IMAGE - BY_HAND <= set(
        re.findall(r"\$\{(\w+)", COMPOSE_TEXT)
    )


@pytest.mark.parametrize("name", ModelSettings.model_fields)
def test_every_setting_of_the_language_model_reaches_support(name: str):
    variable = f"KILOWATCH_{name.upper()}"
    assert CONTAINERS["support"]["environment"][variable] == f"${{{variable}:-}}"


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_container_is_given_is_read_by_its_service(service: str):
    ours = {name for name in CONTAINERS[service].get("environment", ()) if name.startswith("KILOWATCH_")}
    assert ours <= defaults_of(service).keys()


@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_value_counts_as_none(service: str, monkeypatch: pytest.MonkeyPatch):
    before = settings_of(service)
    for variable in CONTAINERS[service]["environment"]:
        monkeypatch.setenv(variable, "")
    assert settings_of(service) == before


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return str(value)
