"""Settings: from the environment (`KILOWATCH_…`), from files in `KILOWATCH_SECRETS_DIR`, or the defaults.

A service subclasses `Settings` with its own fields; nothing reads the environment anywhere else.
"""

import os
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict


class Settings(BaseSettings):
    """Environment first, then secret files named like the variable in lower case (Docker secrets)."""

    # Compose files and charts pass on what nobody has set as an empty text.
    model_config = SettingsConfigDict(env_prefix="KILOWATCH_", frozen=True, extra="ignore", env_ignore_empty=True)

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


def fields(settings: Settings) -> dict[str, Any]:
    """For start-up logs: every field, secrets masked by their type."""
    return settings.model_dump(mode="json")
