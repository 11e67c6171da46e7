"""The command line. Every command imports what it needs when it runs, so that `--help` comes at once."""
# ruff: noqa: PLC0415  that is what the imports inside the commands are for

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kilowatch.balancer.cli import import_history
from kilowatch.kit.errors import KilowatchError
from kilowatch.realtime.cli import watch
from kilowatch.simulator.cli import demo, simulate


class _Commands(TyperGroup):
    """An error that was foreseen ends a command with one line, not with a page of traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  as Typer has it
        try:
            return super().invoke(ctx)
        except KilowatchError as error:
            typer.secho(f"kilowatch: {error}", err=True, fg="red")
            raise typer.Exit(1) from None
        except asyncio.CancelledError:
            raise typer.Exit(130) from None


app = typer.Typer(
    name="kilowatch",
    cls=_Commands,
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
    from kilowatch.up import run_up

    run_up(demo=demo, port=port, host=host, data_dir=data_dir, amqp_url=amqp)


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="auth, users, devices, balancer, monitoring, realtime or support.")],
    port: Port = 8080,
    host: BindHost = "127.0.0.1",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Run one service in this process, for an installation of many.

    It is told by the environment, or by files in KILOWATCH_SECRETS_DIR:

        KILOWATCH_AMQP_URL=amqp://kilowatch:secret@rabbitmq/
        KILOWATCH_DEVICES_DATABASE_URL=postgresql://devices:secret@postgres/devices
        KILOWATCH_SERVICE_SECRET_DEVICES=…    its own; auth needs those of all
        KILOWATCH_AUTH_URL=http://auth:8080   and so on, one for each other service

    [bold]Example[/bold]

        kilowatch serve devices --host 0.0.0.0
    """
    from kilowatch.up import run_serve

    run_serve(service, port=port, host=host, data_dir=data_dir)


@app.command()
def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Services whose schema to bring up to date.")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Bring the database schemas up to date. A start does that by itself; this is for doing it before.

    [bold]Examples[/bold]

        kilowatch migrate
        kilowatch migrate devices monitoring
    """
    from kilowatch.administration import migrate_databases

    asyncio.run(migrate_databases(data_dir.absolute(), services or [], typer.echo))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="Directory to be made.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
    secrets: Annotated[Path | None, typer.Option(help="Secrets to keep with it, when they lie elsewhere.")] = None,
) -> None:
    """Back up everything, of all services at the same moment, while Kilowatch runs or not.

    Of an installation of many processes: with KILOWATCH_POSTGRES_URL set. It holds secrets: keep it as safe as those.

    [bold]Example[/bold]

        kilowatch backup /backups/$(date +%F)
    """
    from kilowatch.backup import take_backup

    take_backup(target.absolute(), data_dir.absolute(), secrets)
    typer.echo(f"Everything is in {target}.")


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A directory that `kilowatch backup` has made.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Lay a back-up into an empty data directory, from where `kilowatch up` goes on.

    [bold]Example[/bold]

        kilowatch restore /backups/2026-11-28 --data-dir /var/lib/kilowatch
    """
    from kilowatch.backup import restore_backup

    label = restore_backup(backup.absolute(), data_dir.absolute())
    typer.echo(f"The state of {label.made_at} is in {data_dir}. Go on with: kilowatch up --data-dir {data_dir}")


@app.command()
def create_secrets(
    directory: Annotated[Path, typer.Argument(help="Where a directory for each part is made.")],
    postgres: Annotated[str, typer.Option(help="HOST:PORT at which services reach PostgreSQL.")] = "postgres:5432",
    rabbitmq: Annotated[str, typer.Option(help="HOST:PORT at which services reach RabbitMQ.")] = "rabbitmq:5672",
    devices: Annotated[str, typer.Option(help="URL at which RabbitMQ reaches devices.")] = "http://devices:8080",
    definitions: Annotated[Path, typer.Option(help="RabbitMQ's definitions, without logins.")] = Path(
        "deploy/rabbitmq/definitions.json"
    ),
) -> None:
    """Make the secrets of an installation of many processes, a directory for each part. Run again it keeps them.

    [bold]Example[/bold]

        kilowatch create-secrets /etc/kilowatch/secrets --postgres db.internal:5432 --rabbitmq mq.internal:5672
    """
    from kilowatch.deployment import Addresses
    from kilowatch.deployment import create_secrets as create

    addresses = Addresses(postgres=postgres, rabbitmq=rabbitmq, devices_url=devices)
    parts = create(directory.absolute(), addresses, definitions)
    typer.echo(f"Secrets for {', '.join(parts)} lie in {directory}.")


@app.command()
def create_databases() -> None:
    """Make a login and a database for each service on a PostgreSQL server. Run again it makes what is new.

    It is told by the environment, or by files in KILOWATCH_SECRETS_DIR: KILOWATCH_POSTGRES_URL of a superuser, and
    KILOWATCH_AUTH_DATABASE_URL and so on as the services will use them.
    """
    from kilowatch.deployment import create_service_databases

    names = asyncio.run(create_service_databases())
    typer.echo(f"There is a database for {', '.join(names)}.")


@app.command()
def rebuild(
    services: Annotated[list[str] | None, typer.Argument(help="Services to do it for. Default: all.")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Have services take over anew what others have published: people, devices, rights.

    After one database has been restored and others have not. Works whether Kilowatch runs or not.

    [bold]Examples[/bold]

        kilowatch rebuild
        kilowatch rebuild monitoring
    """
    from kilowatch.administration import rebuild_projections

    asyncio.run(rebuild_projections(data_dir.absolute(), services or [], typer.echo))


@app.command()
def create_admin(
    email: Annotated[str, typer.Argument(help="E-mail address to sign in with.")],
    password: Annotated[
        str,
        typer.Option(
            envvar="KILOWATCH_NEW_PASSWORD",
            prompt=True,
            confirmation_prompt=True,
            hide_input=True,
            help="Asked for when it is not given.",
        ),
    ],
    name: Annotated[str, typer.Option(help="Name that others see.")] = "Administrator",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Make somebody an administrator: a new account, or one that exists, with a new password.

    Also the way back in when the last administrator's password is lost. Works while Kilowatch runs.

    [bold]Example[/bold]

        kilowatch create-admin ana@example.org --name "Ana Pop"
    """
    from kilowatch.administration import create_administrator

    asyncio.run(create_administrator(data_dir.absolute(), email, name, password))
    typer.echo(f"{email} is an administrator.")


@app.command()
def retention(
    keep_days: Annotated[
        int | None,
        typer.Option(min=31, max=36_500, envvar="KILOWATCH_READINGS_KEPT_DAYS", help="How long readings are kept."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be dropped, and drop nothing.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Drop readings that are older than they are kept, a month at a time. Usage stays for ever.

    With KILOWATCH_READINGS_KEPT_DAYS set, a running Kilowatch does so by itself.

    [bold]Example[/bold]

        kilowatch retention --keep-days 730 --dry-run
    """
    from kilowatch.administration import drop_old_readings

    asyncio.run(drop_old_readings(data_dir.absolute(), keep_days, typer.echo, dry_run=dry_run))


@app.command()
def doctor(data_dir: DataDir = DEFAULT_DATA_DIR, amqp: AmqpUrl = None) -> None:
    """Check database, broker, migrations, clock, disk and secrets, and say what to do.

    Ends with exit code 1 when something is wrong.
    """
    from kilowatch.doctor import Verdict, examine

    findings = asyncio.run(examine(data_dir.absolute(), amqp))
    colours = {Verdict.GOOD: "green", Verdict.DOUBTFUL: "yellow", Verdict.BAD: "red"}
    for finding in findings:
        typer.echo(
            f"{typer.style(f'{finding.verdict:9}', fg=colours[finding.verdict])} {finding.subject}: {finding.text}"
        )
        if finding.advice:
            typer.echo(f"          → {finding.advice}")
    if any(finding.verdict is Verdict.BAD for finding in findings):
        raise typer.Exit(1)


@app.command()
def ring(
    url: Annotated[str, typer.Option(envvar="KILOWATCH_URL", help="A running Kilowatch.")] = "http://127.0.0.1:8080",
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Go on looking, once a second, until Ctrl-C.")] = False,
    email: Annotated[
        str, typer.Option(envvar="KILOWATCH_ADMIN_EMAIL", help="An operator or administrator to look as.")
    ] = "admin@kilowatch.local",
    password: Annotated[
        str | None,
        typer.Option(
            envvar="KILOWATCH_ADMIN_PASSWORD", help="Their password. By default the demo's, else it is asked for."
        ),
    ] = None,
) -> None:
    """Show who consumes which partition, how far behind it is, and what moved when a replica came or went.

    [bold]Examples[/bold]

        kilowatch ring
        kilowatch ring --watch --url https://kilowatch.example.org
    """
    from kilowatch.ring import show_ring, watch_ring

    main = watch_ring if watch else show_ring
    asyncio.run(main(url, email, password))


@app.command()
def dead_letters(
    queue: Annotated[str | None, typer.Option(help="Only of this queue, say events.devices.")] = None,
    replay: Annotated[str | None, typer.Option(metavar="ID", help="Send this one to its queue again.")] = None,
    amqp: AmqpUrl = None,
) -> None:
    """Show the messages that could not be processed, or send one again. For an installation with RabbitMQ.

    [bold]Examples[/bold]

        kilowatch dead-letters
        kilowatch dead-letters --queue events.devices --replay 5f0c…
    """
    from kilowatch.dead_letters import replay_dead_letter, show_dead_letters

    if replay is not None:
        asyncio.run(replay_dead_letter(amqp, queue, replay))
        typer.echo("It is in its queue again.")
    else:
        count = asyncio.run(show_dead_letters(amqp, queue, typer.echo))
        typer.echo(f"{count} dead letters.")


@app.command()
def version() -> None:
    """Say which version this is."""
    from kilowatch import __version__

    typer.echo(__version__)


app.command()(simulate)
app.command()(demo)
app.command("import")(import_history)
app.command()(watch)
