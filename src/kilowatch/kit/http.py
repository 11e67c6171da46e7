"""The HTTP edge that every service shares: who asks, problem details, health, metrics, limits.

Routes are plain module-level functions. What they work with comes from the application's state, by type:

    Devices = Annotated[DevicesContext, Depends(provided(DevicesContext))]

    @router.get("/api/devices")
    async def list_devices(devices: Devices, asking: SignedIn) -> Page: ...
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kilowatch import __version__
from kilowatch.contracts.accounts import Role
from kilowatch.kit import errors
from kilowatch.kit.address import Network, client_address
from kilowatch.kit.audit import ANONYMOUS, Origin
from kilowatch.kit.security import Principal, ServicePrincipal, UserPrincipal, Verifier
from kilowatch.kit.service import Service
from kilowatch.kit.telemetry import correlation_id, logger, new_correlation_id

log = logger(__name__)

ContextT = TypeVar("ContextT")

MAX_BODY_BYTES = 1 << 20
PROBLEM_JSON = "application/problem+json"

REQUESTS = Counter("kilowatch_http_requests", "HTTP requests answered", ["method", "route", "status"])
DURATION = Histogram("kilowatch_http_request_seconds", "Time to answer an HTTP request", ["method", "route"])

_STATUS: dict[type[errors.KilowatchError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    errors.SlowDown: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def provided(context_type: type[ContextT]) -> Callable[[Request], ContextT]:
    """A dependency that gives the context of the service whose routes ask for it."""

    def get(request: Request) -> ContextT:
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


async def _user(principal: Annotated[Principal, Depends(_principal)]) -> UserPrincipal:
    match principal:
        case UserPrincipal():
            return principal
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


async def _address(request: Request) -> str:
    peer = request.client.host if request.client else ""
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(peer, forwarded_for, request.app.state.trusted_proxies)


async def _signed_in_origin(user: SignedIn, address: Annotated[str, Depends(_address)]) -> Origin:
    return Origin(user.actor, address)


async def _anonymous_origin(address: Annotated[str, Depends(_address)]) -> Origin:
    return Origin(ANONYMOUS, address)


#: Who asks and from where, for the audit log: a person who is signed in, or somebody who is not yet.
SignedInOrigin = Annotated[Origin, Depends(_signed_in_origin)]
AnonymousOrigin = Annotated[Origin, Depends(_anonymous_origin)]


def build_app(services: Sequence[Service], verifier: Verifier, trusted_proxies: Sequence[Network] = ()) -> FastAPI:
    """One application that answers for `services`: all of them in `kilowatch up`, one in `kilowatch serve`."""
    app = FastAPI(
        title="Kilowatch",
        version=__version__,
        description="Readings in; usage, limits and alerts out. Errors are RFC 9457 problem details.",
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.verifier = verifier
    app.state.trusted_proxies = trusted_proxies
    app.state.contexts = {type(service.context): service.context for service in services}
    for service in services:
        app.include_router(service.router)
    _add_operations(app, services)
    app.add_exception_handler(errors.KilowatchError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_defect)
    app.add_middleware(_Edge)
    return app


def _add_operations(app: FastAPI, services: Sequence[Service]) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        reasons = {service.name: await _reason_not_ready(service) for service in services}
        ready = not any(reasons.values())
        return JSONResponse({"ready": ready, "services": reasons}, status_code=200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _reason_not_ready(service: Service) -> str | None:
    try:
        await service.ready()
    except errors.Unavailable as error:
        return str(error)
    return None


def problem(status: int, detail: str, **extensions: object) -> JSONResponse:
    """An RFC 9457 answer."""
    content: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(content | extensions, status_code=status, media_type=PROBLEM_JSON)


async def _answer_error(_request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    response = problem(status, str(error))
    match error:
        case errors.SlowDown(retry_after_s=seconds):
            response.headers["Retry-After"] = str(max(1, round(seconds)))
        case errors.Unavailable():
            response.headers["Retry-After"] = "2"
        case errors.Unauthenticated():
            response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _answer_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [{"field": ".".join(map(str, item["loc"])), "problem": item["msg"]} for item in error.errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields are not valid.", errors=fields)


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail))


async def _answer_defect(_request: Request, error: Exception) -> Response:
    log.error("defect", exc_info=error)
    detail = "Something went wrong on our side; it is logged under this correlation id."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, correlation_id=correlation_id.get())


class _Edge:
    """Around every request: correlation id, size limit, security headers, metrics. Plain ASGI: it costs 20 µs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        correlation_id.set(_sane_id(headers.get(b"x-correlation-id", b"")) or new_correlation_id())
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_SECURITY_HEADERS, _correlation_header()]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            # The route's pattern, not the path: ids in a label would make a time series each.
            route = getattr(scope.get("route"), "path", "unmatched")
            REQUESTS.labels(scope["method"], route, status).inc()
            DURATION.labels(scope["method"], route).observe(time.perf_counter() - started)


_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


def _correlation_header() -> tuple[bytes, bytes]:
    return b"x-correlation-id", correlation_id.get().encode()


def _sane_id(given: bytes) -> str:
    """A caller's id is kept when it cannot break a log line or a header."""
    return given.decode() if 0 < len(given) <= 64 and given.replace(b"-", b"").isalnum() else ""
