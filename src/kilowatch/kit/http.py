"""The HTTP edge that every service shares: who asks, problem details, health, metrics.

Routes are plain module-level functions. What they work with comes from the application's state, by type:

    Devices = Annotated[DevicesContext, Depends(provided(DevicesContext))]

    @router.get("/api/devices")
    async def list_devices(devices: Devices, asking: SignedIn) -> Page: ...
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from http import HTTPMethod
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from kilowatch import __version__
from kilowatch.contracts.accounts import Role
from kilowatch.kit import errors
from kilowatch.kit.address import Network, client_address
from kilowatch.kit.audit import ANONYMOUS, Origin
from kilowatch.kit.bodies import Answer, Body
from kilowatch.kit.description import describe_clock_times
from kilowatch.kit.docs_page import add_docs
from kilowatch.kit.problems import PROBLEMS, answer_problems, defect, describe_problems
from kilowatch.kit.security import Principal, ServicePrincipal, UserPrincipal, Verifier, permits
from kilowatch.kit.service import Service
from kilowatch.kit.telemetry import correlated, correlation_id, logger, new_correlation_id, sane_correlation_id
from kilowatch.kit.tracing import Kind, span

log = logger(__name__)

ContextT = TypeVar("ContextT")

READY_TIMEOUT_S = 3.0

REQUESTS = Counter("kilowatch_http_requests", "HTTP requests answered", ["method", "route", "status"])
DURATION = Histogram("kilowatch_http_request_seconds", "Time to answer an HTTP request", ["method", "route"])


def provided(context_type: type[ContextT]) -> Callable[[Request], Awaitable[ContextT]]:
    """A dependency that gives the context of the service whose routes ask for it."""

    async def get(request: Request) -> ContextT:  # async, or FastAPI would call it in a thread, at every request
        context: ContextT = request.app.state.contexts[context_type]
        return context

    return get


_bearer = HTTPBearer(auto_error=False, description="Access token from POST /api/auth/sign-in")


async def _principal(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    if bearer is None:
        raise errors.Unauthenticated("Send an access token: `Authorization: Bearer …`.")
    verifier: Verifier = request.app.state.verifier
    return await verifier.verify(bearer.credentials)


async def _user(request: Request, principal: Annotated[Principal, Depends(_principal)]) -> UserPrincipal:
    match principal:
        case UserPrincipal() if permits(principal.scopes, request.method, request.scope["path"]):
            return principal
        case UserPrincipal():
            raise errors.Forbidden("The scopes of this API key do not allow it.")
        case ServicePrincipal():
            raise errors.Forbidden("This is for people, not for services.")


async def _service(principal: Annotated[Principal, Depends(_principal)]) -> ServicePrincipal:
    match principal:
        case ServicePrincipal():
            return principal
        case UserPrincipal():
            raise errors.Forbidden("This is for other services of Kilowatch only.")


def _require(*roles: Role) -> Callable[[UserPrincipal], Awaitable[UserPrincipal]]:
    async def check(user: Annotated[UserPrincipal, Depends(_user)]) -> UserPrincipal:
        if user.role not in roles:
            raise errors.Forbidden("Your role does not allow this.")
        return user

    return check


#: Any person who is signed in. What they may see is for the handler to check, object by object.
SignedIn = Annotated[UserPrincipal, Depends(_user)]
#: Someone who may look at everything: an administrator or an operator.
Staff = Annotated[UserPrincipal, Depends(_require(Role.ADMINISTRATOR, Role.OPERATOR))]
#: Someone who may change everything.
Administrator = Annotated[UserPrincipal, Depends(_require(Role.ADMINISTRATOR))]
#: Another service, for `/internal/…`.
PeerService = Annotated[ServicePrincipal, Depends(_service)]


def address_of(connection: HTTPConnection) -> str:
    """From where a request or a socket comes."""
    peer = connection.client.host if connection.client else ""
    forwarded_for = ",".join(connection.headers.getlist("x-forwarded-for"))
    return client_address(peer, forwarded_for, connection.app.state.trusted_proxies)


async def _address(request: Request) -> str:
    return address_of(request)


async def _signed_in_origin(user: SignedIn, address: Annotated[str, Depends(_address)]) -> Origin:
    return Origin(user.actor, address)


async def _anonymous_origin(address: Annotated[str, Depends(_address)]) -> Origin:
    return Origin(ANONYMOUS, address)


#: Who asks and from where, for the audit log: a person who is signed in, or somebody who is not yet.
SignedInOrigin = Annotated[Origin, Depends(_signed_in_origin)]
AnonymousOrigin = Annotated[Origin, Depends(_anonymous_origin)]


def build_app(
    services: Sequence[Service], verifier: Verifier, trusted_proxies: Sequence[Network] = (), public_url: str = ""
) -> FastAPI:
    """One application that answers for `services`: all of them in `kilowatch up`, one in `kilowatch serve`."""
    app = _Application(
        title="Kilowatch",
        version=__version__,
        description="Readings in; usage, limits and alerts out. Errors are RFC 9457 problem details.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # the redirect would lead wherever the caller's Host header says
    )
    app.state.verifier = verifier
    app.state.trusted_proxies = trusted_proxies
    app.state.contexts = {type(service.context): service.context for service in services}
    app.state.sockets = {path: opened for service in services for path, opened in service.sockets.items()}
    for service in services:
        _add_health(app, service)  # first: `/internal/users/health` before `/internal/users/{user_id}`
        # Not included once more: what routes need is made at the first request, a second's work, and kept with them.
        app.router.routes.extend(service.router.routes)
    _add_operations(app, services)
    add_docs(app)
    answer_problems(app)
    app.add_middleware(_Edge, headers=_security_headers(public_url))
    return app


class _Application(FastAPI):
    """Its description says what an error looks like, and a time of day; sockets go past the layers of requests.

    A socket is open for hours, and each layer that it came through lies in memory as long and is passed whenever a
    frame goes out: half of what a socket takes.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        open_socket = self.state.sockets.get(scope["path"]) if scope["type"] == "websocket" else None
        if open_socket is None:
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        with correlated(_request(scope)):
            await open_socket(WebSocket(scope, receive, send))

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            described = describe_problems(super().openapi())
            describe_clock_times(described)
            self.openapi_schema = described
        return self.openapi_schema


def _add_health(app: FastAPI, service: Service) -> None:
    """What `/readyz` says, for the service that shows the health of all of them."""

    @app.get(f"/internal/{service.name}/health", include_in_schema=False, responses=PROBLEMS)
    async def health(_: PeerService) -> JSONResponse:
        return JSONResponse({"version": __version__, "reason": await _reason_not_ready(service)})


def _add_operations(app: FastAPI, services: Sequence[Service]) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        reasons = await reasons_not_ready(services)
        ready = not any(reasons.values())
        return JSONResponse({"ready": ready, "services": reasons}, status_code=200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request, address: Annotated[str, Depends(_address)]) -> Response:
        # A proxy that we were not told to trust could bring anybody.
        is_brought = "x-forwarded-for" in request.headers and request.client and address == request.client.host
        if is_brought or not _is_near(address):
            raise errors.Forbidden("Metrics are for this machine and the networks beside it.")
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_near(address: str) -> bool:
    """Whether it is an address of this machine or of a private network, where Prometheus is."""
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


async def reasons_not_ready(services: Sequence[Service]) -> dict[str, str | None]:
    """Why each service is not ready; None for those that are."""
    reasons = await asyncio.gather(*(_reason_not_ready(service) for service in services))
    return {service.name: reason for service, reason in zip(services, reasons, strict=True)}


async def _reason_not_ready(service: Service) -> str | None:
    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            await service.ready()
    except TimeoutError:
        return f"no answer within {READY_TIMEOUT_S:.0f} s"
    except errors.Unavailable as error:
        return str(error)
    return None


class _Edge:
    """Around every request: correlation id, body limit, security headers, metrics. Plain ASGI, for its speed."""

    def __init__(self, app: ASGIApp, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._headers = headers  #: of every answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = Body(scope, receive)
        answer = Answer(send, body)
        with correlated(_request(scope)):
            await self._answer(scope, body.receive, answer.send)
            await answer.finish()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0
        # The route's pattern is known when it has been found, and not the path: ids would make a time series each.
        method = scope["method"] if scope["method"] in _METHODS else "other"

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = (*self._headers, *_unless_given(scope, message), _correlation_header())
                message["headers"] = [*message["headers"], *added]
            await send(message)

        with span(method, Kind.SERVER, parents=[_header(scope, b"traceparent")]) as measured:
            try:
                await self._app(scope, receive, send_with_headers)
            except ClientDisconnect:
                log.info("left_while_sending", path=scope["path"])  # anybody can; it is nobody's defect
            except Exception:
                # Answered here and not by the framework, so that this answer too has the headers and is counted.
                log.exception("defect", path=scope["path"])
                if status:  # the answer has begun: all that is left is to break it off
                    raise
                await defect()(scope, receive, send_with_headers)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                REQUESTS.labels(method, route, status).inc()
                DURATION.labels(method, route).observe(time.perf_counter() - started)
                measured.rename(f"{method} {route}")
                measured.say(
                    http__route=route, http__response__status_code=status, kilowatch__correlation=correlation_id.get()
                )


def _request(scope: Scope) -> str:
    """Its correlation id."""
    return sane_correlation_id(_header(scope, b"x-correlation-id")) or new_correlation_id()


_METHODS = frozenset(HTTPMethod)

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
#: A year. Who has been here by TLS is not led to a stranger without it; sister hosts are not ours to speak for.
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000")


def _security_headers(public_url: str) -> Sequence[tuple[bytes, bytes]]:
    return [*_SECURITY_HEADERS, _TLS_ONLY] if public_url.startswith("https://") else _SECURITY_HEADERS


_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_NOT_STORED = (b"cache-control", b"no-store")


def _unless_given(scope: Scope, message: Message) -> Iterator[tuple[bytes, bytes]]:
    """What every answer says unless its route says it otherwise. What a token was shown for is kept nowhere."""
    given = {name.lower() for name, _ in message["headers"]}
    if _POLICY[0] not in given:
        yield _POLICY
    if _NOT_STORED[0] not in given and any(name == b"authorization" for name, _ in scope["headers"]):
        yield _NOT_STORED


def _correlation_header() -> tuple[bytes, bytes]:
    return b"x-correlation-id", correlation_id.get().encode()


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")
