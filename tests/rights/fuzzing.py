"""Asks every route what its description allows, and what it does not: schemathesis against a town of its own.

python -m tests.rights.fuzzing                at least 10,000 requests in twenty minutes; `make fuzz`
python -m tests.rights.fuzzing --seed 7       with the seed that a run has told
python -m tests.rights.fuzzing --minutes 2    as many as there is time for
"""

import asyncio
import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID, Role
from kilowatch.kit.audit import Origin
from kilowatch.kit.edge import bind, serve_http
from kilowatch.kit.postgres import embedded_postgres
from kilowatch.kit.problems import describe_problems
from kilowatch.kit.secrets import secret
from kilowatch.kit.telemetry import LogFormat, configure_logging
from tests.databases import databases_of
from tests.rights.conftest import Town, open_town

#: Not `negative_data_rejection`: what a query says beyond what is asked we ignore, as HTTP servers do.
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "use_after_free",
)
ENOUGH: Final = 10_000
#: Of each route in one round; rounds go on until the time is over.
EXAMPLES: Final = 8
EVERYTHING: Final = "coverage,fuzzing,stateful"
STORIES: Final = "stateful"
INTERNAL: Final = "/internal/"
BROKER: Final = f"^{INTERNAL}broker-auth/"
PEERS: Final = f"^{INTERNAL}(?!broker-auth/)"
#: How the time is shared out. An administrator gets everywhere, the others soon to an end.
SHARES: Final[Mapping[str, float]] = {
    "administrator": 0.4,
    "client": 0.1,
    "device": 0.1,
    "service": 0.1,
    "broker": 0.05,
    "nobody": 0.05,
}
SHARE_OF_STORIES: Final = 0.2
#: What has not ended by itself so long after its time is ended.
GRACE_S: Final = 120.0
TELL_EVERY_S: Final = 30.0


@dataclass(frozen=True)
class Campaign:
    """What one kind of caller asks."""

    caller: str
    token: str
    description: Mapping[str, Any]  #: OpenAPI
    ids: Mapping[str, Any]  #: of objects that exist, by the name of the path parameter
    routes: str  #: regular expression of paths
    examples: int  #: of each route
    answers: range = range(200, 500)  #: status codes that may come
    phases: str = EVERYTHING
    seed: int | None = None
    budget_s: int | None = None  #: goes on for so long, and no longer; None: once through


@dataclass(frozen=True)
class Outcome:
    failed: bool
    requests: int
    report: str


@dataclass
class Door:
    """Where the town answers over a socket, and how often it has been asked."""

    app: ASGIApp
    url: str
    asked: int = 0
    answered: set[int] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += scope["type"] == "http"

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answered.add(message["status"])
            await send(message)

        await self.app(scope, receive, send_and_note)


@asynccontextmanager
async def listening(town: Town) -> AsyncIterator[Door]:
    # As it is not set up, the log shows the variables of every frame of a defect: a minute of work, in which nothing is
    # answered.
    configure_logging(LogFormat.CONSOLE, "ERROR")
    bound, stopping, up = bind("127.0.0.1", 0), asyncio.Event(), asyncio.Event()
    door = Door(town.house.app, f"http://127.0.0.1:{bound.getsockname()[1]}")
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(door, bound, up.set)(stopping))
        await up.wait()
        try:
            yield door
        finally:
            stopping.set()


async def campaigns(town: Town, examples: int, phases: str, seed: int | None) -> list[Campaign]:
    """Tokens that stay good whatever is signed out, deactivated or deleted on the way."""
    async with town.house.context("auth").working(Origin("test", "")) as work:
        signer = await work.signer()
    administrator = signer.for_user(FIRST_ADMINISTRATOR_ID, Role.ADMINISTRATOR, uuid4())
    client = signer.for_user(town.ana.answer["user_id"], Role.CLIENT, uuid4())
    public, internal = town.house.app.openapi(), describe_internal(town.house.app)
    ids = {name: value for name, value in town.objects.items() if name != "key"}
    key = {"key": secret(town.house.data_dir, "broker_auth_key")}
    single = phases.removesuffix(f",{STORIES}")

    def campaign(caller: str, token: str, routes: str, each: int, phases: str, **more: Any) -> Campaign:
        described = {"description": public, "ids": ids} | more
        return Campaign(caller, token, routes=routes, examples=each, phases=phases, seed=seed, **described)

    return [
        campaign("administrator", administrator, "^/api/(?!ingest)", examples, phases),
        campaign("client", client, "^/api/(?!ingest)", max(1, examples // 4), "fuzzing"),
        campaign("device", await _credential(town), "^/api/ingest", examples * 4, single),
        campaign("service", signer.for_service("devices"), PEERS, examples, single, description=internal),
        campaign("broker", "", BROKER, examples * 4, single, description=internal, ids=ids | key),
        campaign("nobody", "", f"^{INTERNAL}", examples, single, description=internal, answers=range(400, 500)),
    ]


class Shown(RouteContext):
    include_in_schema = True


def describe_internal(app: FastAPI) -> dict[str, Any]:
    """What services and the broker ask, which the public description leaves out."""
    routes = [Shown(**vars(each)) for each in iter_route_contexts(app.routes) if (each.path or "").startswith(INTERNAL)]
    return describe_problems(get_openapi(title="Kilowatch, inside", version="0", routes=routes))


def apart(campaign: Campaign) -> list[Campaign]:
    """Single requests go on until their time is over, so sequences of them need a time of their own."""
    if not campaign.phases.endswith(f",{STORIES}"):
        return [campaign]
    return [
        replace(campaign, phases=campaign.phases.removesuffix(f",{STORIES}")),
        replace(campaign, phases=STORIES),
    ]


def within(campaign: Campaign, minutes: float) -> Campaign:
    share = SHARE_OF_STORIES if campaign.phases == STORIES else SHARES[campaign.caller]
    return replace(campaign, budget_s=max(1, round(60 * minutes * share)))


async def run(campaign: Campaign, door: Door, directory: Path) -> Outcome:
    configuration, description = directory / f"{campaign.caller}.toml", directory / "openapi.json"
    configuration.write_text(_configuration(campaign))
    description.write_text(json.dumps(campaign.description))
    seed = ["--seed", str(campaign.seed)] if campaign.seed is not None else []
    budget = ["--max-time", str(campaign.budget_s)] if campaign.budget_s is not None else []
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"),
        *(str(description), "--url", door.url, "--include-path-regex", campaign.routes, "--phases", campaign.phases),
        *("--max-examples", str(campaign.examples), "--checks", ",".join(CHECKS), "--no-color", *seed, *budget),
        *("--generation-database", "none", "--request-timeout", "60", "--warnings", "off"),
        *("--suppress-health-check", "all"),  # they judge the machine's speed
    ]
    asked = door.asked
    door.answered.clear()
    failed, report = await _output_of(command, campaign.budget_s and campaign.budget_s + GRACE_S)
    odd = sorted(door.answered - {*campaign.answers})
    return Outcome(failed or bool(odd), door.asked - asked, f"{report}\nAnswers that may not come: {odd}")


async def _output_of(command: Sequence[str], at_most_s: float | None) -> tuple[bool, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(at_most_s):
            output, _ = await process.communicate()
    except TimeoutError:
        return True, f"It did not end by itself within {at_most_s:.0f} s."
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode != 0, output.decode(errors="replace")


def _configuration(campaign: Campaign) -> str:
    """Every other id is one of an object that exists, or little would be asked of what lies behind 404."""
    ids = campaign.ids
    dictionaries = "".join(
        f"[dictionaries.{name}]\nvalues = [{json.dumps(value if isinstance(value, int) else str(value))}]\n"
        for name, value in ids.items()
    )
    bindings = "".join(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.5 }}\n' for name in ids)
    headers = f'[headers]\nAuthorization = "Bearer {campaign.token}"\n' if campaign.token else ""
    return f"{headers}[cache]\nenabled = false\n{dictionaries}[parameters]\n{bindings}"


async def _credential(town: Town) -> str:
    answer = await town.administrator.ask("POST", f"/api/devices/{town.objects['device_id']}/credentials", json={})
    await town.house.settle()
    return str(answer.json()["credential"])


@asynccontextmanager
async def _own_town(directory: Path) -> AsyncIterator[Town]:
    with embedded_postgres(directory / "postgres", {"fsync": "off", "full_page_writes": "off"}) as server:
        async with open_town(databases_of(server), directory / "data") as town:
            yield town


async def main(minutes: float, seed: int | None) -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="kw-fuzz-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        async with _own_town(directory) as town, listening(town) as door:
            every = await campaigns(town, EXAMPLES, EVERYTHING, seed)
            for campaign in chain.from_iterable(map(apart, every)):
                outcomes.append(await _told(within(campaign, minutes), door, directory))
                _say(f"== {campaign.caller}, {campaign.phases}\n{outcomes[-1].report}")
    requests = sum(outcome.requests for outcome in outcomes)
    failed = any(outcome.failed for outcome in outcomes)
    _say(f"{requests:,} requests, {'with failures' if failed else 'nothing wrong'}")
    return int(failed or requests < ENOUGH)


async def _told(campaign: Campaign, door: Door, directory: Path) -> Outcome:
    under_way = asyncio.create_task(run(campaign, door, directory))
    while not (await asyncio.wait([under_way], timeout=TELL_EVERY_S))[0]:
        _say(f"{door.asked:,} requests, {campaign.caller} of {campaign.budget_s} s")
    return await under_way


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments(given: Sequence[str]) -> tuple[float, int | None]:
    parser = ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int)
    read = parser.parse_args(given)
    return read.minutes, read.seed


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*_arguments(sys.argv[1:]))))
