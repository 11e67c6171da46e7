"""`kilowatch simulate` and `kilowatch demo`. What they need is imported when they run."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Via(StrEnum):
    HTTP = "http"
    AMQP = "amqp"


Url = Annotated[str, typer.Option(envvar="KILOWATCH_URL", help="A running Kilowatch.")]
Email = Annotated[str, typer.Option(envvar="KILOWATCH_ADMIN_EMAIL", help="An administrator, to register devices with.")]
Password = Annotated[
    str | None,
    typer.Option(
        envvar="KILOWATCH_ADMIN_PASSWORD", help="Their password. By default the demo's, else it is asked for."
    ),
]

DEFAULT_URL = "http://127.0.0.1:8080"
DEFAULT_EMAIL = "admin@kilowatch.local"


def simulate(  # noqa: PLR0913, PLR0917
    devices: Annotated[int, typer.Option("--devices", "-n", min=1, max=100_000, help="How many meters.")] = 10,
    interval: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds between readings of a meter.")] = 60,
    config: Annotated[
        Path | None, typer.Option(help="JSON file that describes the meters; takes the place of --devices.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.001, help="Replay from --from (by default a day ago) so many times as fast.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Back-fill from then: 2026-01-31, 2026-01-31T10:00Z or 30d (ago).")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Stop there; `now` for history only.")] = None,
    duration: Annotated[str | None, typer.Option(help="Stop after 90s, 15m, 2h …")] = None,
    via: Annotated[Via, typer.Option(help="The door that readings go in through.")] = Via.HTTP,
    url: Url = DEFAULT_URL,
    amqp_url: Annotated[
        str,
        typer.Option(
            envvar="KILOWATCH_AMQP_URL", help="Broker for --via amqp; a login in it goes before --credential."
        ),
    ] = "amqp://localhost/",
    credential: Annotated[
        str | None,
        typer.Option(envvar="KILOWATCH_CREDENTIAL", help="Of a gateway or device that exists: nothing is registered."),
    ] = None,
    first_device: Annotated[
        int, typer.Option(min=1, help="With --credential: id of the first device; the others follow.")
    ] = 1,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The same seed makes the same readings.")] = 1,
    faults: Annotated[
        str, typer.Option(help="So many in 30 days: gaps=2,resets=1,glitches=2,late=3,duplicates=0.01,drift=2")
    ] = "",
    connections: Annotated[int, typer.Option(min=1, max=64, help="Requests at the same time.")] = 4,
    email: Email = DEFAULT_EMAIL,
    password: Password = None,
    state: Annotated[
        Path, typer.Option(help="Directory where the credential and the registers' start are kept between runs.")
    ] = Path("kilowatch-data/simulator"),
) -> None:
    """Meters that behave like real ones: households, heat pumps, cars, roofs, offices, fridges.

    Without --credential it registers its devices and a gateway as an administrator; run again with the same seed it
    finds them. `duplicates` is a share of the readings, `drift` seconds a day.

    [bold]Examples[/bold]

        kilowatch simulate --devices 100 --interval 10
        kilowatch simulate --devices 50 --from 90d --to now
        kilowatch simulate --devices 20 --speed 60 --faults late=5,gaps=2
        kilowatch simulate --config meters.json --credential kwg_1_…
    """
    from kilowatch.simulator.runs import SimulationOptions, simulate_devices  # noqa: PLC0415

    options = SimulationOptions(
        devices=devices,
        interval_s=interval,
        config=config,
        speed=speed,
        from_=from_,
        to=to,
        duration=duration,
        amqp_url=amqp_url if via is Via.AMQP else None,
        url=url,
        credential=credential,
        first_device=first_device,
        seed=seed,
        faults=faults,
        connections=connections,
        email=email,
        password=password,
        state_directory=state,
    )
    asyncio.run(simulate_devices(options))


def demo(
    url: Url = DEFAULT_URL,
    email: Email = DEFAULT_EMAIL,
    password: Password = None,
    state: Annotated[Path, typer.Option(help="File where the credential is kept between runs.")] = Path(
        "kilowatch-data/secrets/demo.json"
    ),
) -> None:
    """Fill a running Kilowatch with the demo: three clients, twelve meters, a year of history, then live readings.

    `kilowatch up --demo` does the same by itself. Run again it seeds nothing twice, fills the gap since its last
    reading and goes on. [bold]The demo passwords are public: never do this to an installation with real data.[/bold]
    """
    from kilowatch.simulator.runs import run_demo_against  # noqa: PLC0415

    asyncio.run(run_demo_against(url, email, password, state))
