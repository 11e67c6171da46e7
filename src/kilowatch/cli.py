"""The command line. Every command imports what it needs when it runs, so that `--help` comes at once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    name="kilowatch",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="""
Kilowatch turns the readings of energy meters into usage, limits, alerts and answers.

[bold]Start here[/bold]

    kilowatch up --demo       everything in one process, with demo data; needs no server
    kilowatch doctor          what is wrong, and what to do about it
""",
)

DataDir = Annotated[
    Path,
    typer.Option(envvar="KILOWATCH_DATA_DIR", help="Where this installation keeps its database and secrets."),
]
DEFAULT_DATA_DIR = Path("kilowatch-data")
AmqpUrl = Annotated[
    str | None,
    typer.Option(envvar="KILOWATCH_AMQP_URL", help="RabbitMQ to use, amqp://USER:PASSWORD@HOST/. Default: none."),
]
Port = Annotated[int, typer.Option(envvar="KILOWATCH_PORT", min=0, max=65535, help="Port to answer on; 0: any free.")]
BindHost = Annotated[
    str, typer.Option(envvar="KILOWATCH_HOST", help="Address to answer on; 0.0.0.0 lets other machines in.")
]


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Seed demo accounts and meters that keep sending.")] = False,
    port: Port = 8080,
    host: BindHost = "127.0.0.1",
    data_dir: DataDir = DEFAULT_DATA_DIR,
    amqp: AmqpUrl = None,
) -> None:
    """Run all of Kilowatch in this process, with its own PostgreSQL.

    [bold]Examples[/bold]

        kilowatch up --demo
        kilowatch up --host 0.0.0.0 --port 80 --data-dir /var/lib/kilowatch
        kilowatch up --amqp amqp://kilowatch:secret@localhost/

    Ctrl-C stops it; what was answered is stored, also after a power cut.
    """
    from kilowatch.up import run  # noqa: PLC0415

    with _plain_errors():
        run(demo=demo, port=port, host=host, data_dir=data_dir, amqp_url=amqp)


@app.command()
def version() -> None:
    """Say which version this is."""
    from kilowatch import __version__  # noqa: PLC0415

    typer.echo(__version__)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """An error that was foreseen is one line, not a page of traceback."""
    from kilowatch.kit.errors import KilowatchError  # noqa: PLC0415
    from kilowatch.kit.supervisor import JobFailed  # noqa: PLC0415

    try:
        yield
    except (KilowatchError, JobFailed) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(f"kilowatch: {message}", err=True, fg="red" if sys.stderr.isatty() else None)
    raise typer.Exit(1)
