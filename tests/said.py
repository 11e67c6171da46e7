"""What the server can say to a person, read from its sources; the web app knows all of it in Romanian.

A text counts that can surface in an answer over HTTP, in a frame of a WebSocket or in something that is stored and
shown. What only a command says, or a process that does not start, is for operators: `OF_OPERATORS` names those places.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic_core._pydantic_core import list_all_errors

from kilowatch.process import available_services

SOURCES: Final = Path(__file__).parents[1] / "src" / "kilowatch"
OF_OPERATORS: Final = (
    "administration.py",
    "auth/app.py",
    "auth/first_password.py",
    "backup.py",
    "balancer/cli.py",
    "balancer/importing/client.py",
    "cli.py",
    "dead_letters.py",
    "deployment.py",
    "doctor.py",
    "installation.py",
    "kit/account.py",
    "kit/edge.py",
    "kit/host.py",
    "kit/postgres/",
    "kit/secrets.py",
    "kit/settings.py",
    "kit/vault.py",
    "monitoring/app.py",
    "process.py",
    "realtime/terminal/",
    "ring.py",
    "simulator/",
    "up.py",
)
#: Besides our errors: what is called with a text for a person, and as which argument.
SPEAKERS: Final[Mapping[str, int | str]] = {
    "BadPhrase": 0,
    "BrokenRow": "reason",
    "HTTPException": 1,
    "KnowledgeProblem": 2,
    "Line": 2,
    "Malformed": 3,
    "NotDelivered": 0,
    "NotHistory": 0,
    "NotReadings": 0,
    "Outcome": "reason",
    "Refused": 2,
    "TooMany": 0,
    "_object": 1,
    "kind": 0,  # of error: how a peer has refused
    "problem": 1,
    "reject": 0,
}
#: Whose returned texts are told, and where.
TOLD: Final[Mapping[str, str]] = {"__str__": "support/answering/", "_reason_not_ready": "kit/http.py"}
#: Where a `ValueError` is what pydantic tells of a field, or what is told of a reading.
VALIDATED: Final = ("/api", "kit/fields.py", "balancer/domain/instants.py")
#: What FastAPI says by itself.
OF_FASTAPI: Final = ("JSON decode error", "There was an error parsing the body")
#: A problem has the title of its status; those that the framework gives, and that of a defect.
OF_FRAMEWORK: Final = frozenset({400, 404, 405, 500})

#: A name in braces: there the server fills something in.
PLACE: Final = re.compile(r"\{[^{}]*\}")

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Said:
    text: str  #: with a name in braces where something is filled in
    where: str


def everything_said() -> list[Said]:
    return [*_of_sources(), *_of_statuses(), *_of_pydantic(), *(Said(text, "FastAPI") for text in OF_FASTAPI)]


# -- sources -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    path: str
    tree: ast.Module

    @property
    def is_of_operators(self) -> bool:
        return self.path.startswith(OF_OPERATORS)


@cache
def _sources() -> Sequence[Source]:
    paths = sorted(SOURCES.rglob("*.py"))
    return [Source(path.relative_to(SOURCES).as_posix(), ast.parse(path.read_text())) for path in paths]


@cache
def _errors() -> frozenset[str]:
    """The names of `KilowatchError` and all that is derived from it."""
    classes = [node for source in _sources() for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    found, before = {"KilowatchError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {one.name for one in classes if any(_name(base) in found for base in one.bases)}
    return frozenset(found)


def _of_sources() -> Iterator[Said]:
    for source in _sources():
        if source.is_of_operators:
            continue
        for scope, expression in _spoken(source):
            for text in _texts(expression, scope, source):
                if any(map(str.isalpha, PLACE.sub("", text))):
                    yield Said(text, f"src/kilowatch/{source.path}:{expression.lineno}")


def _spoken(source: Source) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Expressions that become a text for a person, each with the function that it stands in."""
    for scope, node in _with_scope(source.tree, source.tree):
        match node:
            case ast.Call():
                yield from ((scope, argument) for argument in _arguments(node, source))
            case ast.Return(value=ast.expr() as value) if source.path.startswith(_told_in(scope)):
                yield scope, value
            case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="unreadable"))]):
                yield scope, node.value


def _told_in(scope: ast.AST) -> str:
    return TOLD.get(getattr(scope, "name", ""), "nowhere")


def _with_scope(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        yield scope, child
        yield from _with_scope(child, child if isinstance(child, Function) else scope)


def _arguments(call: ast.Call, source: Source) -> list[ast.expr]:
    name = _name(call.func)
    if name == "ValueError" and not any(place in source.path for place in VALIDATED):
        return []
    place = 0 if name in _errors() or name == "ValueError" else SPEAKERS.get(name)
    if place is None:
        return []
    named = [each.value for each in call.keywords if each.arg in {place, "detail", "reason", "message"}]
    return named or ([call.args[place]] if isinstance(place, int) and len(call.args) > place else [])


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _texts(expression: ast.expr, scope: ast.AST, source: Source) -> Iterator[str]:
    """What an expression can say. What is passed on, as by `str(error)`, has been said elsewhere."""
    match expression:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield from _filled("", parts, scope, source)
        case ast.IfExp(body=body, orelse=otherwise):
            yield from chain(_texts(body, scope, source), _texts(otherwise, scope, source))
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name) | ast.Attribute(attr=name):
            for value, its_scope, its_source in _given(name, scope, source):
                for each in _choices(value):
                    yield from _texts(each, its_scope, its_source)
        case ast.Call(func=ast.Name(id=name)):
            for function, its_source in _functions(name):
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value:
                        yield from _texts(node.value, function, its_source)


def _choices(value: ast.expr) -> Sequence[ast.expr]:
    match value:
        case ast.Dict(values=choices) | ast.Tuple(elts=choices):
            return choices
        case _:
            return [value]


def _filled(before: str, parts: Sequence[ast.expr], scope: ast.AST, source: Source) -> Iterator[str]:
    """The texts of an f-string: a choice within it makes several."""
    if not parts:
        yield before
        return
    for middle in _middles(parts[0], scope, source):
        yield from _filled(before + middle, parts[1:], scope, source)


def _middles(part: ast.expr, scope: ast.AST, source: Source) -> list[str]:
    match part:
        case ast.FormattedValue(value=ast.IfExp() | ast.Subscript(value=ast.Name()) as value):
            told = list(_texts(value, scope, source))
        case ast.FormattedValue(value=ast.Name(id=name) as value):
            is_text = any(
                isinstance(each, ast.JoinedStr) for node in ast.walk(scope) if (each := _assigned(node, name))
            )
            told = list(_texts(value, scope, source)) if is_text else []
        case ast.FormattedValue(value=value):
            told = []
        case _:
            return list(_texts(part, scope, source))
    return told or [f"{{{_name(value) or '…'}}}"]


def _given(name: str, scope: ast.AST, source: Source) -> Iterator[tuple[ast.expr, ast.AST, Source]]:
    """What a name stands for: in its function, else in its module, else as a constant of another one."""
    for place, its_source in [(scope, source), *((each.tree, each) for each in [source, *_sources()])]:
        body = ast.walk(place) if place is scope else iter(its_source.tree.body)
        found = [value for node in body if (value := _assigned(node, name))]
        if found:
            yield from ((value, place, its_source) for value in found)
            return


def _assigned(node: ast.AST, name: str) -> ast.expr | None:
    match node:
        case ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)) if found == name:
            return node.value
        case ast.NamedExpr(target=ast.Name(id=found)) if found == name:
            return node.value
        case _:
            return None


def _functions(name: str) -> Iterator[tuple[Function, Source]]:
    for source in _sources():
        yield from ((node, source) for node in source.tree.body if isinstance(node, Function) and node.name == name)


# -- statuses and pydantic -------------------------------------------------------------------------------------------


def _of_statuses() -> Iterator[Said]:
    named = {
        HTTPStatus[node.attr]
        for source in _sources()
        if not source.is_of_operators
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and _name(node.value) == "HTTPStatus" and node.attr in HTTPStatus.__members__
    }
    for status in sorted(named | {HTTPStatus(status) for status in OF_FRAMEWORK}):
        if status >= HTTPStatus.BAD_REQUEST:
            yield Said(status.phrase, f"the title of {status.value}")


#: Of each kind of schema, the errors it has.
OF_KIND: Final[Mapping[str, Sequence[str]]] = {
    "bool": ["bool_type", "bool_parsing"],
    "date": ["date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"],
    "datetime": ["datetime_type", "datetime_parsing", "datetime_from_date_parsing"],
    "decimal": ["decimal_type", "decimal_parsing", "finite_number"],
    "dict": ["dict_type"],
    "enum": ["enum"],
    "float": ["float_type", "float_parsing"],
    "int": ["int_type", "int_parsing", "int_parsing_size", "int_from_float"],
    "list": ["list_type"],
    "literal": ["literal_error"],
    "model": ["missing", "extra_forbidden", "model_type", "model_attributes_type"],
    "set": ["set_type"],
    "str": ["string_type", "string_unicode"],
    "tagged-union": ["union_tag_not_found", "union_tag_invalid"],
    "time": ["time_type", "time_parsing"],
    "tuple": ["tuple_type"],
    "uuid": ["uuid_type", "uuid_parsing"],
}
#: Of each constraint, by the kind of schema where that matters.
OF_CONSTRAINT: Final[Mapping[str, Mapping[str, str]]] = {
    "allow_inf_nan": {"": "finite_number"},
    "decimal_places": {"": "decimal_max_places"},
    "ge": {"": "greater_than_equal"},
    "gt": {"": "greater_than"},
    "le": {"": "less_than_equal"},
    "lt": {"": "less_than"},
    "max_length": {"": "too_long", "str": "string_too_long"},
    "min_length": {"": "too_short", "str": "string_too_short"},
    "pattern": {"": "string_pattern_mismatch"},
    "tz_constraint": {"": "timezone_aware"},
}
#: Counted by pydantic: `items`, or `item`.
PLURAL: Final = "{expected_plural}"
#: What pydantic lists, it ends with `or`.
LISTS: Final = "{expected}"


def _of_pydantic() -> Iterator[Said]:
    templates = {each["type"]: each["message_template_python"] for each in list_all_errors()}
    for kind in sorted({kind for schema in _schemas() for kind in _errors_of(schema)}):
        for text in _in_both_ways(templates[kind]):
            yield Said(text, f"pydantic's {kind}")


def _in_both_ways(template: str) -> list[str]:
    if LISTS in template:
        return [template, template.replace(LISTS, f"{LISTS} or {{last}}")]
    if PLURAL in template:
        return [template.replace(PLURAL, ""), template.replace(PLURAL, "s")]
    return [template]


def _errors_of(schema: Mapping[str, Any]) -> Iterator[str]:
    kind = schema["type"]
    yield from OF_KIND.get(kind, ())
    for constraint, names in OF_CONSTRAINT.items():
        if schema.get(constraint) is not None:
            yield names.get(kind, names[""])


def _schemas() -> Iterator[Mapping[str, Any]]:
    """Every part of what pydantic knows of the fields of our requests."""
    for name in available_services():
        for route in _routes(import_module(f"kilowatch.{name}.app").router.routes):
            for field in _fields(route.dependant):
                yield from _parts(field._type_adapter.core_schema)


def _routes(routes: Sequence[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif included := getattr(route, "original_router", None):
            yield from _routes(included.routes)


def _fields(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    yield from dependant.path_params
    yield from dependant.header_params
    yield from dependant.cookie_params
    yield from dependant.body_params
    for each in dependant.dependencies:
        yield from _fields(each)


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    match schema:
        case {"type": str(), **rest}:
            yield schema
            yield from chain.from_iterable(_parts(part) for key, part in rest.items() if key != "serialization")
        case dict():
            yield from chain.from_iterable(map(_parts, schema.values()))
        case list() | tuple():
            yield from chain.from_iterable(map(_parts, schema))
