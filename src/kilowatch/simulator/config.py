"""The JSON file that describes a simulation; `docs/simulator.md` explains it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from kilowatch.kit.errors import Invalid
from kilowatch.simulator.domain.faults import Fault, Faults
from kilowatch.simulator.domain.fleet import PlannedMeter, build_meters
from kilowatch.simulator.domain.loads import Household, Profile


def _whole_profile(value: object) -> object:
    """`"household"` is short for `{"profile": "household"}`."""
    return {"profile": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsEntry(Faults):
    certain: tuple[Annotated[Fault, Field(discriminator="fault")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEntry(PlannedMeter):
    """A planned meter with what pydantic needs to tell the variants of a union apart."""

    profile: Annotated[Profile, Field(discriminator="profile"), BeforeValidator(_whole_profile)] = field(
        default=Household()
    )
    faults: FaultsEntry = field(default=FaultsEntry())


class SimulationFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    meters: Annotated[tuple[MeterEntry, ...], Field(min_length=1)]


def read_simulation(path: Path) -> SimulationFile:
    """Raises `Invalid`, which says what is wrong where."""
    try:
        simulation = SimulationFile.model_validate_json(path.read_bytes())
        ids = {plan.name: number for number, plan in enumerate(simulation.meters)}
        build_meters(simulation.meters, ids, simulation.seed, installed_at=0)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise Invalid(
            "\n".join([f"{path} does not describe a simulation:", *map(_sentence, error.errors())])
        ) from error
    except ValueError as error:
        raise Invalid(f"{path} does not describe a simulation:\n  {error}") from error
    if len(ids) < len(simulation.meters):
        raise Invalid(f"{path}: two meters have the same name.")
    return simulation


def _sentence(problem: ErrorDetails) -> str:
    place = ".".join(map(str, problem["loc"])) or "the file"
    return f"  {place}: {problem['msg'].removeprefix('Value error, ')}"
