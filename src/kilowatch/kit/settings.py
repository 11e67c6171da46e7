"""Settings: from the environment (`KILOWATCH_…`), from files in `KILOWATCH_SECRETS_DIR`, or the defaults.

A service subclasses `Settings` with its own fields; nothing reads the environment anywhere else.
"""

import os
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from kilowatch.kit.errors import Invalid


class Settings(BaseSettings):
    """Environment first, then secret files named like the variable in lower case (Docker secrets)."""

    # Compose files and charts pass on what nobody has set as an empty text.
    model_config = SettingsConfigDict(env_prefix="KILOWATCH_", frozen=True, extra="ignore", env_ignore_empty=True)

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  as pydantic has it
        """Raises `Invalid`, which names the variable and not its value: that may be a secret."""
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise Invalid(". ".join(_told(problem) for problem in error.errors(include_input=False))) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if directory := os.environ.get("KILOWATCH_SECRETS_DIR"):
            return (*sources, SecretsSettingsSource(settings_cls, secrets_dir=directory))
        return sources


def _told(problem: ErrorDetails) -> str:
    variable = "".join(f"KILOWATCH_{str(name).upper()}: " for name in problem["loc"][:1])
    return variable + problem["msg"].removeprefix("Value error, ")
