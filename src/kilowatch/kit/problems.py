"""How an error becomes an answer: RFC 9457 problem details, and what the API's description says of them."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from kilowatch.kit import errors
from kilowatch.kit.telemetry import correlation_id

PROBLEM_JSON: Final = "application/problem+json"

_STATUS: Final[dict[type[errors.KilowatchError], HTTPStatus]] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    errors.SlowDown: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class InvalidField(BaseModel):
    field: str
    problem: str


class Problem(BaseModel):
    """An error as RFC 9457 has it; `detail` is meant for the person who reads it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[InvalidField] | None = None
    correlation_id: str | None = None


def _described(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


#: What every route may answer besides its own.
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": _described("Something to be put right, and what"),
    503: _described("Not now; `Retry-After` says when"),
}


def describe_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, with the schemas that `PROBLEMS` refers to."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schema.pop("$defs")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    if taken := schemas.keys() & {"Problem", *nested}:
        raise ValueError(f"{', '.join(taken)}: another schema has the name of what every error looks like")
    schemas.update(nested, Problem=schema)
    return document


def answer_problems(app: FastAPI) -> None:
    app.add_exception_handler(errors.KilowatchError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)


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
    return error_response(error)


def error_response(error: Exception) -> Response:
    """The problem details that tell of an error of ours."""
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
    fields = [each.model_dump() for each in invalid_fields(error.errors())]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields are not valid.", errors=fields)


def invalid_fields(errors: Iterable[Mapping[str, Any]]) -> list[InvalidField]:
    """What pydantic says of each field, without the kind of exception that a check of ours has raised."""
    return [
        InvalidField(field=".".join(map(str, each["loc"])), problem=each["msg"].removeprefix("Value error, "))
        for each in errors
    ]


def in_a_line(errors: Iterable[Mapping[str, Any]]) -> str:
    """The same for a report, where there is no place for a list."""
    return "; ".join(f"{each.field}: {each.problem}" for each in invalid_fields(errors))


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def defect() -> Response:
    detail = "Something went wrong on our side; it is logged under this correlation id."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, correlation_id=correlation_id.get())


def stopped() -> Response:
    return error_response(errors.Unavailable("Kilowatch is stopping."))
