"""Types of the fields that requests carry."""

from typing import Annotated, Final, TypeAlias

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kilowatch.kit.fields import Name, Text

MAX_ID: Final = 2**63 - 1


def _none_if_empty(value: object) -> object:
    """A form sends an empty field where there is nothing to send."""
    return None if isinstance(value, str) and not value.strip() else value


Id: TypeAlias = Annotated[int, Field(ge=1, le=MAX_ID)]
PathId: TypeAlias = Annotated[int, Path(ge=1, le=MAX_ID)]
Description: TypeAlias = Annotated[Text, StringConstraints(max_length=2000)]
Place: TypeAlias = Annotated[Text, StringConstraints(max_length=500)]
SerialNumber: TypeAlias = Annotated[
    Annotated[Name, StringConstraints(max_length=100)] | None, BeforeValidator(_none_if_empty)
]
IntervalSeconds: TypeAlias = Annotated[int, Field(ge=1, le=31 * 86_400)]
GapSeconds: TypeAlias = Annotated[int, Field(ge=1, le=366 * 86_400)]
PowerW: TypeAlias = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
EnergyKwh: TypeAlias = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
Search: TypeAlias = Annotated[Text, StringConstraints(max_length=200)]
Offset: TypeAlias = Annotated[int, Field(ge=0, le=10_000_000)]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=200)]
Version: TypeAlias = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Body(BaseModel):
    """What a request carries; a field that nobody knows is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")
