"""The edge that every service shares, through the whole application."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.types import Message
from structlog.testing import capture_logs

from kilowatch.contracts.accounts import Role
from kilowatch.kit import bodies, http
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, NotFound, SlowDown, Unavailable
from kilowatch.kit.http import Administrator, PeerService, SignedIn, Staff, build_app
from kilowatch.kit.service import Service
from kilowatch.kit.telemetry import correlation_id
from tests.conftest import Clients, Tokens

router = APIRouter()
RAISED: dict[str, Exception] = {
    "invalid": Invalid("no"),
    "forbidden": Forbidden("no"),
    "missing": NotFound("no"),
    "conflict": Conflict("no"),
    "slow-down": SlowDown("later", retry_after_s=7),
    "unavailable": Unavailable("away"),
    "defect": ZeroDivisionError("the inner life of the server"),
}


@router.get("/raise/{kind}")
async def raise_error(kind: str) -> None:
    raise RAISED[kind]


@router.post("/length")
async def length(request: Request) -> int:
    return len(await request.body())


@router.post("/length/large")
@accepts_body(up_to=3 << 20)
async def large(request: Request) -> int:
    return len(await request.body())


@dataclass
class Body:
    number: int


@router.post("/parsed")
async def parsed(body: Body) -> int:
    return body.number


@router.get("/correlation")
async def correlation() -> str:
    return correlation_id.get()


@router.get("/for/signed-in")
async def for_signed_in(user: SignedIn) -> str:
    return user.actor


@router.get("/for/staff")
async def for_staff(_: Staff) -> str:
    return "staff"


@router.get("/for/administrator")
async def for_administrator(_: Administrator) -> str:
    return "administrator"


@router.get("/for/service")
async def for_service(service: PeerService) -> str:
    return service.service


async def is_ready() -> None: ...


def service(ready: Callable[[], Awaitable[None]] = is_ready) -> Service:
    return Service(name="sample", router=router, context=object(), ready=ready)


@pytest.fixture
def app(tokens: Tokens) -> FastAPI:
    return build_app([service()], tokens.verifier())


@pytest.fixture
async def anyone(app: FastAPI, clients_of: Callable[[FastAPI], Clients]) -> AsyncIterator[httpx2.AsyncClient]:
    async with clients_of(app).nobody() as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("invalid", 422),
        ("forbidden", 403),
        ("missing", 404),
        ("conflict", 409),
        ("slow-down", 503),
        ("unavailable", 503),
    ],
)
async def test_an_error_becomes_problem_details(anyone: httpx2.AsyncClient, kind: str, status: int):
    answer = await anyone.get(f"/raise/{kind}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"] == str(RAISED[kind])


async def test_who_is_asked_to_come_again_is_told_when(anyone: httpx2.AsyncClient):
    assert (await anyone.get("/raise/slow-down")).headers["retry-after"] == "7"


async def test_an_unknown_kind_of_our_errors_is_the_callers_fault(app: FastAPI, anyone: httpx2.AsyncClient):
    RAISED["other"] = KilowatchError("something else")
    assert (await anyone.get("/raise/other")).status_code == 400


async def test_a_defect_tells_nothing_but_where_to_look(anyone: httpx2.AsyncClient):
    answer = await anyone.get("/raise/defect", headers={"x-correlation-id": "abc-123"})
    assert answer.status_code == 500
    assert "inner life" not in answer.text
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"] == "abc-123"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_only_who_is_reached_by_tls_says_to_use_nothing_else(
    tokens: Tokens, clients_of: Callable[[FastAPI], Clients]
):
    said = {}
    for url in ("https://energy.example.org", "http://localhost:8080"):
        async with clients_of(build_app([service()], tokens.verifier(), public_url=url)).nobody() as client:
            said[url] = (await client.get("/livez")).headers.get("strict-transport-security")
    assert said == {"https://energy.example.org": "max-age=31536000", "http://localhost:8080": None}


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_no_other_site_is_let_in_by_its_pages(anyone: httpx2.AsyncClient, method: str):
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = await anyone.request(method, "/correlation", headers=headers)
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


async def test_a_field_that_is_not_valid_is_named(anyone: httpx2.AsyncClient):
    answer = await anyone.post("/parsed", json={"number": "many"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.number"


async def test_a_wrong_method_is_told_the_right_ones(anyone: httpx2.AsyncClient):
    answer = await anyone.post("/correlation")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_callers_correlation_id_is_kept(anyone: httpx2.AsyncClient):
    answer = await anyone.get("/correlation", headers={"x-correlation-id": "from-the-meter-7"})
    assert answer.json() == answer.headers["x-correlation-id"] == "from-the-meter-7"


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, 'x"}{"level":"error', "ümlaut"])
async def test_a_correlation_id_that_could_break_a_log_is_replaced(anyone: httpx2.AsyncClient, given: str):
    answer = await anyone.get("/correlation", headers={"x-correlation-id": given.encode("latin-1")})
    assert answer.json() != given
    assert len(answer.json()) == 32


async def test_a_request_to_ourselves_leaves_the_callers_correlation_id_alone(anyone: httpx2.AsyncClient):
    token = correlation_id.set("mine")
    await anyone.get("/correlation")
    assert correlation_id.get() == "mine"
    correlation_id.reset(token)


@pytest.mark.parametrize("path", ["/length", "/parsed"])
async def test_a_body_that_is_too_large_is_refused(anyone: httpx2.AsyncClient, path: str):
    answer = await anyone.post(path, content=b"x" * ((1 << 20) + 1))
    assert answer.status_code == 413


async def test_a_body_that_does_not_say_how_large_it_is_is_refused_once_it_is_too_large(anyone: httpx2.AsyncClient):
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 65_536

    answer = await anyone.post("/length", content=pieces())
    assert answer.status_code == 413


async def test_a_route_may_accept_more(anyone: httpx2.AsyncClient):
    assert (await anyone.post("/length/large", content=b"x" * (2 << 20))).json() == 2 << 20
    assert (await anyone.post("/length/large", content=b"x" * ((3 << 20) + 1))).status_code == 413


async def test_who_leaves_in_the_middle_of_a_body_is_no_defect(app: FastAPI):
    answered: list[Message] = []
    coming: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/length",
        "raw_path": b"/length",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    with capture_logs() as logged:
        await app(scope, receive, send)
    assert answered == []
    assert [entry["event"] for entry in logged] == ["left_while_sending"]


async def test_what_a_token_was_shown_for_is_kept_nowhere(app: FastAPI, clients_of: Callable[[FastAPI], Clients]):
    answer = await clients_of(app).user(Role.CLIENT).get("/for/signed-in")
    assert answer.headers["cache-control"] == "no-store"
    assert "cache-control" not in (await clients_of(app).nobody().get("/livez")).headers


async def test_an_answer_of_the_api_can_run_nothing(anyone: httpx2.AsyncClient):
    assert "default-src 'none'" in (await anyone.get("/api/nothing")).headers["content-security-policy"]
    assert len((await anyone.get("/api/docs")).headers.get_list("content-security-policy")) == 1


async def test_nobody_is_sent_where_the_host_header_says(anyone: httpx2.AsyncClient):
    answer = await anyone.get("/correlation/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


async def test_a_body_that_stops_coming_is_let_go(app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, "BODY_PAUSE_S", 0.01)
    answered: list[Message] = []

    async def receive() -> Message:
        if answered or first.is_set():
            await asyncio.Event().wait()
        first.set()
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message: Message) -> None:
        answered.append(message)

    first = asyncio.Event()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/length",
        "raw_path": b"/length",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    await asyncio.wait_for(app(scope, receive, send), 5)
    assert answered[0]["status"] == 408


async def test_livez_answers_whatever_the_services_say(tokens: Tokens, clients_of: Callable[[FastAPI], Clients]):
    async def never() -> None:
        raise Unavailable("the database is away")

    async with clients_of(build_app([service(never)], tokens.verifier())).nobody() as client:
        assert (await client.get("/livez")).status_code == 200
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "services": {"sample": "the database is away"}}


async def test_a_service_that_does_not_say_whether_it_is_ready_is_not(
    tokens: Tokens, clients_of: Callable[[FastAPI], Clients], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "READY_TIMEOUT_S", 0.01)

    async def hangs() -> None:
        await asyncio.Event().wait()

    async with clients_of(build_app([service(hangs)], tokens.verifier())).nobody() as client:
        assert (await client.get("/readyz")).status_code == 503


async def test_metrics_are_for_the_neighbourhood_only(app: FastAPI):
    def coming_from(address: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app, client=(address, 4711))
        return httpx2.AsyncClient(transport=transport, base_url="http://test")

    async with coming_from("10.1.2.3") as prometheus, coming_from("93.184.215.14") as stranger:
        answer = await prometheus.get("/metrics")
        assert "kilowatch_http_requests_total" in answer.text
        assert (await stranger.get("/metrics")).status_code == 403
        brought = {"X-Forwarded-For": "93.184.215.14"}  # by a proxy that we were not told of
        assert (await prometheus.get("/metrics", headers=brought)).status_code == 403


async def test_a_metric_names_the_route_and_not_the_path(anyone: httpx2.AsyncClient):
    await anyone.get("/raise/missing")
    await anyone.get("/no/such/path/turnip")
    text = (await anyone.get("/metrics")).text
    assert 'route="/raise/{kind}"' in text
    assert "turnip" not in text


MAY = {
    "/for/signed-in": {Role.CLIENT, Role.OPERATOR, Role.ADMINISTRATOR},
    "/for/staff": {Role.OPERATOR, Role.ADMINISTRATOR},
    "/for/administrator": {Role.ADMINISTRATOR},
    "/for/service": {"service"},
}


@pytest.mark.parametrize("path", MAY)
async def test_each_guard_lets_in_whom_it_names_and_nobody_else(
    app: FastAPI, clients_of: Callable[[FastAPI], Clients], path: str
):
    clients = clients_of(app)
    callers = {role: clients.user(role) for role in Role} | {"service": clients.service("devices")}
    statuses = {who: (await client.get(path)).status_code for who, client in callers.items()}
    assert statuses == {who: 200 if who in MAY[path] else 403 for who in callers}
    answer = await clients.nobody().get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_the_answers_are_json_that_a_machine_can_read(anyone: httpx2.AsyncClient):
    for path in ("/raise/missing", "/no/such/path"):
        json.loads((await anyone.get(path)).text)


async def test_the_api_documentation_needs_nothing_from_elsewhere(anyone: httpx2.AsyncClient):
    page = await anyone.get("/api/docs")
    assert "://" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for path in ("assets/swagger-ui.css", "assets/swagger-ui-bundle.js", "start.js"):
        assert (await anyone.get(f"/api/docs/{path}")).status_code == 200
